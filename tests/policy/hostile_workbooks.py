"""Workbooks made to do harm, each with what it must be refused for.

Run as a program it reads every one of them inside the memory and time that are given to it.
"""

import json
import resource
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import process_time
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile

TYPES = b'<Types><Override ContentType="application/vnd.ms-excel.sheet%s"/></Types>'
BOOK = b'<workbook xmlns:r="r"><sheets><sheet name="Policy" r:id="r1"/></sheets></workbook>'
RELATIONS = b'<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'
SHEET = b"<worksheet><sheetData>%s</sheetData></worksheet>"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "' + b"a" * 1000 + b'">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%s;" % (str(n - 1).encode() if n else b"") * 10)
               for n in range(9))
    + b"]><worksheet><sheetData><row><c t=\"str\"><v>&a8;</v></c></row></sheetData></worksheet>"
)  # fmt: skip


def package(*, sheet=SHEET % b"", method=ZIP_DEFLATED, **members):
    """A workbook of these members; the usual ones where none are given."""
    found = {
        "[Content_Types].xml": TYPES % b"",
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
        **members,
    }
    out = BytesIO()
    with ZipFile(out, "w", method) as archive:
        for name, data in found.items():
            if data is not None:
                archive.writestr(name, data)
    return out.getvalue()


def rows(count, cell=b'<c t="str"><v>x</v></c>'):
    return SHEET % (b"<row>%s</row>" % cell * count)


