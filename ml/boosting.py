"""XGBoost in production: UBJSON trees inside an artifact, whole points outside.

The only module on the request path that imports XGBoost, and only for a model of this family.

Where the floats end: XGBoost gives a float32 margin (log-odds of being bad); it is widened to
float64, multiplied and added to, and rounded half to even to whole points. Inputs go from scaled
integers through float64 to float32, in a row as in a column, so that both round alike. A column's
margins are XGBoost's, on one thread; a row's is read from the same trees' leaves
(`ml/leaf_rows.py`), which is shown to be XGBoost's own to the bit on probes when the model is
loaded. Where that cannot be shown, a row is a matrix of one row.

Contributions are TreeSHAP values (Lundberg et al. 2020, as `pred_contribs` gives them) less the
mean of the training loans that turned out good, looked up in tables of leaves (`ml/leaf_tables.py`)
and shared out in whole points that add up exactly (`ml/apportion.py`):

    points = the average good loan's points + sum(contribution)
"""

import json
import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import xgboost
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ml.apportion import apportioned, apportioned_row
from ml.artifacts import Artifact, ArtifactRefused, pack
from ml.canonical import canonical, content_hash
from ml.columns import Column, Frame
from ml.leaf_rows import LeafSum, Stretches
from ml.leaf_tables import LeafTables, TooDeep
from ml.model import Ints, Score, ScoreColumns, pd_lookup
from ml.scaling import Scaling, check_steps
from ml.values import Value

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
OBJECTIVE = "binary:logistic"
CHUNK = 1_024
"""Rows whose leaves are looked up at once: as many numbers as there are trees for each."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class TreeInput(_Part):
    """One column of the matrix. `reference` is the good loans' mean contribution, as text.

    A `place` is a category of many values: each is a number, its shrunken evidence in thousandths
    of log-odds, and one that is not listed has none.
    """

    name: str
    kind: Literal["number", "boolean", "category", "place"]
    categories: tuple[str, ...] = ()
    specials: tuple[int, ...] = ()
    evidence: tuple[int, ...] = ()
    reference: str

    @field_validator("reference")
    @classmethod
    def _finite(cls, text: str) -> str:
        return checked_exact(text)

    @model_validator(mode="after")
    def _weighed(self) -> Self:
        if len(self.evidence) != (len(self.categories) if self.kind == "place" else 0):
            raise ValueError(f"{self.name}: a place, and nothing else, has evidence by category")
        return self

    @property
    def feature_type(self) -> str:
        return "c" if self.kind == "category" else "q"

    def document(self) -> dict[str, object]:
        """As JSON has it; only a place mentions evidence."""
        return self.model_dump(mode="json", exclude=None if self.evidence else {"evidence"})


class BoostingSettings(_Part):
    """What the container keeps beside the trees; floats as their shortest exact text."""

    base: dict[str, int]
    slope: str
    intercept: str
    inputs: tuple[TreeInput, ...] = Field(min_length=1)
    pd: tuple[tuple[int, int], ...]

    @field_validator("slope", "intercept")
    @classmethod
    def _finite(cls, text: str) -> str:
        return checked_exact(text)

    @field_validator("base")
    @classmethod
    def _scale(cls, base: dict[str, int]) -> dict[str, int]:
        Scaling.parse(base)
        return base

    @field_validator("pd")
    @classmethod
    def _falling(cls, pd: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        check_steps(pd)
        return pd

    def document(self) -> dict[str, object]:
        """As JSON has it."""
        inputs = [source.document() for source in self.inputs]
        return self.model_dump(mode="json", exclude={"inputs"}) | {"inputs": inputs}


def exact(value: float) -> str:
    """The shortest text that reads back as the same float64."""
    return repr(float(value))


def checked_exact(text: str) -> str:
    """The text itself, if it is how `exact` writes a finite number; ValueError otherwise."""
    value = float(text)
    if not np.isfinite(value) or exact(value) != text:
        raise ValueError("not the exact text of a finite number")
    return text


class Boosting:
    """A boosted model ready to score."""

    family: str = "boosting"

    def __init__(self, dictionary_hash: str, settings: BoostingSettings, trees: bytes) -> None:
        self.dictionary_hash = dictionary_hash
        self.settings = settings
        self.features = tuple(source.name for source in settings.inputs)
        self._trees = trees
        self._booster = _booster(trees, settings)
        self._encoders = tuple(Encoder(source) for source in settings.inputs)
        self._slope, self._intercept = float(settings.slope), float(settings.intercept)
        self._own_references = [float(source.reference) for source in settings.inputs]
        self._references = np.array(self._own_references)
        self._tables = leaf_tables(self._booster, len(settings.inputs))
        average = math.fsum([self._tables.expected, *self._own_references])
        self._at_reference = round(self._slope * average + self._intercept)
        self._pd_row, self._pd_columns = pd_lookup(settings.pd)
        rows = self._tables.rows
        probes = rows.probes()
        self._margin = rows.sum_of(probes, tree_margins(self._booster, probes))
        self._answers = tuple(
            (encoder.name, encoder.answering(rows.features[place]))
            for place, encoder in enumerate(self._encoders)
            if any(rows.features[place].answers)
        )
        self._moves = {
            encoder.name: (encoder, rows.features[place], rows.patterns_of(place))
            for place, encoder in enumerate(self._encoders)
        }
        self.content_hash = content_hash(self.to_bytes())

    def score_row(self, values: Mapping[str, Value]) -> Score:
        """Score one party's typed values; a name that is absent is missing."""
        if self._margin is None:
            return self._score_alone(values)
        answers = 0
        for name, answer in self._answers:
            answers |= answer(values.get(name))
        rows, slope = self._tables.rows, self._slope
        leaves = rows.leaves(answers)
        points = round(slope * self._margin.row(leaves) + self._intercept)
        shares = zip(rows.contributions(leaves), self._own_references, strict=True)
        parts = [slope * (share - reference) for share, reference in shares]
        contributions = apportioned_row(parts, points - self._at_reference)
        named = tuple(zip(self.features, contributions, strict=True))
        return Score(points, self._pd_row(points), named)

    def score_columns(self, frame: Frame) -> ScoreColumns:
        """Score n rows at once: points and pd_ppm of shape (n,), contributions (n, k)."""
        matrix = encode(self._encoders, frame)
        return self._scored(matrix, self._tables.columns(matrix))

    def points_columns(self, frame: Frame) -> Ints:
        """The points of `score_columns`, shape (n,), without the cost of TreeSHAP."""
        moving = [column for column in frame.columns.values() if not column.same]
        if self._margin is not None and len(moving) < len(frame.columns) and frame.rows:
            return self._points_moving(self._margin, frame)
        return self._points(encode(self._encoders, frame))

    def pd_at(self, points: int) -> int:
        """PD (ppm) of that many points."""
        return self._pd_row(points)

    def pd_at_columns(self, points: Ints) -> Ints:
        """PD (ppm) of n points."""
        return self._pd_columns(points)

    def _score_alone(self, values: Mapping[str, Value]) -> Score:
        """By XGBoost itself, of trees whose sum could not be shown to be its own."""
        row = [encoder.row(values.get(encoder.name)) for encoder in self._encoders]
        matrix = np.array([row], dtype=np.float64).astype(np.float32)
        return self._scored(matrix, self._tables.columns(matrix)).row(0)

    def _points_moving(self, margin: LeafSum, frame: Frame) -> Ints:
        """Where most facts are the same in all rows: their answers are asked for once."""
        held, moving = 0, []
        for name, answer in self._answers:
            column = frame.columns.get(name)
            if column is None or column.same:
                held |= answer(None if column is None else column.item(0))
            else:
                encoder, stretches, patterns = self._moves[name]
                moving.append((patterns, encoder.stretches(stretches, column)))
        rows = self._tables.rows
        if not moving:
            margins = margin.columns(rows.leaves(held)[None, :])
            return self._points_of(np.repeat(margins, frame.rows))
        parts = []
        for start in range(0, frame.rows, CHUNK):
            part = [(each, places[start : start + CHUNK]) for each, places in moving]
            parts.append(margin.columns(rows.leaves_moving(held, part)))
        return self._points_of(np.concatenate(parts))

    def _points(self, matrix: Singles) -> Ints:
        return self._points_of(tree_margins(self._booster, matrix))

    def _points_of(self, margins: Floats) -> Ints:
        return np.rint(self._slope * margins + self._intercept).astype(np.int64)

    def _scored(self, matrix: Singles, shares: Floats) -> ScoreColumns:
        points = self._points(matrix)
        parts = self._slope * (shares - self._references)
        contributions = apportioned(parts, points - self._at_reference)
        return ScoreColumns(points, self._pd_columns(points), contributions, self.features)

    def to_bytes(self) -> bytes:
        settings = self.settings.document()
        return pack(Artifact(self.family, self.dictionary_hash, "ubj", settings, self._trees))

    def describe(self) -> dict[str, object]:
        """Scale, inputs and the size of the forest, for a model card."""
        described = self.settings.document()
        described["family"] = self.family
        described["trees"] = self._booster.num_boosted_rounds()
        return described


