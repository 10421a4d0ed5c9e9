"""XML as a stream of beginnings, texts and ends, in constant memory; no document types at all.

Entities can only be declared in a document type, so that refusing those refuses their bombs.
"""

from collections.abc import Callable
from typing import Protocol
from xml.parsers.expat import ExpatError, ParserCreate

from underwriting.policy.workbook.package import Package
from underwriting.policy.workbook.refused import WorkbookRefused

MOST_ELEMENTS = 1_500_000
MOST_DEPTH = 40


class Handler(Protocol):
    """What is told of each element; names come without their namespace."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


def parse(package: Package, name: str, handler: Handler) -> None:
    """Tell the handler of every element of a member; WorkbookRefused where it is not sound."""
    parser = ParserCreate()
    depth = count = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > MOST_DEPTH or count > MOST_ELEMENTS:
            raise WorkbookRefused.of(f"{name} has too many elements, or nests them too deep")
        handler.start(_local(tag), {_local(key): value for key, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(_local(tag))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse(name)
    parser.EntityDeclHandler = _refuse(name)
    parser.buffer_text = True
    try:
        for piece in package.pieces(name):
            parser.Parse(piece, False)  # noqa: FBT003
        parser.Parse(b"", True)  # noqa: FBT003
    except (ExpatError, LookupError, UnicodeError) as error:
        raise WorkbookRefused.of(f"{name} is no well-formed XML") from error


def _refuse(name: str) -> Callable[..., None]:
    def refuse(*_declared: object) -> None:
        raise WorkbookRefused.of(f"{name} declares a document type, which no workbook does")

    return refuse


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]
