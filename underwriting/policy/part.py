"""What every part of a policy document is made of; members of their own file build on this one."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described

Scope = Literal["application", "party"]
Texts = Mapping[str, str]
Ppm = Annotated[int, Described(ge=0, le=1_000_000)]
RatePpm = Annotated[int, Described(ge=0, le=100_000_000)]
Name = Annotated[str, Described(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
InputName = Annotated[str, Described(pattern=r"^([a-z]+\.)?[a-z][a-z0-9_]{0,62}$")]
Code = Annotated[str, Described(pattern=r"^[A-Z][A-Z0-9_]{1,39}$")]
BandName = Annotated[str, Described(pattern=r"^[A-Za-z0-9_+-]{1,20}$")]
Label = Annotated[str, Described(min_length=1, max_length=100)]
Scalar = bool | int | Annotated[str, Described(max_length=500)]


class Part(BaseModel):
    """Every part of the document: immutable, typed strictly, unknown members refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
