"""Scorecards set by hand: how a lender without past loans starts.

The hand-written document uses people's forms (money as "1500.00", dates as "2026-11-21") and may
leave out what has an obvious meaning; compiling checks it against the dictionary and writes the
same typed document a trained scorecard has. docs/models.md shows one.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as Checked

from ml.dictionary import Derived, Dictionary, Field
from ml.model_inputs import ModelInput, ModelInputRefused, model_inputs
from ml.points_table import (
    SCHEMA,
    FeatureTable,
    Points,
    PointsTable,
    RangeBin,
    ScorecardDocument,
    ValuesBin,
    attainable_range,
)
from ml.scaling import PdSteps, Scaling
from ml.thresholds import typed_value

Problem = tuple[str, str]
Human = bool | int | str
Entry = Field | Derived


class ExpertScorecardError(ValueError):
    """What is wrong with a hand-written scorecard: pairs of JSON pointer and message."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{pointer}: {message}" for pointer, message in problems))
        self.problems = problems


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class HandRange(_Part):
    upto: int | str | None
    points: Points


class HandValues(_Part):
    values: tuple[Human, ...] = Checked(min_length=1)
    points: Points


class HandFeature(_Part):
    name: str
    bins: tuple[HandRange | HandValues, ...] = Checked(min_length=1)
    missing: Points
    other: Points | None = None
    reference: Points | None = None


class HandDocument(_Part):
    schema_: Literal["assay.expert_scorecard/1"] = Checked(alias="schema")
    base: dict[str, int]
    intercept: Points
    features: tuple[HandFeature, ...] = Checked(min_length=1)
    pd: Annotated[PdSteps, Checked(min_length=1)] | None = None


def compile_expert(
    document: bytes | str | Mapping[str, Any], dictionary: Dictionary
) -> PointsTable:
    """Check a hand-written scorecard against its dictionary and make it a model.

    Raises ExpertScorecardError with every problem found.
    """
    hand = _parsed(document)
    inputs = _inputs(hand, dictionary)
    problems: list[Problem] = []
    tables = [
        _table(feature, source, _Reader(dictionary.entries[feature.name], index, problems))
        for index, (feature, source) in enumerate(zip(hand.features, inputs, strict=True))
    ]
    if problems:
        raise ExpertScorecardError(problems)
    try:
        return PointsTable(_compiled(hand, tables, dictionary))
    except ValidationError as error:
        raise ExpertScorecardError(_problems(error)) from error


def _parsed(document: bytes | str | Mapping[str, Any]) -> HandDocument:
    try:
        text = json.dumps(document) if isinstance(document, Mapping) else document
        hand = HandDocument.model_validate_json(text)
        Scaling.parse(hand.base)
    except ValidationError as error:
        raise ExpertScorecardError(_problems(error)) from error
    except ValueError as error:
        raise ExpertScorecardError([("/base", str(error))]) from error
    return hand


def _problems(error: ValidationError) -> list[Problem]:
    return [
        ("/" + "/".join(map(str, problem["loc"])), problem["msg"]) for problem in error.errors()
    ]


def _inputs(hand: HandDocument, dictionary: Dictionary) -> tuple[ModelInput, ...]:
    names = [feature.name for feature in hand.features]
    try:
        return model_inputs(dictionary, names)
    except ModelInputRefused as error:
        position = len(names) - 1 - names[::-1].index(error.feature)
        raise ExpertScorecardError([(f"/features/{position}/name", str(error))]) from error


class _Reader:
    """Reads one feature's human forms as typed values and notes what it cannot read."""

    def __init__(self, entry: Entry, feature: int, problems: list[Problem]) -> None:
        self._entry = entry
        self._pointer = f"/features/{feature}/bins"
        self._problems = problems

    def upto(self, human: int | str | None, position: int) -> int | None:
        if human is None:
            return None
        value = self._read(human, f"{self._pointer}/{position}/upto")
        return value if type(value) is int else 0

    def values(self, human: tuple[Human, ...], position: int) -> tuple[Human, ...]:
        pointer = f"{self._pointer}/{position}/values"
        return tuple(self._read(one, f"{pointer}/{i}") for i, one in enumerate(human))

    def _read(self, human: Human, pointer: str) -> Human:
        try:
            return typed_value(self._entry, human)
        except ValueError as error:
            self._problems.append((pointer, str(error)))
            return 0


def _table(feature: HandFeature, source: ModelInput, reader: _Reader) -> FeatureTable:
    bins: list[RangeBin | ValuesBin] = []
    for position, part in enumerate(feature.bins):
        if isinstance(part, HandRange):
            bins.append(RangeBin(upto=reader.upto(part.upto, position), points=part.points))
        else:
            values = reader.values(part.values, position)
            bins.append(ValuesBin(values=values, points=part.points))
    points = [part.points for part in bins]
    return FeatureTable.model_construct(
        name=feature.name,
        kind=source.kind,
        bins=tuple(bins),
        missing=feature.missing,
        other=min(points) if feature.other is None else feature.other,
        reference=max(points) if feature.reference is None else feature.reference,
    )


def _compiled(
    hand: HandDocument, tables: list[FeatureTable], dictionary: Dictionary
) -> ScorecardDocument:
    """Validated as a whole; the PD table follows from the base where none is given."""
    scaling = Scaling.parse(hand.base)
    steps = hand.pd or scaling.pd_steps(*attainable_range(hand.intercept, tuple(tables)))
    return ScorecardDocument.model_validate(
        {
            "schema": SCHEMA,
            "family": "expert",
            "dictionary": dictionary.content_hash,
            "base": scaling.document(),
            "intercept": hand.intercept,
            "features": tuple(table.model_dump() for table in tables),
            "pd": steps,
        }
    )
