"""What type a column is, and how it writes its values, from the shapes that were counted."""

from collections import Counter
from dataclasses import dataclass, replace

from ml.profiling import tally as shapes
from ml.profiling import vocabulary as words
from ml.profiling.column import ColumnProfile, examples
from ml.profiling.headers import plain
from ml.profiling.spelling import Spelling, date_in
from ml.profiling.tally import Tally

MOSTLY = 0.9
"""So much of what is there must be numbers (or dates) for the column to be one of them."""
FEW_CODES = 40
FEW_VALUES = 50
MOST_VALUES = 150
RARE_ROWS = 0.0002
LONGEST_VALUE = 100
OTHER = "other"
FIRST_DAY, LAST_DAY = 19_000_101, 21_001_231


@dataclass(frozen=True, slots=True)
class Locale:
    """What the file as a whole writes between whole numbers and parts; None: unknown."""

    decimal: str | None = None


def locale_of(tallies: list[Tally], delimiter: str) -> Locale:
    """The decimal mark that most columns show beyond doubt."""
    votes: Counter[str] = Counter()
    for each in tallies:
        commas = each.shapes[shapes.COMMA] + each.shapes[shapes.DOT_THEN_COMMA]
        dots = each.shapes[shapes.DOT] + each.shapes[shapes.COMMA_THEN_DOT]
        if max(commas, dots) * 20 > each.present > 0:
            votes["," if commas > dots else "."] += 1
    if votes:
        return Locale(votes.most_common(1)[0][0])
    return Locale("," if delimiter == ";" else None)


def kind_put(column: ColumnProfile, tally: Tally, locale: Locale) -> None:
    """Set type, spelling, null words and, for a category, its values."""
    perhaps = tally.spelled(shapes.PERHAPS_NULL)
    present = max(1, tally.present)
    numbers = sum(tally.shapes[shape] for shape in shapes.NUMBERS)
    dates = sum(tally.shapes[shape] for shape in shapes.DATES)
    doubtful = sum(perhaps.values())
    if _boolean(column, tally):
        return
    if dates >= MOSTLY * (present - doubtful) and dates:
        _date(column, tally)
    elif _compact_dates(column, tally):
        column.type, column.spelling = "date", Spelling("date")
    elif numbers >= MOSTLY * (present - doubtful) and numbers:
        _number(column, tally, locale)
    else:
        _category(column, tally, numbers)
        return
    if column.type != "category" and perhaps:
        column.null_words += sorted(perhaps)


def _boolean(column: ColumnProfile, tally: Tally) -> bool:
    """Two words that say yes and no, in any of many languages."""
    values = {} if tally.full else tally.values
    spelled = {plain(text.strip()): text for text in values}
    if not 1 <= len(spelled) == len(values) <= 2 or set(spelled) - words.YES - words.NO - {
        "1.0",
        "0.0",
        "v",
    }:
        return False
    for yes, no in words.BOOLEANS:
        if set(spelled) == {yes, no} - {""} and (no or tally.missing):
            column.type = "boolean"
            column.readings[spelled[yes]] = "true"
            if no:
                column.readings[spelled[no]] = "false"
            return True
    return False


def _date(column: ColumnProfile, tally: Tally) -> None:
    column.type = "date"
    day, month = tally.shapes[shapes.DMY], tally.shapes[shapes.MDY]
    order = "mdy" if month > day else "dmy" if day or tally.shapes[shapes.DAY_OR_MONTH] else "ymd"
    column.spelling = Spelling("date", order=order)  # type: ignore[arg-type]
    if tally.shapes[shapes.DAY_OR_MONTH] and not day and not month:
        reading = "day"
        column.say(
            "day_or_month", "warn", example=tally.first[shapes.DAY_OR_MONTH], reading=reading
        )
    _mixed(column, tally, {shapes.YMD, shapes.MONTH} if order == "ymd" else set())


def _compact_dates(column: ColumnProfile, tally: Tally) -> bool:
    """`20240131` under a name that says date."""
    values = tally.spelled(shapes.INTEGER)
    if not values or not words.named(column.words, words.APPLIED) or tally.shapes[shapes.DOT]:
        return False
    fits = sum(n for text, n in values.items() if date_in(text.strip(), "ymd") is not None)
    return fits >= MOSTLY * sum(values.values()) and len(next(iter(values)).strip()) == len(
        "20240131"
    )


