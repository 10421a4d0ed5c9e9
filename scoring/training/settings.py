"""What a training is asked to do: read once, with every wrong place named."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

import ml
from ml.economics import Matrix
from tenancy.errors import FieldError, Invalid

PPM = 1_000_000
NO_FAMILY = frozenset({"__init__", "family", "design"})
SERVABLE = ("woe", "glass_box", "boosting", "blend")
"""Families that may decide, simplest first."""
DEFAULT_FAMILIES = SERVABLE[:3]
"""Without the blend, which learns all three again and takes as long as they do together."""

Objective = Literal["auc", "recall_of_bads", "cost", "profit"]
SplitMethod = Literal["auto", "random", "grouped", "out_of_time"]
RejectInference = Literal["none", "fuzzy", "parcelling", "bounds"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class TrainingSettings(_Part):
    """`trials` of 1 tunes nothing; `seconds` bounds the tuning of all families together.

    `dataset` is the id of a registered data set, else the past applications as they are now;
    `leave_out` names fields that no model shall read. `split` "auto" holds the latest loans out
    where every loan has its date, else a random part. `accuracy_ppm` is what a model must keep
    while it finds bads. `propose` files a request for charge afterwards. `because` is the alert
    that it answers. `retry_of` names the run whose finished steps are taken over.
    """

    seed: int = 20240607
    families: list[str] = Field(min_length=1)
    objective: Objective = "auc"
    trials: int = Field(default=1, ge=1, le=1000)
    seconds: int | None = Field(default=None, ge=1, le=86_400)
    dataset: str | None = None
    leave_out: list[str] = Field(default_factory=list)
    split: SplitMethod = "auto"
    holdout_ppm: int = Field(default=300_000, ge=50_000, le=500_000)
    costs: Matrix | None = None
    accuracy_ppm: int | None = Field(default=None, ge=500_000, lt=PPM)
    threads: int | None = Field(default=None, ge=1, le=64)
    reject_inference: RejectInference = "none"
    propose: bool = False
    because: dict[str, str] | None = None
    retry_of: str | None = None
    attempt: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        unknown = set(self.families) - set(family_names())
        if unknown:
            raise ValueError(f"no such family: {', '.join(sorted(unknown))}")
        if len(set(self.families)) != len(self.families):
            raise ValueError("a family is named twice")
        return self


def training_settings(asked: Mapping[str, Any]) -> TrainingSettings:
    """The settings, what was left out by default; Invalid naming every wrong one."""
    try:
        return TrainingSettings.model_validate({"families": list(DEFAULT_FAMILIES), **asked})
    except ValidationError as error:
        raise Invalid([_problem(each) for each in error.errors()]) from error


def family_names() -> tuple[str, ...]:
    """Every family there is, by its file: importing one would import the library it learns with."""
    folder = Path(ml.__file__).parent / "training" / "families"
    return tuple(sorted({path.stem for path in folder.glob("*.py")} - NO_FAMILY))


def _problem(error: Any) -> FieldError:
    where = error["loc"] or ("families",)
    pointer = "".join(f"/{part}" for part in where)
    return FieldError(pointer, str(error["type"]), str(error["msg"]).removeprefix("Value error, "))