def load(artifact: Artifact) -> Boosting:
    """The model of an unpacked artifact; ArtifactRefused where it is not whole."""
    if artifact.payload_format != "ubj":
        raise ArtifactRefused("malformed", "The payload of a boosted model is UBJSON.")
    try:
        settings = BoostingSettings.model_validate_json(canonical(dict(artifact.settings)))
    except ValidationError as error:
        raise ArtifactRefused("malformed", f"The settings are not whole: {error}") from error
    return Boosting(artifact.dictionary_hash, settings, artifact.payload)


def _booster(trees: bytes, settings: BoostingSettings) -> xgboost.Booster:
    if not trees.startswith(b"{") or b"learner" not in trees[:64]:
        raise ArtifactRefused("foreign", "The payload holds no XGBoost trees.")
    booster = xgboost.Booster({"nthread": 1})
    try:
        booster.load_model(bytearray(trees))
        objective = json.loads(booster.save_config())["learner"]["objective"]["name"]
        features = booster.num_features()
    except (xgboost.core.XGBoostError, ValueError) as error:
        raise ArtifactRefused("foreign", "XGBoost cannot read the payload.") from error
    if features != len(settings.inputs) or objective != OBJECTIVE:
        raise ArtifactRefused("malformed", "The trees do not fit the model's settings.")
    booster.set_param({"nthread": 1})
    return booster


