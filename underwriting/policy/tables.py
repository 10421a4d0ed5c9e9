"""Price and limit tables: what a band costs and lends, by ranges of the amount, the term or a fact.

    "tables": [{"name": "by_term", "by": "term_months", "lines": [
        {"band": "A", "to": 24, "rate_ppm": 49000},
        {"band": "A", "from": 25, "rate_ppm": 55000},
        {"from": 49, "max_amount": "8000.00"}]}]

`from` and `to` are both included; `in` lists categories instead; without either a line covers every
value, and without `band` every band. For each thing a table sets, its first line that covers the
band and the value counts. The rate is that of the first table that sets one, else the band's own;
a limit is the strictest of all tables and the band, so that a table never lends more than its band.
"""

from typing import Annotated

from pydantic import Field as Described

from underwriting.policy.part import BandName, InputName, Name, Part, RatePpm, Scalar


class TableLine(Part):
    """What one range of values costs (`rate_ppm`, a year) or may borrow, in one band or in all."""

    band: BandName | None = None
    low: Scalar | None = Described(default=None, alias="from")
    high: Scalar | None = Described(default=None, alias="to")
    values: Annotated[tuple[Scalar, ...], Described(min_length=1, max_length=200)] | None = (
        Described(default=None, alias="in")
    )
    rate_ppm: RatePpm | None = None
    max_amount: Annotated[str, Described(max_length=40)] | None = None
    max_term_months: int | None = Described(default=None, ge=1, le=600)


class Table(Part):
    """Lines over the values of one input of the application."""

    name: Name
    by: InputName
    lines: tuple[TableLine, ...] = Described(min_length=1, max_length=1_000)
    comment: str = Described(default="", max_length=1_000)
