"""Several models as one: the weighted mean of their points, and of their reasons.

The payload is canonical JSON that holds the members' own artifacts in base64, each checked like
any other when it is loaded; nothing in it can run. Weights are whole thousandths and add up to
1,000. Only integers are added, so a row and a column give the same bytes:

    points = half_even(sum(weight * member's points) / 1000)

A feature's contribution is the weighted sum of what it contributes to the members, in whole
points by largest remainders (`ml/apportion.py`): the point that rounding leaves over goes to the
feature that was rounded furthest the other way, never to one that contributed nothing. So

    points = the members' weighted points at their references + sum(contribution)

exactly. The PD is the blend's own table by points, not a mean of the members' PDs.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Final, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ml.apportion import apportioned
from ml.artifacts import Artifact, ArtifactRefused, pack, parsed_canonical
from ml.canonical import canonical, content_hash
from ml.columns import Frame
from ml.model import Ints, Model, Score, ScoreColumns, load_model, pd_lookup
from ml.scaling import Scaling, check_steps
from ml.values import Value

SCHEMA: Final = "assay.blend/1"
FAMILY: Final = "blend"
WHOLE = 1_000
"""What the weights add up to."""

Floats = npt.NDArray[np.float64]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Member(_Part):
    """One model's artifact in base64, and its weight in thousandths."""

    artifact: str
    weight: int = Field(gt=0, le=WHOLE)


class BlendDocument(_Part):
    """What the artifact holds."""

    schema_: Literal["assay.blend/1"] = Field(alias="schema")
    base: dict[str, int]
    members: tuple[Member, ...] = Field(min_length=1, max_length=20)
    pd: tuple[tuple[int, int], ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        Scaling.parse(self.base)
        check_steps(self.pd)
        if sum(member.weight for member in self.members) != WHOLE:
            raise ValueError(f"the weights must add up to {WHOLE}")
        return self


class Blend:
    """A blend ready to score; made from a checked document and its members, in its order."""

    family: str = FAMILY

    def __init__(
        self, dictionary_hash: str, document: BlendDocument, members: Sequence[Model]
    ) -> None:
        self.dictionary_hash = dictionary_hash
        self.document = document
        self.members = tuple(members)
        self.features = tuple(dict.fromkeys(name for each in members for name in each.features))
        self.content_hash = content_hash(self.to_bytes())
        self._weights = [member.weight for member in document.members]
        places = {name: place for place, name in enumerate(self.features)}
        self._places = [[places[name] for name in each.features] for each in members]
        self._at_reference = self._mean(np.array([[at_reference(each)] for each in members]))
        self._pd_row, self._pd_columns = pd_lookup(document.pd)

    def score_row(self, values: Mapping[str, Value]) -> Score:
        """Score one party's typed values; a name that is absent is missing."""
        scores = [member.score_row(values) for member in self.members]
        contributions = [np.array([[lost for _, lost in score.contributions]]) for score in scores]
        return self._scored([np.array([score.points]) for score in scores], contributions).row(0)

    def score_columns(self, frame: Frame) -> ScoreColumns:
        """Score n rows at once: points and pd_ppm of shape (n,), contributions (n, k)."""
        scores = [member.score_columns(frame) for member in self.members]
        return self._scored([s.points for s in scores], [s.contributions for s in scores])

    def points_columns(self, frame: Frame) -> Ints:
        """The points of `score_columns`, shape (n,)."""
        return self._mean(np.array([member.points_columns(frame) for member in self.members]))

    def pd_at(self, points: int) -> int:
        """PD (ppm) of that many points."""
        return self._pd_row(points)

    def pd_at_columns(self, points: Ints) -> Ints:
        """PD (ppm) of n points."""
        return self._pd_columns(points)

    def to_bytes(self) -> bytes:
        payload = canonical(self.document.model_dump(mode="json", by_alias=True))
        return pack(Artifact(self.family, self.dictionary_hash, "json", {}, payload))

    def describe(self) -> dict[str, object]:
        """Weights, and each member as it describes itself, for a model card."""
        return {
            "family": self.family,
            "base": self.document.base,
            "pd": [list(step) for step in self.document.pd],
            "members": [
                {"weight": weight, "content_hash": each.content_hash, **each.describe()}
                for weight, each in zip(self._weights, self.members, strict=True)
            ],
        }

    def _scored(self, points: Sequence[Ints], contributions: Sequence[Ints]) -> ScoreColumns:
        mean = self._mean(np.array(points))
        summed = np.zeros((mean.size, len(self.features)), dtype=np.int64)
        parts = zip(self._weights, self._places, contributions, strict=True)
        for weight, places, lost in parts:
            summed[:, places] += weight * lost
        shared = apportioned(summed / WHOLE, mean - self._at_reference)
        return ScoreColumns(mean, self._pd_columns(mean), shared, self.features)

    def _mean(self, points: Ints) -> Ints:
        """The weighted mean (n,) of the members' points (members, n), half to even."""
        total = (np.array(self._weights)[:, None] * points).sum(axis=0)
        mean: Ints = np.rint(total / WHOLE).astype(np.int64)
        return mean


def at_reference(model: Model) -> int:
    """The points of somebody whose every contribution is nothing."""
    nobody = model.score_row({})
    return nobody.points - sum(lost for _, lost in nobody.contributions)


def blend(
    members: Sequence[Model],
    weights: Sequence[int],
    dictionary_hash: str,
    scaling: Scaling,
    pd: Sequence[tuple[int, int]],
) -> Blend:
    """The blend of models of one dictionary and scale; a member without weight is left out.

    Raises ValueError where the weights are not whole thousandths that add up to 1,000.
    """
    kept = [(model, weight) for model, weight in zip(members, weights, strict=True) if weight]
    document = BlendDocument(
        schema=SCHEMA,
        base=scaling.document(),
        members=tuple(
            Member(artifact=base64.b64encode(model.to_bytes()).decode(), weight=weight)
            for model, weight in kept
        ),
        pd=tuple(pd),
    )
    return Blend(dictionary_hash, document, [model for model, _ in kept])


def load(artifact: Artifact) -> Blend:
    """The blend of an unpacked artifact; ArtifactRefused where it or a member is not whole."""
    if artifact.payload_format != "json" or artifact.settings:
        raise ArtifactRefused("malformed", "A blend's payload is JSON, and it has no settings.")
    parsed_canonical(artifact.payload, "blend")
    try:
        document = BlendDocument.model_validate_json(artifact.payload)
    except ValidationError as error:
        raise ArtifactRefused("malformed", f"The blend is not whole: {error}") from error
    members = [_member(each.artifact, artifact.dictionary_hash) for each in document.members]
    return Blend(artifact.dictionary_hash, document, members)


def _member(text: str, dictionary_hash: str) -> Model:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ArtifactRefused("malformed", "A member of the blend is not base64.") from error
    if base64.b64encode(data).decode() != text:
        raise ArtifactRefused("malformed", "A member of the blend is spelt in another way.")
    model = load_model(data, dictionary_hash=dictionary_hash)
    if model.family == FAMILY:
        raise ArtifactRefused("malformed", "A blend is no member of a blend.")
    return model