def tree_margins(booster: xgboost.Booster, matrix: Singles) -> Floats:
    """Log-odds of being bad, shape (n,), before calibration."""
    if not matrix.shape[0]:
        return np.empty(0)
    return np.asarray(booster.inplace_predict(matrix, predict_type="margin"), dtype=np.float64)


def leaf_tables(booster: xgboost.Booster, width: int) -> LeafTables:
    """TreeSHAP values of a booster by look-up; ArtifactRefused where its trees are too deep."""
    try:
        return LeafTables(bytes(booster.save_raw("json")), width)
    except TooDeep as error:
        raise ArtifactRefused("malformed", f"The trees cannot be explained: {error}.") from error


class Encoder:
    """From typed values to the numbers the trees split on; an unknown category is missing."""

    def __init__(self, source: TreeInput) -> None:
        self.name = source.name
        self._specials = frozenset(source.specials)
        self._listed = source.kind in ("category", "place")
        self._category = source.kind == "category"
        codes = source.evidence if source.kind == "place" else range(len(source.categories))
        self._codes = {n: float(code) for n, code in zip(source.categories, codes, strict=True)}
        self._other = 0.0 if source.kind == "place" else np.nan

    def row(self, value: Value) -> float:
        if value is None:
            return np.nan
        if self._listed:
            return self._codes.get(str(value), self._other)
        return np.nan if value in self._specials else float(value)

    def answering(self, stretches: Stretches) -> Callable[[Value], int]:
        """A function from a typed value to the trees' answers about it: `row`, then `of`."""
        missing = stretches.missing
        if not self._listed:
            return self._of_number(stretches)
        whole = stretches.of_code if self._category else stretches.of
        known = {name: whole(code) for name, code in self._codes.items()}
        other = missing if self._other != self._other else whole(self._other)
        return lambda value: missing if value is None else known.get(str(value), other)

    def stretches(self, stretches: Stretches, column: Column) -> Ints:
        """Which stretch each of n values lies in; what `answering` asks of one."""
        last = len(stretches.answers) - 1
        numbers = self.column(column)
        gaps = np.isnan(numbers)
        if self._category:
            found = np.minimum(np.where(gaps, 0, numbers).astype(np.int64), max(last - 1, 0))
        else:
            found = np.searchsorted(np.array(stretches.cuts), numbers, side="right")
        found[gaps] = last
        return found

    def _of_number(self, stretches: Stretches) -> Callable[[Value], int]:
        (cuts, answers), missing, specials = stretches, stretches.missing, self._specials

        def answer(value: Value) -> int:
            if value is None or value in specials:
                return missing
            return answers[bisect_right(cuts, float(value))]

        return answer

    def column(self, column: Column) -> Floats:
        if self._listed:
            names = column.categories or ()
            codes = [*(self._codes.get(name, self._other) for name in names), np.nan]
            values = np.array(codes)[column.values]
        else:
            values = column.values.astype(np.float64)
            values[np.isin(column.values, list(self._specials))] = np.nan
        values[column.null] = np.nan
        return values


def encode(encoders: Sequence[Encoder], frame: Frame) -> Singles:
    """Shape (n, k): each column through float64 to float32; missing is NaN."""
    matrix = np.full((frame.rows, len(encoders)), np.nan, dtype=np.float32)
    for index, encoder in enumerate(encoders):
        column = frame.columns.get(encoder.name)
        if column is not None:
            matrix[:, index] = encoder.column(column).astype(np.float32)
    return matrix