def lying():
    """A directory that says a megabyte where there are a hundred."""
    data = bytearray(package(**{"xl/styles.xml": b" " * (100 << 20)}))
    place = data.rindex(b"xl/styles.xml") - 46
    data[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    return bytes(data)


def encrypted():
    data = bytearray(package())
    place = data.rindex(b"xl/workbook.xml") - 46
    data[place + 8] |= 1
    return bytes(data)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a zip bomb": (lambda: package(sheet=b" " * (200 << 20)), "unpacks to more than 32 MiB"),
    "many small bombs": (
        lambda: package(**{f"xl/worksheets/s{n}.xml": b" " * (1 << 20) for n in range(40)}),
        "unpacks to more than 32 MiB",
    ),
    "a directory that lies": (lying, "damaged|more than 1 MiB"),
    "too large a file": (lambda: b"PK" + b"0" * (6 << 20), "larger than 5 MiB"),
    "too many members": (lambda: package(**{f"m{n}": b"" for n in range(400)}), "members"),
    "an entity bomb": (lambda: package(sheet=BOMB), "declares a document type"),
    "an entity bomb in UTF-16": (
        lambda: package(sheet=BOMB.partition(b"?>")[2].decode().encode("utf-16")),
        "declares a document type",
    ),
    "an external entity": (
        lambda: package(sheet=b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet/>'),
        "declares a document type",
    ),
    "deep nesting": (
        lambda: package(sheet=b"<a>" * 200_000 + b"</a>" * 200_000), "too many elements"),
    "too many elements": (
        lambda: package(sheet=SHEET % (b"<a/>" * 3_000_000)), "too many elements"),
    "no XML": (lambda: package(sheet=b"<worksheet><row>"), "no well-formed XML"),
    "an unknown encoding": (
        lambda: package(sheet=b'<?xml version="1.0" encoding="rot13"?><worksheet/>'),
        "well-formed",
    ),
    "macros by name": (lambda: package(**{"xl/vbaProject.bin": b"x"}), "macros"),
    "macros by type": (
        lambda: package(**{"[Content_Types].xml": TYPES % b".macroEnabled.main+xml"}), "macros"),
    "old macros": (lambda: package(**{"xl/macrosheets/sheet1.xml": b"x"}), "macros"),
    "external links": (
        lambda: package(**{"xl/externalLinks/externalLink1.xml": b"x"}),
        "links to other workbooks",
    ),
    "an outside target": (
        lambda: package(**{"xl/_rels/workbook.xml.rels":
            b'<R><Relationship Id="r1" TargetMode="External" Target="http://x"/></R>'}),
        "links to something outside",
    ),
    "outside data": (lambda: package(**{"xl/connections.xml": b"x"}), "connects to outside data"),
    "embedded files": (lambda: package(**{"xl/embeddings/a.bin": b"x"}), "embedded files"),
    "a password": (
        lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 99, "protected by a password"),
    "an encrypted member": (encrypted, "protected by a password"),
    "another packing": (lambda: package(method=ZIP_LZMA), "packed in a way"),
    "no zip": (lambda: b"name,value\n", "no .xlsx workbook"),
    "nothing": (lambda: b"", "no .xlsx workbook"),
    "another zip": (lambda: package(**{"xl/workbook.xml": None}), "no .xlsx workbook"),
    "no sheets": (lambda: package(**{"xl/workbook.xml": b"<workbook/>"}), "no sheets"),
    "a chart sheet": (
        lambda: package(**{"xl/_rels/workbook.xml.rels": RELATIONS.replace(b"work", b"chart", 1)}),
        "holds no cells",
    ),
    "a formula": (
        lambda: package(sheet=SHEET % b'<row r="3"><c r="B3"><f>1+1</f><v>2</v></c></row>'),
        "sheet Policy, cell B3: a formula",
    ),
    "an error": (
        lambda: package(sheet=SHEET % b'<row r="3"><c r="C3" t="e"><v>#REF!</v></c></row>'),
        "sheet Policy, cell C3: an error",
    ),
    "10,000 rows": (lambda: package(sheet=rows(10_000)), "sheet Policy: more than 2000 lines"),
    "a row far below": (
        lambda: package(sheet=SHEET % b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
        "sheet Policy: more than 2000 lines",
    ),
    "a column far right": (
        lambda: package(sheet=SHEET % b'<row r="1"><c r="XFD1"><v>1</v></c></row>'),
        "sheet Policy, cell XFD1: more than 500 columns",
    ),
    "too many cells": (
        lambda: package(sheet=SHEET % (b"<row>%s</row>" % (b"<c><v>1</v></c>" * 490) * 2_000)),
        "sheet Policy: it holds more",
    ),
    "a huge text": (
        lambda: package(sheet=rows(1, b'<c t="str"><v>' + b"x" * (9 << 20) + b"</v></c>")),
        "sheet Policy: it holds more",
    ),
    "a text too long": (
        lambda: package(sheet=rows(1, b'<c t="str"><v>' + b"x" * 40_000 + b"</v></c>")),
        "sheet Policy, cell A1: more than 32767",
    ),
    "huge shared strings": (
        lambda: package(
            **{"xl/sharedStrings.xml": b"<sst>%s</sst>" % (b"<si><t>x</t></si>" * 700_000)}
        ),
        "more text than any policy",
    ),
    "a text that is not there": (
        lambda: package(sheet=SHEET % b'<row><c t="s"><v>7</v></c></row>'), "its text is missing"),
    "a number beyond all": (
        lambda: package(sheet=SHEET % b"<row><c><v>1E+999</v></c></row>"), "sheet Policy, cell A1"),
    "no number": (
        lambda: package(sheet=SHEET % b"<row><c><v>NaN</v></c></row>"), "sheet Policy, cell A1"),
    "a cell elsewhere": (
        lambda: package(sheet=SHEET % b'<row r="1"><c r="A9"><v>1</v></c></row>'), "another row"),
    "a cell twice": (
        lambda: package(sheet=SHEET % b'<row><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'),
        "there twice",
    ),
    "a sheet of another kind": (
        lambda: package(**{
            "xl/workbook.xml": BOOK.replace(b"Policy", b"Budget"), }), "this sheet is missing"),
}  # fmt: skip


LARGE = frozenset(
    {"a zip bomb", "a directory that lies", "too many elements", "too many cells", "a huge text",
     "huge shared strings", "deep nesting", "many small bombs"}
)  # fmt: skip
"""Those that take some time to make or to read."""


def read_within(folder: str, megabytes: int) -> None:
    """Read every file of a folder inside so much memory beyond what the interpreter has."""
    from underwriting.policy.workbook.reading import tables_in
    from underwriting.policy.workbook.refused import WorkbookRefused

    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    limit = (held + megabytes) << 20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    for file in sorted(Path(folder).iterdir()):
        begun = process_time()
        with file.open("rb") as opened:
            try:
                tables_in(opened)
                said = "was taken"
            except WorkbookRefused as refused:
                said = str(refused)
        print(json.dumps([file.name, said, process_time() - begun]))


if __name__ == "__main__":
    read_within(sys.argv[1], int(sys.argv[2]))
