"""The runtime of every scorecard: whole points per bin, added up.

A WoE scorecard, an expert's scorecard and a glass box differ in where their points come from, not
in how they score, so all are this class. Only integers take part: a row and a column give the
same bytes on every machine, and the contributions add up exactly:

    points = intercept + sum(reference) + sum(contribution)

A contribution is the points of the bin less the feature's `reference`; a negative one counts
against the applicant. Where two features have points together (a pair), half goes to each, which
is Shapley's value of an effect that needs both (Lundberg et al. 2020, interaction values); an odd
point goes to the first. The PD is read from a table by points and clipped at the table's ends.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, Self, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ml.artifacts import Artifact, ArtifactRefused, pack, parsed_canonical
from ml.canonical import canonical, content_hash
from ml.columns import Column, Frame
from ml.model import Score, ScoreColumns, pd_lookup
from ml.scaling import Scaling, check_steps
from ml.values import LIMIT, Value

SCHEMA: Final = "assay.scorecard/1"
SCHEMA_OF_PAIRS: Final = "assay.scorecard/2"
"""As the first, with pairs; a document without pairs keeps the first's bytes and hash."""
MAX_POINTS = 100_000
MAX_PAIRS = 20
MAX_PD_SPAN = 1_000_000

Typed = Annotated[int, Field(ge=-LIMIT, le=LIMIT)]
Points = Annotated[int, Field(ge=-MAX_POINTS, le=MAX_POINTS)]
Ints = npt.NDArray[np.int64]
Entry = tuple[str, int]
T = TypeVar("T")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class RangeBin(_Part):
    """Typed values below `upto` (scaled integers) that no earlier bin holds; null: all the rest."""

    upto: Typed | None
    points: Points


class ValuesBin(_Part):
    """The listed values: categories, true or false, or a number's special codes."""

    values: tuple[bool | Typed | str, ...] = Field(min_length=1)
    points: Points


class FeatureTable(_Part):
    """One feature: its bins, and the points of what they do not cover."""

    name: str = Field(min_length=1)
    kind: Literal["number", "boolean", "category"]
    bins: tuple[RangeBin | ValuesBin, ...] = Field(min_length=1)
    missing: Points
    other: Points
    reference: Points

    @property
    def ranges(self) -> tuple[RangeBin, ...]:
        return tuple(part for part in self.bins if isinstance(part, RangeBin))

    @property
    def listed(self) -> dict[bool | int | str, int]:
        """Number of the bin by value, of the bins that list values."""
        lists = enumerate(self.bins)
        return {v: n for n, part in lists if isinstance(part, ValuesBin) for v in part.values}

    @property
    def by_bin(self) -> list[int]:
        """Points of the bins as listed, then of what is missing, then of any other category."""
        return [*(part.points for part in self.bins), self.missing, self.other]

    @property
    def attainable(self) -> set[int]:
        """Every number of points this feature can give."""
        points = {part.points for part in self.bins} | {self.missing}
        return points if self.kind == "number" else points | {self.other}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _check_ranges(self)
        values = [v for part in self.bins if isinstance(part, ValuesBin) for v in part.values]
        if len(set(values)) != len(values):
            raise ValueError(f"{self.name}: a value is listed twice")
        expected = {"number": int, "boolean": bool, "category": str}[self.kind]
        if not all(type(value) is expected for value in values):
            raise ValueError(f"{self.name}: a {self.kind} lists values of another type")
        return self


def _check_ranges(feature: FeatureTable) -> None:
    uptos = [part.upto for part in feature.ranges]
    if feature.kind != "number":
        if uptos:
            raise ValueError(f"{feature.name}: only a number has ranges")
        return
    if not uptos or uptos[-1] is not None:
        raise ValueError(f"{feature.name}: the last range must be open (upto null)")
    bounds = [upto for upto in uptos[:-1] if upto is not None]
    if len(bounds) != len(uptos) - 1 or bounds != sorted(set(bounds)):
        raise ValueError(f"{feature.name}: upto must rise from bin to bin")


