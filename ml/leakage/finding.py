"""What the alarm says: codes, the fields, and the figures that speak against them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ml.metrics import Interval

Code = Literal[
    "known_after_decision",
    "separates_alone",
    "far_above_the_rest",
    "pair_separates",
    "derived_from_leaking",
    "moves_with_the_date",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One suspicion. `fields[0]` is what to leave out; where there are two, both are needed."""

    code: Code
    fields: tuple[str, ...]
    evidence: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "fields": list(self.fields),
            "evidence": {name: _plain(value) for name, value in self.evidence.items()},
        }


@dataclass(frozen=True, slots=True)
class Leakage:
    """A search and what it found.

    `rest` is the AUC of all fields without findings, together, on rows of other folds: the most
    that an honest model should be expected to reach. `strongest` are single fields' AUCs.
    """

    findings: tuple[Finding, ...]
    rest: Interval | None
    strongest: Mapping[str, Interval]
    rows: int
    bads: int
    pairs: int

    @property
    def fields(self) -> tuple[str, ...]:
        """What to leave out so that no finding remains, each once."""
        return tuple(dict.fromkeys(finding.fields[0] for finding in self.findings))

    def document(self) -> dict[str, Any]:
        """JSON-able: what a data set keeps as its evidence."""
        return {
            "rows": self.rows,
            "bads": self.bads,
            "pairs": self.pairs,
            "rest": _plain(self.rest),
            "strongest": [
                {"field": name, "auc": _plain(interval)}
                for name, interval in self.strongest.items()
            ],
            "findings": [finding.document() for finding in self.findings],
        }


def blocking(
    findings: Sequence[Mapping[str, Any]], features: Collection[str]
) -> list[Mapping[str, Any]]:
    """The findings (as documents) that learning from these features would run into.

    A pair is harmless once either of its two fields is left out.
    """
    return [each for each in findings if all(name in features for name in each["fields"])]


def _plain(value: Any) -> Any:
    return asdict(value) if isinstance(value, Interval) else value
