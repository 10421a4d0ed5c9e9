"""Between the passes: types, ranges, roles and risk of every column, from counts and a sample."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ml.columns import Array, Mask
from ml.profiling import tally as shapes
from ml.profiling import vocabulary as words
from ml.profiling.amounts import OLDEST, YOUNGEST, Numbers, range_put, written
from ml.profiling.bases import basis_put, lateness_put
from ml.profiling.column import ColumnProfile, shown
from ml.profiling.kinds import Locale, kind_put
from ml.profiling.outcome import Outcomes
from ml.profiling.risk import category_ranking, direction, ranking
from ml.profiling.sample import RowSample
from ml.profiling.spelling import Spelling, date_in
from ml.profiling.tally import Tally

NEAR_CONSTANT = 0.995
MOSTLY_MISSING = 0.5
UNIQUE = 0.999
FEWEST_UNIQUE = 30
MONEY_DECIMALS = 2
FAR_DATES = ("9999", "2999", "2099", "1900-01-01", "1899", "1800", "0001", "1111")


class Study:
    """Fills in the columns' profiles. `columns` and `tallies` are in the file's order."""

    def __init__(
        self,
        columns: Sequence[ColumnProfile],
        tallies: Sequence[Tally],
        sample: RowSample,
        outcome: Outcomes,
    ) -> None:
        self.columns = columns
        self.tallies = tallies
        self.sample = sample
        self.outcome = outcome
        target = next(c.place for c in columns if c.source == outcome.column)
        self.columns[target].role = "target"
        said = [outcome.meaning.get(text or "") for text in sample.texts(target)]
        self.known: Mask = np.array([each in ("good", "bad") for each in said], bool)
        self.bad: Mask = np.array([each == "bad" for each in said], bool)[self.known]

    def types(self, locale: Locale) -> None:
        """Type, spelling, unit; then whether anything can be learnt from the column at all."""
        for column, tally in zip(self.columns, self.tallies, strict=True):
            if column.role == "target":
                self._target(column)
                continue
            if not tally.present:
                column.role = "ignore"
                column.say("empty", "warn")
                continue
            kind_put(column, tally, locale)
            self._said(column, tally)

    def _target(self, column: ColumnProfile) -> None:
        bads = self.outcome.counts.get("bad", 0)
        known = bads + self.outcome.counts.get("good", 0)
        share = bads / known if known else 0.0
        column.type = "category"
        column.null_words = sorted(
            {t.strip() for t in self.tallies[column.place].spelled(shapes.NULL)}
        )
        column.values = dict(self._target_values(column.place))
        column.say(
            "target", bad=", ".join(map(repr, self.outcome.bad)), rows=bads, all=known,
            share=shown(share), why="",
        )  # fmt: skip
        if share > 0.5 and not self.outcome.asked:
            column.say("target_majority", "bad")

    def _target_values(self, place: int) -> dict[str, int]:
        return dict(list(self.tallies[place].values.items())[:50])

    def _said(self, column: ColumnProfile, tally: Tally) -> None:
        nulls = tally.spelled(shapes.NULL)
        listed = [*nulls, *column.null_words]
        column.null_words = sorted({text.strip() for text in listed})
        if column.null_words:
            column.say("null_words", words=", ".join(map(repr, column.null_words)))
        if tally.control:
            column.say("control_characters", "warn", rows=tally.control)
        if column.missing_share > MOSTLY_MISSING:
            column.say("mostly_missing", "warn", share=shown(column.missing_share))
        self._constant(column, tally)

    def _constant(self, column: ColumnProfile, tally: Tally) -> None:
        if not tally.values:
            return
        text, most = max(tally.values.items(), key=lambda item: item[1])
        if len(tally.values) == 1 and not tally.full:
            column.role = "ignore" if not tally.missing else column.role
            severity = "warn" if not tally.missing else "info"
            column.say("constant" if not tally.missing else "near_constant", severity,
                       value=repr(text.strip()[:40]), share=shown(most / tally.rows))  # fmt: skip
        elif most >= NEAR_CONSTANT * tally.present:
            share = shown(most / tally.present)
            column.say("near_constant", "warn", value=repr(text.strip()[:40]), share=share)

    def roles(self) -> None:
        """Who is a reference, the day of application, the amount, the term; who is protected."""
        for column, tally in zip(self.columns, self.tallies, strict=True):
            if column.role in ("target", "ignore") and column.type != "text":
                continue
            self._reference(column, tally)
        for column in self.columns:
            if column.role == "field":
                basis_put(column)
        self._one("amount", lambda c: c.type in ("money", "integer", "decimal"), words.AMOUNT)
        self._one(
            "term", lambda c: c.type == "integer" and c.unit in ("months", None), (words.TERM,)
        )
        self._one("applied_on", lambda c: c.type == "date" and c.missing_share < 0.2, words.APPLIED)
        for column in self.columns:
            if column.role == "amount":
                column.type, column.unit, column.scale = "money", None, None

    def _reference(self, column: ColumnProfile, tally: Tally) -> None:
        """Different in every row: numbers of a series or texts, not amounts by chance."""
        if column.type not in ("integer", "text", "category") or column.missing_share > 0.01:
            return
        sampled = [text for text in self.sample.texts(column.place) if text]
        if len(sampled) < FEWEST_UNIQUE or len(set(sampled)) < UNIQUE * len(sampled):
            return
        measured = words.found(column.words, words.COUNTS + words.MONEY)
        if column.type == "integer" and measured and not words.found(column.words, _REFERENCES):
            return
        column.findings = [f for f in column.findings if f.code not in ("text", "many_categories")]
        column.values, column.others = {}, None
        taken = any(each.role == "reference" for each in self.columns)
        column.role, column.type = ("ignore" if taken else "reference"), "text"
        column.spelling = Spelling()
        column.say("identifier", rows=tally.present)
        if column.role == "reference":
            column.say("reference")

    def _one(
        self,
        role: Any,
        fits: Callable[[ColumnProfile], bool],
        groups: Sequence[words.Terms],
    ) -> None:
        """Give a role to the surest column of it."""
        for group in groups:
            for column in self.columns:
                if column.role != "field" or column.basis or not fits(column):
                    continue
                if words.found(column.words, group) and not words.found(column.words, words.LATE):
                    column.role = role
                    column.say(role)
                    return

    def risks(self, progress: Callable[[float], None]) -> None:
        """Ranges, codes, and how each column goes with the outcome."""
        for column, tally in zip(self.columns, self.tallies, strict=True):
            if column.role in ("field", "amount", "term") and tally.present:
                self._study(column, tally)
            elif column.role == "applied_on":
                self._far_dates(column, tally)
            progress((column.place + 1) / len(self.columns))

    def _study(self, column: ColumnProfile, tally: Tally) -> None:
        cells = self.sample.texts(column.place)
        if column.numeric:
            self._numbers(column, tally, cells)
        elif column.type in ("category", "boolean"):
            self._categories(column, cells)
        elif column.type == "date":
            self._far_dates(column, tally)
            self._dates(column, cells)
        lateness_put(column)

    def _numbers(self, column: ColumnProfile, tally: Tally, cells: list[str | None]) -> None:
        number = column.spelling.number
        values = np.array([np.nan if c is None else _or_nan(number(c)) for c in cells], float)
        there = ~np.isnan(values)
        counts: dict[float, int] = {}
        for text, n in tally.spelled(*shapes.NUMBERS).items():
            if (value := number(text)) is not None:
                counts[value] = counts.get(value, 0) + n
        if not there.any() or not counts:
            return
        self._rounding(column, tally)
        if column.role == "term":
            column.numbers = {written(value): n for value, n in sorted(counts.items())}
        range_put(column, Numbers(counts, np.sort(values[there])), age=_is_age(column))
        if _is_age(column):
            self._impossible(column, tally)
        codes = [float(code) for code in column.special]
        plain = there & ~np.isin(values, codes)
        self._ranked(column, values, there)
        self._direction(column, values, plain)

    def _impossible(self, column: ColumnProfile, tally: Tally) -> None:
        """An age that cannot be is no age; the rest of its row is worth keeping."""
        for text in tally.spelled(*shapes.NUMBERS):
            age = column.spelling.number(text)
            if age is not None and not YOUNGEST <= age <= OLDEST:
                column.readings[text.strip()] = None

    def _rounding(self, column: ColumnProfile, tally: Tally) -> None:
        """Float noise in money, and more decimals than a number can be meant with."""
        if column.type == "integer":
            return
        kept = MONEY_DECIMALS if column.type == "money" else column.scale or 0
        exact = replace(column.spelling, decimals=None)
        most, example = 0, ""
        for text in tally.spelled(*shapes.NUMBERS):
            size = len(exact.normal(text).partition(".")[2])
            if size > most:
                most, example = size, text.strip()
        if most > kept or tally.full:
            column.spelling = replace(exact, decimals=kept)
        if most > kept:
            column.say("rounded", written=most, example=example, decimals=kept)

    def _ranked(self, column: ColumnProfile, values: Array, there: Mask) -> None:
        """A gap ranks below every value: it may tell the outcome too."""
        filled = np.where(there, values, np.nanmin(values) - 1)[self.known]
        if len(filled):
            auc = ranking(filled, self.bad)
            alone = category_ranking(there[self.known].astype(np.int64), self.bad)
            column.auc = round(max(auc, 1 - auc, alone), 4)

    def _direction(self, column: ColumnProfile, values: Array, plain: Mask) -> None:
        kept = plain[self.known]
        if column.basis or kept.sum() < 300:
            return
        found = direction(values[self.known][kept], self.bad[kept])
        if found is None:
            return
        column.risk = "higher" if found.way == "higher" else "lower"
        way = "rises" if found.way == "higher" else "falls"
        column.say(
            "risk", way=way, steps=found.steps, all=found.all_steps, first=shown(found.first),
            last=shown(found.last),
        )  # fmt: skip

    def _categories(self, column: ColumnProfile, cells: list[str | None]) -> None:
        places: dict[str | None, int] = {}
        codes = np.array([places.setdefault(cell, len(places)) for cell in cells], np.int64)
        if self.known.any():
            column.auc = round(category_ranking(codes[self.known], self.bad), 4)

    def _dates(self, column: ColumnProfile, cells: list[str | None]) -> None:
        if column.basis is None and words.found(column.words, words.PROHIBITED["age"]):
            column.basis = "age"
            column.say("birth_date", "warn")
        order = column.spelling.order
        days = [None if c is None else date_in(c.strip(), order) for c in cells]
        values = np.array([np.nan if d is None else d.toordinal() for d in days], float)
        if (~np.isnan(values)).any():
            self._ranked(column, values, ~np.isnan(values))

    def _far_dates(self, column: ColumnProfile, tally: Tally) -> None:
        """`9999-12-31` and `1900-01-01` stand for no date."""
        for text, n in tally.spelled(*shapes.DATES).items():
            found = date_in(text.strip(), column.spelling.order)
            if found is not None and n > 1 and found.isoformat().startswith(FAR_DATES):
                column.readings[text.strip()] = None
                column.say("date_special", "warn", value=repr(text.strip()), rows=n)


_REFERENCES = words.terms(
    "id|ids|key|ref|reference|uuid|folio|rownames|row|index|client|cliente|customer|account|"
    "contract|contrato|loan|credito|nummer|numero|no|nr|case|expediente|cpf|cnpj|rut|dni|curp"
)


def _is_age(column: ColumnProfile) -> bool:
    return column.basis == "age" and column.type == "integer"


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
