"""Why a workbook is not taken, with the sheet and the cell where that is one."""

from collections.abc import Sequence
from typing import NamedTuple


class Fault(NamedTuple):
    """One thing that is wrong: a sheet's name and a cell such as C4, empty where none is meant."""

    message: str
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        where = [f"sheet {self.sheet}" if self.sheet else "", f"cell {self.cell}"]
        named = ", ".join(filter(None, where if self.cell else where[:1]))
        return f"{named}: {self.message}" if named else self.message


class WorkbookRefused(ValueError):
    """A workbook that cannot be taken; `faults` say why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))

    @classmethod
    def of(cls, message: str, sheet: str = "", cell: str = "") -> "WorkbookRefused":
        return cls([Fault(message, sheet, cell)])
