"""Facts an applicant can act on: which may be called changeable, and how far they can be moved.

What nobody can change, or what the law keeps apart (12 CFR 1002.6(b)), is never named as something
to change: a prohibited basis, what says whether somebody may contract at all, a bureau's record,
and what is known only afterwards.
"""

from collections.abc import Iterator, Set
from typing import NamedTuple

from ml.dictionary.entries import Field, Reach
from ml.dictionary.reading import FieldReader
from ml.values import Value

MOST_LEVELS = 200
"""Values of one field that a search may try; a finer step is made coarser by whole multiples."""
ORDERED_BY = ("lower", "higher")
NICE = (1, 2, 5)


class Level(NamedTuple):
    """A value that may be reached, as typed, and how far that is: ppm of the present value."""

    value: int | bool | str
    distance_ppm: int


def actionable_problems(field: Field, reader: FieldReader) -> Iterator[str]:
    """What speaks against calling a field changeable, in words."""
    if field.changeable is None:
        if field.reach is not None:
            yield "a reach belongs to what is changeable"
        return
    if field.prohibited_basis:
        yield f"{field.prohibited_basis} is a prohibited basis: nobody is asked to change it"
    if "capacity" in field.uses:
        yield "it says whether somebody may contract: nobody is asked to change it"
    if field.known != "application":
        yield "only what the applicant states can be changed by them"
    if field.kind in ("date", "text"):
        yield "a date or a text has no smallest change"
    elif field.reach is not None:
        yield from _reach_problems(field, field.reach, reader)


def _reach_problems(field: Field, reach: Reach, reader: FieldReader) -> Iterator[str]:
    bounded = (reach.step, reach.min, reach.max) != (None, None, None)
    if field.kind != "number" and bounded:
        yield "step, min and max are of a number"
        return
    known = {category.value for category in field.values}
    if not known >= set(reach.values):
        yield "its reach names a value that the field has not"
    try:
        low, high, step = (
            _typed(reader, reach.min),
            _typed(reader, reach.max),
            _typed(reader, reach.step),
        )
    except (ValueError, TypeError):
        yield "step, min or max of its reach is not a value of this type"
        return
    if step is not None and step <= 0:
        yield "a step is above nothing"
    if low is not None and high is not None and low > high:
        yield "min of its reach is above max"


def levels(field: Field, reader: FieldReader, current: object) -> list[Level]:
    """The values an applicant could move the field to, nearest first; none from a missing one.

    Numbers lie on multiples of the step between the present value and the reach's end; unless the
    lender says otherwise the end is the field's own bound, at most twice the present value, and
    the step a round hundredth of the way. A category moves along the order of its values.
    """
    if field.changeable is None or current is None:
        return []
    if field.kind == "number" and type(current) is int:
        return [] if current in reader.special else _numbers(field, reader, current)
    if field.kind == "boolean":
        wanted = {"higher": (True,), "lower": (False,)}.get(field.changeable, (True, False))
        return [Level(value, 1_000_000) for value in wanted if value is not current]
    if field.kind == "category" and isinstance(current, str):
        return _categories(field, current)
    return []


def _categories(field: Field, current: str) -> list[Level]:
    order = [category.value for category in field.values]
    allowed = set(field.reach.values if field.reach and field.reach.values else order)
    if current not in order:
        return []
    here, span = order.index(current), max(len(order) - 1, 1)
    found = []
    for place, value in enumerate(order):
        away = abs(place - here)
        if not away or value not in allowed or not _the_way(field, place - here):
            continue
        far = away * 1_000_000 // span if field.changeable in ORDERED_BY else 1_000_000
        found.append(Level(value, far))
    return sorted(found, key=lambda level: (level.distance_ppm, order.index(str(level.value))))


def _the_way(field: Field, change: int) -> bool:
    return field.changeable == "either" or (change > 0) == (field.changeable == "higher")


def _numbers(field: Field, reader: FieldReader, current: int) -> list[Level]:
    low, high = _ends(field, reader, current)
    given = _typed(reader, field.reach.step) if field.reach else None
    found: list[Level] = []
    for end in (low, high):
        if end != current:
            found += _grid(current, end, given, reader.special)
    return sorted(found, key=lambda level: (level.distance_ppm, level.value))


def _ends(field: Field, reader: FieldReader, current: int) -> tuple[int, int]:
    """The lowest and the highest value to try; the present one where that way is closed."""
    reach = field.reach or Reach()
    low, high = _typed(reader, reach.min), _typed(reader, reach.max)
    if low is None:
        low = 0 if reader.low is None else reader.low
    if high is None:
        high = 2 * abs(current) if reader.high is None else min(reader.high, 2 * abs(current))
    if field.changeable == "lower":
        high = current
    if field.changeable == "higher":
        low = current
    return min(low, current), max(high, current)


def _grid(current: int, end: int, given: int | None, special: Set[Value]) -> list[Level]:
    """Multiples of the step beyond the present value, up to the end, which belongs to them."""
    span = abs(end - current)
    step = given or _round_step(span)
    step *= -(-span // (step * MOST_LEVELS))
    if end < current:
        values = [*range((current - 1) // step * step, end - 1, -step), end]
    else:
        values = [*range((current // step + 1) * step, end + 1, step), end]
    base = max(abs(current), step)
    kept = [value for value in dict.fromkeys(values) if value not in special]
    return [Level(value, abs(value - current) * 1_000_000 // base) for value in kept]


def _round_step(span: int) -> int:
    """A step of 1, 2 or 5 times a power of ten, a hundredth of the span or a little more."""
    wanted, power = max(span // 100, 1), 1
    while power * 10 <= wanted:
        power *= 10
    return next((nice * power for nice in NICE if nice * power >= wanted), 10 * power)


def _typed(reader: FieldReader, text: int | str | None) -> int | None:
    """A bound or step as a typed number; ValueError or TypeError where it is none."""
    return None if text is None else reader.typed_bound(text)