def _number(column: ColumnProfile, tally: Tally, locale: Locale) -> None:
    spelling = _number_spelling(column, tally, locale)
    whole = not _has_decimals(tally, spelling)
    if whole and _is_code(column, tally):
        _codes(column, tally)
        return
    column.spelling = spelling
    column.unit = _unit(column, tally)
    column.type = "integer" if whole else "decimal"
    if _is_money(column, tally):
        column.type, column.unit = "money", None
    elif not whole:
        column.scale = min(6, max(1, _decimals(tally, spelling)))
    _mixed(column, tally, set())


def _number_spelling(column: ColumnProfile, tally: Tally, locale: Locale) -> Spelling:
    count = tally.shapes
    comma = count[shapes.COMMA] + count[shapes.DOT_THEN_COMMA]
    dot = count[shapes.DOT] + count[shapes.COMMA_THEN_DOT]
    group = ""
    mark = "," if comma > dot else "."
    if count[shapes.GROUP_DOT] or count[shapes.DOT_THEN_COMMA]:
        mark, group = ",", "."
    elif count[shapes.GROUP_COMMA] or count[shapes.COMMA_THEN_DOT]:
        mark, group = ".", ","
    elif count[shapes.GROUP_SPACE]:
        mark = "," if comma or locale.decimal == "," else "."
        group = " "
    mark, group = _doubtful(column, tally, locale, mark, group, sure=bool(comma or dot))
    if mark == ",":
        shape = shapes.COMMA if count[shapes.COMMA] else shapes.DOT_THEN_COMMA
        if shape in tally.first:
            column.say("decimal_comma", example=tally.first[shape])
    signs = tally.signs > 0
    return Spelling("number", decimal=mark, thousands=group, signs=signs)  # type: ignore[arg-type]


def _doubtful(
    column: ColumnProfile, tally: Tally, locale: Locale, mark: str, group: str, *, sure: bool
) -> tuple[str, str]:
    """`1.234` and `1,234`: what other cells of the column say, else what the file does."""
    for shape, own, other in (
        (shapes.DOT_OR_GROUP, ".", ","), (shapes.COMMA_OR_GROUP, ",", "."),
    ):  # fmt: skip
        if not tally.shapes[shape] or group:
            continue
        if sure:
            group = own if mark == other else group
            continue
        only = tally.shapes[shape] + tally.shapes[shapes.INTEGER] >= tally.present * MOSTLY
        decimals = locale.decimal == own or (own == "." and locale.decimal is None)
        mark, group = (own, "") if decimals else (other, own)
        if only:
            reading = "decimals" if decimals else "thousands"
            example = tally.first[shape]
            column.say("thousands_or_decimals", "warn", example=example, reading=reading)
    return mark, group


def _has_decimals(tally: Tally, spelling: Spelling) -> bool:
    """Whether any kept number has a part; `15.0` has none."""
    for text in tally.spelled(*shapes.NUMBERS):
        found = spelling.number(text)
        if found is not None and found != int(found):
            return True
    return False


def _decimals(tally: Tally, spelling: Spelling) -> int:
    most = 0
    number = replace(spelling, decimals=None).normal
    for text in tally.spelled(*shapes.NUMBERS):
        most = max(most, len(number(text).partition(".")[2]))
    return most


def _is_code(column: ColumnProfile, tally: Tally) -> bool:
    """Whole numbers that are names: few, under a name that says so and not how many."""
    if tally.full or words.found(column.words, words.COUNTS):
        return False
    return bool(words.found(column.words, words.CODES)) and not _is_money(column, tally)


def _codes(column: ColumnProfile, tally: Tally) -> None:
    column.type = "category"
    column.spelling = Spelling("code")
    counts: Counter[str] = Counter()
    for text, n in tally.spelled(*shapes.NUMBERS).items():
        counts[column.spelling.normal(text)] += n
    _listed(column, counts, tally)


def _unit(column: ColumnProfile, tally: Tally) -> str | None:
    if any("%" in text for text in list(tally.spelled(*shapes.NUMBERS))[:50]):
        return "%"
    return words.any_of(column.words, words.UNITS)[0] or None


def _is_money(column: ColumnProfile, tally: Tally) -> bool:
    """A currency's sign, or a name that says money and neither how many nor a share."""
    if tally.signs * 2 > tally.present:
        return not any("%" in text for text in list(tally.spelled(*shapes.NUMBERS))[:50])
    not_money = words.found(column.words, words.RATIOS) or _counted(column.words)
    return bool(words.found(column.words, words.MONEY)) and not not_money and _wide(tally)


def _counted(header: tuple[str, ...]) -> bool:
    """`monthly income` has no month in it; `months since payment` has."""
    return bool(words.found(header, words.COUNTS))