class PairTable(_Part):
    """Points of two features together: a row per bin of the first, a column per bin of the second.

    Bins count as in `FeatureTable.by_bin`, "missing" and "other" last.
    """

    first: str
    second: str
    points: tuple[tuple[Points, ...], ...]

    @property
    def extremes(self) -> tuple[int, int]:
        """Lowest and highest points."""
        return min(map(min, self.points)), max(map(max, self.points))


class ScorecardDocument(_Part):
    """The compiled document, which is the model of record; see docs/models.md."""

    schema_: Literal["assay.scorecard/1", "assay.scorecard/2"] = Field(alias="schema")
    family: Literal["woe", "glass_box", "expert"]
    dictionary: str
    base: dict[str, int]
    intercept: Points
    features: tuple[FeatureTable, ...] = Field(min_length=1, max_length=1_000)
    pairs: tuple[PairTable, ...] = Field(default=(), max_length=MAX_PAIRS)
    pd: tuple[tuple[int, int], ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        Scaling.parse(self.base)
        check_steps(self.pd)
        if self.pd[-1][0] - self.pd[0][0] > MAX_PD_SPAN:
            raise ValueError("the PD table spans too many points")
        names = [feature.name for feature in self.features]
        if len(set(names)) != len(names):
            raise ValueError("a feature is listed twice")
        if (self.schema_ == SCHEMA_OF_PAIRS) != bool(self.pairs):
            raise ValueError(f"pairs belong to {SCHEMA_OF_PAIRS}, and it has some")
        _check_pairs(self.pairs, {feature.name: feature for feature in self.features})
        return self

    def dumped(self) -> dict[str, object]:
        """The document as JSON has it."""
        left_out = None if self.pairs else {"pairs"}
        return self.model_dump(mode="json", by_alias=True, exclude=left_out)

    def canonical(self) -> bytes:
        return canonical(self.dumped())


def _check_pairs(pairs: tuple[PairTable, ...], features: Mapping[str, FeatureTable]) -> None:
    seen: set[frozenset[str]] = set()
    for pair in pairs:
        where = f"pair {pair.first}, {pair.second}"
        if not {pair.first, pair.second} <= set(features) or pair.first == pair.second:
            raise ValueError(f"{where}: a pair is of two of the features")
        if frozenset((pair.first, pair.second)) in seen:
            raise ValueError(f"{where}: listed twice")
        seen.add(frozenset((pair.first, pair.second)))
        rows, width = (len(features[name].by_bin) for name in (pair.first, pair.second))
        if len(pair.points) != rows or any(len(row) != width for row in pair.points):
            raise ValueError(f"{where}: {rows} rows of {width} points are needed")


def attainable_range(intercept: int, features: tuple[FeatureTable, ...]) -> tuple[int, int]:
    """Lowest and highest total of points."""
    lowest = intercept + sum(min(feature.attainable) for feature in features)
    return lowest, intercept + sum(max(feature.attainable) for feature in features)


class PointsTable:
    """A scorecard ready to score; made from a checked document."""

    def __init__(self, document: ScorecardDocument) -> None:
        self.document = document
        self.family: str = document.family
        self.dictionary_hash = document.dictionary
        self.features = tuple(feature.name for feature in document.features)
        self.content_hash = content_hash(self.to_bytes())
        self._at_reference = document.intercept + sum(f.reference for f in document.features)
        self._rows = tuple((f.name, _row_lookup(f, _entries(f))) for f in document.features)
        self._columns = tuple(_ColumnLookup(feature) for feature in document.features)
        self._pairs = tuple(_Shared(pair, document.features) for pair in document.pairs)
        self._pd_row, self._pd_columns = pd_lookup(document.pd)

    def score_row(self, values: Mapping[str, Value]) -> Score:
        """Score one party's typed values; a name that is absent is missing."""
        contributions = [lookup(values.get(name)) for name, lookup in self._rows]
        for pair in self._pairs:
            pair.add_to_row(contributions, values)
        points = self._at_reference
        for _, lost in contributions:
            points += lost
        return Score(points, self._pd_row(points), tuple(contributions))

    def score_columns(self, frame: Frame) -> ScoreColumns:
        """Score n rows at once: points and pd_ppm of shape (n,), contributions (n, k)."""
        contributions = np.empty((frame.rows, len(self._columns)), dtype=np.int64, order="F")
        bins = [lookup(frame.columns.get(lookup.name), frame.rows) for lookup in self._columns]
        for index, lookup in enumerate(self._columns):
            np.take(lookup.contributions, bins[index], out=contributions[:, index])
        for pair in self._pairs:
            pair.add_to_columns(contributions, bins)
        points = self._at_reference + contributions.sum(axis=1, dtype=np.int64)
        return ScoreColumns(points, self._pd_columns(points), contributions, self.features)

    def points_columns(self, frame: Frame) -> Ints:
        """The points of `score_columns`, shape (n,)."""
        points = np.full(frame.rows, self._at_reference, dtype=np.int64)
        bins = [lookup(frame.columns.get(lookup.name), frame.rows) for lookup in self._columns]
        for index, lookup in enumerate(self._columns):
            points += lookup.contributions[bins[index]]
        for pair in self._pairs:
            points += pair.points(bins)
        return points

    def pd_at(self, points: int) -> int:
        """PD (ppm) of that many points."""
        return self._pd_row(points)

    def pd_at_columns(self, points: Ints) -> Ints:
        """PD (ppm) of n points."""
        return self._pd_columns(points)

    def to_bytes(self) -> bytes:
        payload = self.document.canonical()
        return pack(Artifact(self.family, self.dictionary_hash, "json", {}, payload))

    def describe(self) -> dict[str, object]:
        """The whole table, for a model card: nothing about a scorecard is hidden."""
        return self.document.dumped()


def load(artifact: Artifact) -> PointsTable:
    """The scorecard of an unpacked artifact; ArtifactRefused where it is not whole."""
    if artifact.payload_format != "json":
        raise ArtifactRefused("malformed", "A scorecard's payload is JSON.")
    parsed_canonical(artifact.payload, "scorecard")
    try:
        document = ScorecardDocument.model_validate_json(artifact.payload)
    except ValidationError as error:
        raise ArtifactRefused("malformed", f"The scorecard is not whole: {error}") from error
    if (document.family, document.dictionary) != (artifact.family, artifact.dictionary_hash):
        raise ArtifactRefused("malformed", "The scorecard and its header disagree.")
    return PointsTable(document)


def _entries(feature: FeatureTable) -> list[Entry]:
    """By bin: (feature, contribution). The tuples are made once, here, and not for each row."""
    return [(feature.name, points - feature.reference) for points in feature.by_bin]


def _row_lookup(feature: FeatureTable, results: Sequence[T]) -> Callable[[Value], T]:
    """A function from a typed value to the result of its bin; results as in `by_bin`."""
    missing, other = results[-2:]
    listed: dict[Value, T] = {value: results[number] for value, number in feature.listed.items()}
    if feature.kind != "number":
        return _listed_lookup(listed | {None: missing}, other)
    cuts = [part.upto for part in feature.ranges if part.upto is not None]
    ranges = [results[number] for number in _range_numbers(feature)]
    if listed:
        return _special_lookup(listed, cuts, ranges, missing)
    return _range_lookup(cuts, ranges, missing)


def _range_numbers(feature: FeatureTable) -> list[int]:
    """The numbers of the bins that are ranges, in their order."""
    return [number for number, part in enumerate(feature.bins) if isinstance(part, RangeBin)]


def _listed_lookup(entries: dict[Value, T], other: T) -> Callable[[Value], T]:
    return lambda value: entries.get(value, other)


def _range_lookup(cuts: list[int], ranges: list[T], missing: T) -> Callable[[Value], T]:
    def lookup(value: Any) -> T:
        return missing if value is None else ranges[bisect_right(cuts, value)]

    return lookup


def _special_lookup(
    listed: dict[Value, T], cuts: list[int], ranges: list[T], missing: T
) -> Callable[[Value], T]:
    in_range = _range_lookup(cuts, ranges, missing)
    return lambda value: listed[value] if value in listed else in_range(value)


class _ColumnLookup:
    """The bin numbers of one feature for a whole column, and each bin's contribution."""

    def __init__(self, feature: FeatureTable) -> None:
        self.name = feature.name
        self.contributions = np.array(feature.by_bin, dtype=np.int64) - feature.reference
        self._kind = feature.kind
        self._missing, self._other = len(feature.bins), len(feature.bins) + 1
        self._listed = feature.listed
        uptos = [part.upto for part in feature.ranges if part.upto is not None]
        self._cuts = np.array(uptos, dtype=np.int64)
        self._ranges = np.array(_range_numbers(feature), dtype=np.int64)

    def __call__(self, column: Column | None, rows: int) -> Ints:
        if column is None:
            return np.full(rows, self._missing, dtype=np.int64)
        found = {
            "number": self._numbers,
            "boolean": self._booleans,
            "category": self._categories,
        }[self._kind](column)
        found[column.null] = self._missing
        return found

    def _numbers(self, column: Column) -> Ints:
        values = column.values.astype(np.int64, copy=False)
        found: Ints = self._ranges[np.searchsorted(self._cuts, values, side="right")]
        for value, number in self._listed.items():
            found[values == value] = number
        return found

    def _booleans(self, column: Column) -> Ints:
        by_value = [self._listed.get(value, self._other) for value in (False, True)]
        return np.array(by_value, dtype=np.int64)[column.values.astype(np.int64)]

    def _categories(self, column: Column) -> Ints:
        by_code = [self._listed.get(name, self._other) for name in column.categories or ()]
        return np.array([*by_code, self._other], dtype=np.int64)[column.values]


class _Shared:
    """The points of a pair, shared by its two features."""

    def __init__(self, pair: PairTable, features: Sequence[FeatureTable]) -> None:
        names = [feature.name for feature in features]
        self._first, self._second = names.index(pair.first), names.index(pair.second)
        self._names = pair.first, pair.second
        self._bin_of = tuple(
            _row_lookup(features[index], range(len(features[index].by_bin)))
            for index in (self._first, self._second)
        )
        self._points = np.array(pair.points, dtype=np.int64)
        halves = np.sign(self._points) * (np.abs(self._points) // 2)
        self._shares = self._points - halves, halves
        both = zip(self._shares[0].tolist(), halves.tolist(), strict=True)
        self._by_bins = [list(zip(*rows, strict=True)) for rows in both]

    def add_to_row(self, contributions: list[Entry], values: Mapping[str, Value]) -> None:
        """Give each of the two its share of one row's points."""
        (name, other), (of_first, of_second) = self._names, self._bin_of
        row = self._by_bins[of_first(values.get(name))]
        first, second = row[of_second(values.get(other))]
        contributions[self._first] = name, contributions[self._first][1] + first
        contributions[self._second] = other, contributions[self._second][1] + second

    def add_to_columns(self, contributions: Ints, bins: Sequence[Ints]) -> None:
        """The same for n rows, whose bin numbers are given by feature."""
        cells = bins[self._first], bins[self._second]
        contributions[:, self._first] += self._shares[0][cells]
        contributions[:, self._second] += self._shares[1][cells]

    def points(self, bins: Sequence[Ints]) -> Ints:
        """The points of n rows, both shares together."""
        found: Ints = self._points[bins[self._first], bins[self._second]]
        return found
