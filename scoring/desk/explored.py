"""An exploration's document as its pages and its report take it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

from ml.dictionary import Dictionary
from ml.profiling.findings import Finding
from scoring.charts import Chart, figure_text
from scoring.desk import dataset_charts as charts
from scoring.desk.bin_words import field_label
from scoring.desk.dataset_words import (
    KINDS,
    bin_label,
    natural,
    oddity_words,
    percent,
    value_words,
)

Json = Mapping[str, Any]
MOST_PAIRS = 20
LEAST_CORRELATION = 0.3
RANGE = ("min", "p1", "p5", "p25", "p50", "p75", "p95", "p99", "max", "mean", "deviation")


@dataclass(frozen=True)
class ExploredField:
    """One field: its line in the table, and its own page."""

    document: Json
    dictionary: Dictionary

    @property
    def name(self) -> str:
        return str(self.document["name"])

    @property
    def label(self) -> str:
        return field_label(self.dictionary, self.name)

    @property
    def kind(self) -> str:
        return str(KINDS.get(self.document["kind"], self.document["kind"]))

    @property
    def missing(self) -> str:
        return percent(self.document["missing"] / self.document["rows"])

    @property
    def span(self) -> str:
        """From the least to the greatest value, where there is an order."""
        found = self.document["range"]
        if found is None or self.document["kind"] == "date":
            return ""
        return f"{natural(found['min'])} – {natural(found['max'])}"

    @property
    def iv(self) -> str:
        return f"{self.document['iv']:.3f}"

    @property
    def auc(self) -> str:
        found = self.document["auc"]
        return "–" if found is None else f"{found:.3f}"

    @property
    def shift(self) -> str:
        found = charts.worst_shift(self.document)
        return "–" if found is None else f"{found:.3f}"

    @property
    def oddities(self) -> list[str]:
        return [oddity_words(odd) for odd in self.document["oddities"]]

    @property
    def ranges(self) -> list[tuple[str, str]]:
        """Quantiles in natural units."""
        found = self.document["range"]
        if found is None or self.document["kind"] == "date":
            return []
        return [(name, natural(found[name])) for name in RANGE]

    @property
    def bins(self) -> list[Json]:
        return [
            {
                **line,
                "label": bin_label(line, self.document, self.dictionary),
                "rate_words": percent(line["rate"]),
                "woe_words": "–" if line["woe"] is None else f"{line['woe']:.3f}",
                "iv_words": f"{line['iv']:.4f}",
            }
            for line in self.document["bins"]
        ]

    @property
    def segments(self) -> list[Json]:
        entry = self.dictionary.entries.get(self.name)
        return [
            {**line, "label": value_words(line["value"], entry)}
            for line in self.document["segments"] or []
        ]

    @cached_property
    def charts(self) -> list[Chart]:
        found = [
            charts.distribution(self.document, self.dictionary),
            charts.rates(self.document, self.dictionary),
            charts.evidence(self.document, self.dictionary),
        ]
        if charts.compared(self.document):
            found.append(charts.movement(self.document))
        if self.document["segments"]:
            found.append(charts.segments(self.document, self.dictionary))
        return found


@dataclass(frozen=True)
class Explored:
    """The whole exploration, read with the data set's dictionary; `raw` is the file's profile."""

    document: Json
    dictionary: Dictionary
    raw: Json | None

    @cached_property
    def fields(self) -> list[ExploredField]:
        return [ExploredField(each, self.dictionary) for each in self.document["fields"]]

    def field(self, name: str) -> ExploredField | None:
        return next((each for each in self.fields if each.name == name), None)

    @property
    def odd(self) -> list[ExploredField]:
        return [each for each in self.fields if each.document["oddities"]]

    @property
    def bad_rate(self) -> str:
        ended = self.document["ended"]
        return percent(self.document["bads"] / ended) if ended else "–"

    @cached_property
    def charts(self) -> list[Chart]:
        fields = self.document["fields"]
        found = [charts.information(fields, self.dictionary)]
        if self.document["bad_rates"]:
            found.append(charts.bad_rates(self.document))
        if any(charts.compared(each) for each in fields):
            found.append(charts.shifts(fields, self.dictionary))
        if any(each["missing"] for each in fields):
            found.append(charts.missing(fields, self.dictionary))
        return found

    @property
    def correlated(self) -> list[tuple[str, str, str]]:
        """The pairs of numbers that go together most."""
        return self._pairs("spearman")

    @property
    def associated(self) -> list[tuple[str, str, str]]:
        """The pairs of other fields that do."""
        return self._pairs("cramers_v")

    def _pairs(self, kind: str) -> list[tuple[str, str, str]]:
        found = self.document["relations"][kind]
        names, matrix = found["fields"], found["matrix"]
        pairs = [
            (abs(matrix[a][b]), matrix[a][b], names[a], names[b])
            for a, b in combinations(range(len(names)), 2)
            if matrix[a][b] is not None and abs(matrix[a][b]) >= LEAST_CORRELATION
        ]
        return [
            (field_label(self.dictionary, a), field_label(self.dictionary, b), f"{value:.2f}")
            for _size, value, a, b in sorted(pairs, reverse=True)[:MOST_PAIRS]
        ]

    @property
    def inflated(self) -> list[tuple[str, str]]:
        """Numbers that the others explain: variance inflation above 2.5."""
        return [
            (field_label(self.dictionary, each["field"]), figure_text(each["vif"]))
            for each in self.document["relations"]["vif"]
            if each["vif"] > 2.5
        ]

    @property
    def as_it_came(self) -> list[tuple[str, list[str]]]:
        """What profiling said of the file, column by column, in the reader's language."""
        from django.utils.translation import get_language

        language = get_language() or "en"
        return [
            (column["source"], [Finding.of(each).sentence(language) for each in said])
            for column in (self.raw or {}).get("columns", ())
            if (said := [f for f in column["findings"] if f["severity"] in ("warn", "bad")])
        ]
