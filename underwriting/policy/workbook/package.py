"""The zip file around a workbook: looked at from outside, then read in pieces, never unpacked.

Sizes are checked in the directory before a byte is unpacked, and again while reading, because a
directory may lie. Nothing is written to disk and no name in it is used as a path.
"""

from collections.abc import Iterator
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from underwriting.policy.workbook.refused import WorkbookRefused

MEBIBYTE = 1 << 20
MOST_BYTES = 5 * MEBIBYTE
MOST_UNPACKED = 32 * MEBIBYTE
MOST_OF_ONE = 16 * MEBIBYTE
MOST_OF_OTHERS = MEBIBYTE
MOST_MEMBERS = 300
PIECE = 1 << 16

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = 0x1
BARRED = {
    "vbaproject": "it contains macros; save it as .xlsx",
    "macrosheets/": "it contains macros; save it as .xlsx",
    "externallinks/": "it links to other workbooks; break the links first",
    "embeddings/": "it contains embedded files",
    "activex/": "it contains controls",
    "connections.xml": "it connects to outside data; remove the connections first",
    "querytables/": "it connects to outside data; remove the connections first",
}
LARGE = ("xl/worksheets/", "xl/sharedstrings.xml")


class Package:
    """The members of a workbook's zip file, each within its limit."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = _opened(file)
        members = self._zip.infolist()
        if len(members) > MOST_MEMBERS:
            raise WorkbookRefused.of(f"it has more than {MOST_MEMBERS} members")
        self._members = {info.filename: info for info in members}
        if len(self._members) != len(members):
            raise WorkbookRefused.of("it names a member twice")
        for info in members:
            _check(info)
        if sum(info.file_size for info in members) > MOST_UNPACKED:
            raise WorkbookRefused.of(_too_large("it", MOST_UNPACKED))

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def pieces(self, name: str) -> Iterator[bytes]:
        """A member's bytes in pieces; refused where it is longer than it may be, or damaged."""
        info = self._members.get(name)
        if info is None:
            raise WorkbookRefused.of(f"it has no {name}")
        left = _limit(info)
        try:
            with self._zip.open(info) as member:
                while piece := member.read(PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise WorkbookRefused.of(_too_large(name, _limit(info)))
                    yield piece
        except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError) as error:
            raise WorkbookRefused.of(f"{name} is damaged") from error
        except ValueError as error:
            if isinstance(error, WorkbookRefused):
                raise
            raise WorkbookRefused.of(f"{name} is damaged") from error


def _opened(file: BinaryIO) -> ZipFile:
    file.seek(0, 2)
    if file.tell() > MOST_BYTES:
        raise WorkbookRefused.of(f"it is larger than {MOST_BYTES // MEBIBYTE} MiB")
    file.seek(0)
    if file.read(len(OLE)) == OLE:
        message = "it is protected by a password, or an old .xls file; save it as plain .xlsx"
        raise WorkbookRefused.of(message)
    try:
        return ZipFile(file)
    except (BadZipFile, OSError, ValueError, OverflowError, NotImplementedError) as error:
        raise WorkbookRefused.of("it is no .xlsx workbook") from error


def _check(info: ZipInfo) -> None:
    name = info.filename.lower()
    for part, message in BARRED.items():
        if part in name:
            raise WorkbookRefused.of(message)
    if info.flag_bits & ENCRYPTED:
        raise WorkbookRefused.of("it is protected by a password")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise WorkbookRefused.of(f"{info.filename[:80]} is packed in a way Excel does not")
    if info.file_size > MOST_UNPACKED:
        raise WorkbookRefused.of(_too_large(info.filename[:80], MOST_UNPACKED))


def _limit(info: ZipInfo) -> int:
    return MOST_OF_ONE if info.filename.lower().startswith(LARGE) else MOST_OF_OTHERS


def _too_large(name: str, limit: int) -> str:
    return f"{name} unpacks to more than {limit // MEBIBYTE} MiB"
