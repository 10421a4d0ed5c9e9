"""What is known and guessed of one column, with the evidence for each guess."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ml.profiling.findings import Finding
from ml.profiling.spelling import PLAIN, Spelling

Role = Literal["field", "target", "reference", "applied_on", "amount", "term", "ignore"]
FieldType = Literal["integer", "decimal", "money", "boolean", "category", "date", "text"]


@dataclass(slots=True)
class ColumnProfile:
    """One column of the file. `source` names it uniquely; bounds are in the dictionary's form,
    `limit` the greatest plausible value where one can be said, `numbers` a term's counts.

    `values` are what a category may be, with their counts; `readings` turns the file's words into
    the dictionary's (None: missing), `others` says what every word not listed becomes (None:
    refuse it, "": missing). `null_words` are this column's own spellings of nothing.
    """

    place: int
    header: str
    source: str
    words: tuple[str, ...] = ()
    rows: int = 0
    missing: int = 0
    distinct: int = 0
    distinct_at_least: bool = False
    samples: list[str] = field(default_factory=list)
    type: FieldType = "text"
    role: Role = "field"
    spelling: Spelling = PLAIN
    unit: str | None = None
    scale: int | None = None
    seen_low: str | None = None
    seen_high: str | None = None
    low: str | None = None
    high: str | None = None
    limit: float | None = None
    values: dict[str, int] = field(default_factory=dict)
    readings: dict[str, str | None] = field(default_factory=dict)
    others: str | None = None
    null_words: list[str] = field(default_factory=list)
    special: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    basis: str | None = None
    late: bool = False
    risk: Literal["higher", "lower"] | None = None
    auc: float | None = None
    refused: int = 0
    findings: list[Finding] = field(default_factory=list)

    def say(self, code: str, severity: Any = "info", **figures: Any) -> None:
        self.findings.append(Finding(code, severity, figures))

    @property
    def numeric(self) -> bool:
        return self.type in ("integer", "decimal", "money")

    @property
    def missing_share(self) -> float:
        return self.missing / self.rows if self.rows else 0.0

    def document(self) -> dict[str, Any]:
        """As JSON."""
        kept = asdict(self)
        kept["findings"] = [finding.document() for finding in self.findings]
        kept["words"] = list(self.words)
        return kept

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "ColumnProfile":
        """From JSON."""
        given = dict(document)
        given["findings"] = [Finding.of(each) for each in given["findings"]]
        given["words"] = tuple(given["words"])
        given["spelling"] = Spelling(**given["spelling"])
        return cls(**given)


def shown(share: float) -> str:
    """A share as people read it; never 0 % or 100 % of what is not quite."""
    percent = share * 100
    if percent in (0, 100) or 1 <= percent <= 99:
        return f"{percent:.0f} %"
    return f"{percent:.2g} %" if percent < 1 else f"{min(percent, 99.99):.2f} %"


def examples(texts: Any, most: int = 3) -> str:
    """A few spellings side by side, none too long."""
    return ", ".join(repr(text[:40]) for text in list(texts)[:most])
