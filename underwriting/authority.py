"""Who may decide how much: a lender's matrix of amount, risk band and role, for one product.

Pure: no clock, no database. Amounts are integers in minor units of the product's currency. A cell
is the largest amount that a role may settle alone with a verdict in a band; None is any amount.
Design follows the usual delegation of lending authority (EBA/GL/2020/06, section 4.3.4).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

SCHEMA = "assay.authority/1"
ROLES = ("underwriter", "senior_underwriter")
"""From the least authority to the most."""
VERDICTS = ("approve", "counter_offer", "decline", "exception")
"""`exception` is a verdict softer than what policy said, whatever it offers."""
BEYOND, UNSCORED = "beyond", "unscored"
"""The two last columns: a band that the matrix does not name, and no band at all."""
MOST_BANDS = 20
MOST_AMOUNT = 10**15
PPM = 1_000_000
RATES = {"person_ppm": 200_000, "lender_ppm": 100_000, "days": 60}
"""Without settings: warn above a fifth of a person's verdicts, a tenth of all; 60 days at most."""
SOFTNESS = ("decline", "refer", "counter_offer", "approve")
ADVERSE = ("decline", "counter_offer")

Problem = tuple[str, str]
Limit = int | None


class MatrixRefused(Exception):
    """A document that is no matrix. `problems` pair a JSON pointer and words."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{where}: {words}" for where, words in problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A sound matrix: `limits[role][verdict]` has a cell for each of `columns`."""

    bands: tuple[str, ...]
    limits: Mapping[str, Mapping[str, tuple[Limit, ...]]]
    person_ppm: int
    lender_ppm: int
    days: int

    @property
    def columns(self) -> tuple[str, ...]:
        """Bands from the best to the worst, then those not named, then those without a score."""
        return (*self.bands, BEYOND, UNSCORED)

    def limit(self, role: str, verdict: str, band: str | None) -> Limit:
        """The largest amount, in minor units; 0 for a role that decides nothing."""
        if role not in self.limits:
            return 0
        name = UNSCORED if band is None else band if band in self.bands else BEYOND
        return self.limits[role][verdict][self.columns.index(name)]

    def covers(self, role: str, verdict: str, band: str | None, amount: int) -> bool:
        limit = self.limit(role, verdict, band)
        return limit is None or amount <= limit

    def role_needed(self, verdict: str, band: str | None, amount: int) -> str | None:
        """The least role that settles this alone; None where nobody does."""
        fitting = (role for role in ROLES if self.covers(role, verdict, band, amount))
        return next(fitting, None)

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> "Matrix":
        """Read and check a document; MatrixRefused names every cell that is wrong."""
        problems = list(_problems(document))
        if problems:
            raise MatrixRefused(problems)
        rates = {**RATES, **document.get("exceptions", {})}
        limits = {
            role: {verdict: tuple(row) for verdict, row in rows.items()}
            for role, rows in document["limits"].items()
        }
        return cls(bands=tuple(document["bands"]), limits=limits, **rates)


def policy_outcome(document: Mapping[str, Any]) -> str:
    """What policy computed in an automatic decision's document, a hold set aside."""
    for step in document.get("trace", ()):
        if step["set"] == "hold" and step.get("instead_of"):
            return str(step["instead_of"])
    return str(document["outcome"])


def is_exception(policy: str, verdict: str) -> bool:
    """Whether a verdict is softer than an adverse outcome; settling a referral is none."""
    return policy in ADVERSE and SOFTNESS.index(verdict) > SOFTNESS.index(policy)


def _problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    shape = list(_shape(document))
    yield from shape
    if not shape:
        yield from _monotone(document)


def _shape(document: Mapping[str, Any]) -> Iterator[Problem]:
    extra = set(document) - {"schema", "bands", "limits", "exceptions"}
    if document.get("schema") != SCHEMA or extra:
        yield "", f"a document of {SCHEMA} with bands, limits and exceptions"
        return
    bands: Any = document.get("bands")
    if not _are_bands(bands):
        yield "/bands", f"1 to {MOST_BANDS} names, each once, from the best to the worst"
        return
    limits = document.get("limits")
    if not isinstance(limits, Mapping) or set(limits) != set(ROLES):
        yield "/limits", "a row for each of " + ", ".join(ROLES)
        return
    for role in ROLES:
        yield from _rows(f"/limits/{role}", limits[role], len(bands) + 2)
    yield from _rates(document.get("exceptions", {}))


def _are_bands(bands: Any) -> bool:
    return (
        isinstance(bands, list)
        and 1 <= len(bands) <= MOST_BANDS
        and all(isinstance(band, str) and 0 < len(band.strip()) <= 40 for band in bands)
        and len(set(bands)) == len(bands)
        and not {BEYOND, UNSCORED} & set(bands)
    )


def _rows(where: str, rows: Any, width: int) -> Iterator[Problem]:
    if not isinstance(rows, Mapping) or set(rows) != set(VERDICTS):
        yield where, "a row for each of " + ", ".join(VERDICTS)
        return
    for verdict, row in rows.items():
        if not isinstance(row, list) or len(row) != width:
            yield f"{where}/{verdict}", f"{width} cells: every band, {BEYOND} and {UNSCORED}"
            continue
        for index, cell in enumerate(row):
            if not (cell is None or (type(cell) is int and 0 <= cell <= MOST_AMOUNT)):
                yield f"{where}/{verdict}/{index}", "an amount in minor units, or any"


def _rates(rates: Any) -> Iterator[Problem]:
    if not isinstance(rates, Mapping) or set(rates) - set(RATES):
        yield "/exceptions", "person_ppm, lender_ppm and days"
        return
    for name, value in rates.items():
        most = 366 if name == "days" else PPM
        if type(value) is not int or not 0 < value <= most:
            yield f"/exceptions/{name}", f"1 to {most}"


def _monotone(document: Mapping[str, Any]) -> Iterator[Problem]:
    """A worse band never allows more, nor a lower role, nor an exception than an approval."""
    limits = document["limits"]
    for role in ROLES:
        for verdict in VERDICTS:
            cells = [_size(cell) for cell in limits[role][verdict]]
            for index, (better, worse) in enumerate(pairwise(cells), start=1):
                if worse > better:
                    yield f"/limits/{role}/{verdict}/{index}", "more than a better band allows"
        yield from _above(f"/limits/{role}/exception", limits[role], "exception", "approve")
    for verdict in VERDICTS:
        for index, (low, high) in enumerate(
            zip(*(limits[role][verdict] for role in ROLES), strict=True)
        ):
            if _size(low) > _size(high):
                yield f"/limits/{ROLES[1]}/{verdict}/{index}", f"less than {ROLES[0]} may"


def _above(
    where: str, rows: Mapping[str, Sequence[Limit]], tight: str, wide: str
) -> Iterator[Problem]:
    for index, (less, more) in enumerate(zip(rows[tight], rows[wide], strict=True)):
        if _size(less) > _size(more):
            yield f"{where}/{index}", f"more than {wide} allows"


def _size(limit: Limit) -> int:
    return MOST_AMOUNT + 1 if limit is None else limit