def _wide(tally: Tally) -> bool:
    """Amounts take many values."""
    return tally.full or len(tally.values) > FEW_CODES or tally.signs > 0


def _mixed(column: ColumnProfile, tally: Tally, alike: set[str]) -> None:
    """Cells that are not of the column's type, and dates in several orders."""
    strange = tally.spelled(shapes.TEXT)
    if column.numeric and (tally.shapes[shapes.TEXT] or strange):
        rows = tally.shapes[shapes.TEXT] + sum(tally.shapes[each] for each in shapes.DATES)
        column.say("words_in_numbers", "warn", rows=rows, examples=examples(strange))
    if column.type == "date":
        ways = {s for s in shapes.DATES if tally.shapes[s]} - alike - {shapes.DAY_OR_MONTH}
        if len(ways) > 1 or tally.shapes[shapes.TEXT]:
            shown = [tally.first[each] for each in sorted(ways | {shapes.TEXT} & set(tally.first))]
            column.say("mixed_formats", "warn", examples=examples(shown))


def _category(column: ColumnProfile, tally: Tally, numbers: int) -> None:
    column.type = "category"
    values: Counter[str] = Counter()
    strange: Counter[str] = Counter()
    junk = 0 < numbers < 0.3 * tally.present and len(tally.spelled(*shapes.NUMBERS)) > 5
    for text, n in tally.values.items():
        number = junk and tally.shape_of.get(text) in shapes.NUMBERS
        (strange if number else values)[text.strip()] += n
    if strange:
        rows, given = sum(strange.values()), [text for text, _ in strange.most_common(3)]
        column.say("numbers_in_category", "warn", rows=rows, examples=examples(given))
    _alike(column, values)
    if (
        tally.multiline == 0
        and tally.longest <= LONGEST_VALUE
        and not tally.full
        and len(values) <= FEW_VALUES
    ):
        _listed(column, values, tally)
        return
    if _free_text(column, tally, values):
        column.type, column.role = "text", "ignore"
        column.say("text", distinct=_many(tally, len(values)))
        return
    _listed(column, values, tally)


def _many(tally: Tally, count: int) -> str:
    return f"{count}+" if tally.full else str(count)


def _alike(column: ColumnProfile, values: Counter[str]) -> None:
    """Spellings that a person would take for the same."""
    groups: dict[str, list[str]] = {}
    for text in values:
        groups.setdefault(plain(" ".join(text.split())), []).append(text)
    twice = [group for group in groups.values() if len(group) > 1]
    if twice:
        column.say("same_but_case", "warn", examples=examples([" = ".join(g) for g in twice]))
        for group in twice:
            best = max(group, key=lambda text: values[text])
            for text in group:
                if text != best:
                    column.readings[text] = best
                    values[best] += values.pop(text)


def _free_text(column: ColumnProfile, tally: Tally, values: Counter[str]) -> bool:
    """Long, or so varied that hardly any value comes again."""
    if tally.multiline or tally.longest > LONGEST_VALUE:
        return True
    common = sum(n for _, n in values.most_common(MOST_VALUES))
    return common < 0.2 * tally.present


def _listed(column: ColumnProfile, values: Counter[str], tally: Tally) -> None:
    """The values a category may have; rare ones of a long list become one."""
    column.values = dict(sorted(values.items()))
    long = len(values) > FEW_VALUES or tally.full
    strange = any(finding.code == "numbers_in_category" for finding in column.findings)
    if not long:
        column.others = "" if strange else None
        _rare(column, values, tally)
        return
    kept = dict(values.most_common(MOST_VALUES))
    least = max(2, int(tally.present * RARE_ROWS))
    column.values = {text: n for text, n in sorted(kept.items()) if n >= least and len(text) <= 100}
    left = tally.present - sum(column.values.values())
    if left or tally.full:
        column.others = OTHER
        column.values[OTHER] = column.values.get(OTHER, 0) + left
    listed = column.values
    column.readings = {text: said for text, said in column.readings.items() if said in listed}
    distinct = _many(tally, len(values))
    column.say("many_categories", distinct=distinct, kept=len(column.values), other=repr(OTHER))


def _rare(column: ColumnProfile, values: Counter[str], tally: Tally) -> None:
    rare = [text for text, n in values.items() if n <= max(1, tally.present * 0.0003)]
    if rare and tally.present > 1_000:
        rows = sum(values[text] for text in rare)
        column.say("rare_values", rows=rows, examples=examples(rare))
