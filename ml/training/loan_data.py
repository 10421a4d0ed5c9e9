"""Past loans as a tournament takes them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.dictionary import Dictionary
from ml.training.judged import Judged
from ml.training.split import Split

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LoanData:
    """n loans with a known end, and what is known of them beside the features.

    `bad` is n outcomes (1 = bad, 0 = good); `features` name the columns of `frame` that models
    may learn from. `days` (since 1970) let the latest be held out, `groups` say whose loan each
    is, `amounts` are minor units, `weights` say how much each loan counts. `protected` and
    `segments` are n rows to look at afterwards, never to learn from; `declined` are applications
    without an outcome, of any number. `ids` name the rows for good, so that a split can be rebuilt.
    """

    frame: Frame
    bad: Ints
    dictionary: Dictionary
    features: Sequence[str]
    days: Ints | None = None
    groups: Ints | None = None
    amounts: Ints | None = None
    weights: Floats | None = None
    protected: Mapping[str, Column] = field(default_factory=dict)
    segments: Mapping[str, Column] = field(default_factory=dict)
    declined: Frame | None = None
    ids: Sequence[str] | None = None

    @cached_property
    def fingerprint(self) -> str:
        """The same for the same loans, and for no others: what a cached result belongs to."""
        digest = hashlib.sha256(self.dictionary.content_hash.encode())
        for name in self.features:
            _add_column(digest, name, self.frame.columns[name])
        for apart in (
            self.protected,
            self.segments,
            self.declined.columns if self.declined else {},
        ):
            for name, column in apart.items():
                _add_column(digest, name, column)
        for array in (self.bad, self.days, self.groups, self.amounts, self.weights):
            digest.update(b"-" if array is None else np.ascontiguousarray(array).tobytes())
        digest.update("\n".join(self.ids or ()).encode())
        return f"sha256:{digest.hexdigest()}"

    def judged(self, split: Split) -> Judged:
        """Both parts of a split, with what is known of the held-out one."""
        held = split.holdout
        return Judged(
            learnt=self.frame.take(split.train),
            learnt_bad=self.bad[split.train],
            held=self.frame.take(held),
            held_bad=self.bad[held],
            dictionary=self.dictionary,
            held_days=None if self.days is None else self.days[held],
            held_amounts=None if self.amounts is None else self.amounts[held],
            held_protected={name: each.take(held) for name, each in self.protected.items()},
            held_segments={name: each.take(held) for name, each in self.segments.items()},
            declined=self.declined,
        )


def _add_column(digest: "hashlib._Hash", name: str, column: Column) -> None:
    digest.update(f"\n{name} {column.values.dtype} {column.categories}\n".encode())
    digest.update(np.packbits(column.null).tobytes())
    known = np.where(column.null, column.values.dtype.type(0), column.values)
    digest.update(np.ascontiguousarray(known).tobytes())
