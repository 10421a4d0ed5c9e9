"""From a profile to the mapping by which the very same file is imported, and to a first product."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ml.profiling import ColumnProfile, Profile
from ml.profiling.proposal import Proposal

MOST_AMOUNTS = 400
"""Steps between the least and the greatest amount: what counter-offers have to try."""
MOST_TERMS = 24
LONGEST_TERM = 600
COMMON_TERM = 0.005
USUAL = {"pd_combination": "worst", "max_parties": 2, "rounding": "half_even", "fees": {}}
OFFER_DAYS = 30


def mapping_proposed(profile: Profile, proposal: Proposal) -> dict[str, Any]:
    """The mapping document; every column is used or ignored by name."""
    columns = {column.source: column for column in profile.columns}
    by_role = {column.role: column for column in profile.columns}
    used = set(proposal.fields) | {profile.outcomes.column}
    document: dict[str, Any] = {
        "external_ref": None,
        "applied_on": None,
        "disposition": {"constant": "booked"},
        "outcome": outcome_source(profile),
        "columns": dict(proposal.fields),
        "values": {},
        "nulls": [""],
        "formats": {},
        "others": {},
    }
    if "reference" in by_role:
        document["external_ref"] = by_role["reference"].source
        used.add(by_role["reference"].source)
    if "applied_on" in by_role:
        day = by_role["applied_on"]
        document["applied_on"] = {"column": day.source, "values": meanings(day)}
        document["formats"][day.source] = format_of(day)
        used.add(day.source)
    for source, name in proposal.fields.items():
        field_put(document, columns[source], name)
    document["ignore"] = [source for source in columns if source not in used]
    if not profile.dialect.parquet:
        dialect = profile.dialect
        document["file"] = {"encoding": dialect.encoding, "delimiter": dialect.delimiter}
    return document


def outcome_source(profile: Profile) -> dict[str, Any]:
    """What each word of the outcome column means; its own words for nothing are unknown."""
    target = profile.column(profile.outcomes.column)
    words = {text.strip(): meaning for text, meaning in profile.outcomes.meaning.items()}
    return {"column": target.source, "values": {**words, **dict.fromkeys(target.null_words)}}


def field_put(document: dict[str, Any], column: ColumnProfile, name: str) -> None:
    """How the column of a field is read, into a mapping document."""
    document["columns"][column.source] = name
    if said := meanings(column):
        document["values"][name] = said
    if column.spelling.kind != "text":
        document["formats"][column.source] = format_of(column)
    if column.others is not None:
        document["others"][name] = column.others or None


def meanings(column: ColumnProfile) -> dict[str, str | None]:
    """The file's words that mean another or nothing."""
    return {**column.readings, **dict.fromkeys(column.null_words)}


def format_of(column: ColumnProfile) -> dict[str, Any]:
    """How the column writes its values, as the mapping says it."""
    kept = column.spelling
    found: dict[str, Any] = {"kind": kept.kind}
    if kept.kind == "date":
        found["order"] = kept.order
    if kept.kind == "number":
        found |= {"decimal": kept.decimal, "thousands": kept.thousands, "signs": kept.signs}
        if kept.decimals is not None:
            found["decimals"] = kept.decimals
    return found


def terms_proposed(
    columns: Sequence[ColumnProfile],
    fields: Mapping[str, str],
    dictionary: Mapping[str, Any],
    currency: str,
) -> dict[str, Any]:
    """A first product document: limits around what was lent so far, the terms there were."""
    by_role = {column.role: column for column in columns if column.source in fields}
    asked = [
        f["name"] for f in dictionary["fields"] if f["scope"] == "request" and f["type"] == "money"
    ]
    low, high = _amounts(by_role.get("amount"))
    amount = by_role.get("amount")
    return {
        "schema": "assay.product/1",
        "currency": currency,
        "minor_units": 2,
        "amount": {
            "field": fields[amount.source] if amount else asked[0],
            "min": f"{low:.2f}", "max": f"{high:.2f}", "step": f"{step_of(low, high):.2f}",
        },
        "term": _terms(by_role.get("term"), fields),
        **USUAL,
        "offer_valid_days": OFFER_DAYS,
    }  # fmt: skip


def _amounts(column: ColumnProfile | None) -> tuple[Decimal, Decimal]:
    if column is None or column.seen_high is None or column.high is None:
        return Decimal(500), Decimal(20_000)
    high = min(Decimal(column.high), Decimal(column.seen_high))
    low = max(Decimal(column.seen_low or 0), high / 1000)
    step = _round_step(high)
    lowest = max(step, low - low % step)
    return lowest, lowest + max(step, (high - lowest) - (high - lowest) % step)


def _round_step(high: Decimal) -> Decimal:
    """A step of 1, 2 or 5 times a power of ten, a few hundred of which reach the top."""
    step = Decimal(1)
    factors = (2, Decimal("2.5"), 2)
    place = 0
    while high / step > MOST_AMOUNTS:
        step *= factors[place % 3]
        place += 1
    return step


def step_of(low: Decimal, high: Decimal) -> Decimal:
    """A step by which the greatest amount is reached from the least."""
    step = _round_step(high)
    return step if (high - low) % step == 0 else high - low


def _terms(column: ColumnProfile | None, fields: Mapping[str, str]) -> dict[str, Any] | None:
    """The terms that were common."""
    if column is None or not column.numbers:
        return None
    least = COMMON_TERM * sum(column.numbers.values())
    common = sorted(
        (int(text) for text, n in column.numbers.items() if n >= least and text.isdigit()),
        key=lambda term: -column.numbers[str(term)],
    )
    values = sorted(term for term in common[:MOST_TERMS] if 1 <= term <= LONGEST_TERM)
    return {"field": fields[column.source], "values": values} if values else None
