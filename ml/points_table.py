"""The runtime of every scorecard: whole points per bin, added up.

A WoE scorecard and an expert's scorecard differ in where their points come from, not in how they
score, so both are this class. Only integers take part: a row and a column give the same bytes on
every machine, and the contributions add up exactly:

    points = intercept + sum(reference) + sum(contribution)

A contribution is the points of the bin less the feature's `reference`; a negative one counts
against the applicant. The PD is read from a table by points and clipped at the table's ends.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, Self

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
MAX_POINTS = 100_000
MAX_PD_SPAN = 1_000_000

Typed = Annotated[int, Field(ge=-LIMIT, le=LIMIT)]
Points = Annotated[int, Field(ge=-MAX_POINTS, le=MAX_POINTS)]
Ints = npt.NDArray[np.int64]
Entry = tuple[str, int]


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
        """Points by value, of the bins that list values."""
        lists = (part for part in self.bins if isinstance(part, ValuesBin))
        return {value: part.points for part in lists for value in part.values}

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


class ScorecardDocument(_Part):
    """The compiled document, which is the model of record; see docs/models.md."""

    schema_: Literal["assay.scorecard/1"] = Field(default=SCHEMA, alias="schema")
    family: Literal["woe", "expert"]
    dictionary: str
    base: dict[str, int]
    intercept: Points
    features: tuple[FeatureTable, ...] = Field(min_length=1, max_length=1_000)
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
        return self

    def canonical(self) -> bytes:
        return canonical(self.model_dump(mode="json", by_alias=True))


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
        self._rows = tuple((f.name, _row_lookup(f)) for f in document.features)
        self._columns = tuple(_ColumnLookup(feature) for feature in document.features)
        self._pd_row, self._pd_columns = pd_lookup(document.pd)

    def score_row(self, values: Mapping[str, Value]) -> Score:
        """Score one party's typed values; a name that is absent is missing."""
        contributions = tuple([lookup(values.get(name)) for name, lookup in self._rows])
        points = self._at_reference
        for _, lost in contributions:
            points += lost
        return Score(points, self._pd_row(points), contributions)

    def score_columns(self, frame: Frame) -> ScoreColumns:
        """Score n rows at once: points and pd_ppm of shape (n,), contributions (n, k)."""
        contributions = np.empty((frame.rows, len(self._columns)), dtype=np.int64, order="F")
        for index, lookup in enumerate(self._columns):
            contributions[:, index] = lookup(frame.columns.get(lookup.name), frame.rows)
        points = self._at_reference + contributions.sum(axis=1, dtype=np.int64)
        return ScoreColumns(points, self._pd_columns(points), contributions, self.features)

    def points_columns(self, frame: Frame) -> Ints:
        """The points of `score_columns`, shape (n,)."""
        points = np.full(frame.rows, self._at_reference, dtype=np.int64)
        for lookup in self._columns:
            points += lookup(frame.columns.get(lookup.name), frame.rows)
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
        described: dict[str, object] = self.document.model_dump(mode="json", by_alias=True)
        return described


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


def _row_lookup(feature: FeatureTable) -> Callable[[Value], Entry]:
    """A function from a typed value to (feature, contribution); pairs are made once, here."""

    def entry(points: int) -> Entry:
        return feature.name, points - feature.reference

    missing, other = entry(feature.missing), entry(feature.other)
    listed: dict[Value, Entry] = {value: entry(pts) for value, pts in feature.listed.items()}
    if feature.kind != "number":
        return _listed_lookup(listed | {None: missing}, other)
    cuts = [part.upto for part in feature.ranges if part.upto is not None]
    ranges = [entry(part.points) for part in feature.ranges]
    if listed:
        return _special_lookup(listed, cuts, ranges, missing)
    return _range_lookup(cuts, ranges, missing)


def _listed_lookup(entries: dict[Value, Entry], other: Entry) -> Callable[[Value], Entry]:
    return lambda value: entries.get(value, other)


def _range_lookup(cuts: list[int], ranges: list[Entry], missing: Entry) -> Callable[[Value], Entry]:
    def lookup(value: Any) -> Entry:
        return missing if value is None else ranges[bisect_right(cuts, value)]

    return lookup


def _special_lookup(
    listed: dict[Value, Entry], cuts: list[int], ranges: list[Entry], missing: Entry
) -> Callable[[Value], Entry]:
    in_range = _range_lookup(cuts, ranges, missing)
    return lambda value: listed[value] if value in listed else in_range(value)


class _ColumnLookup:
    """Contributions of one feature for a whole column."""

    def __init__(self, feature: FeatureTable) -> None:
        self.name = feature.name
        self._kind = feature.kind
        self._missing = feature.missing - feature.reference
        self._other = feature.other - feature.reference
        self._listed = {v: points - feature.reference for v, points in feature.listed.items()}
        ranges = feature.ranges
        self._cuts = np.array([r.upto for r in ranges if r.upto is not None], dtype=np.int64)
        self._ranges = np.array([r.points for r in ranges], dtype=np.int64) - feature.reference

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
        for value, contribution in self._listed.items():
            found[values == value] = contribution
        return found

    def _booleans(self, column: Column) -> Ints:
        by_value = [self._listed.get(value, self._other) for value in (False, True)]
        return np.array(by_value, dtype=np.int64)[column.values.astype(np.int64)]

    def _categories(self, column: Column) -> Ints:
        by_code = [self._listed.get(name, self._other) for name in column.categories or ()]
        return np.array([*by_code, self._other], dtype=np.int64)[column.values]
