"""Regulation packs: read from dated JSON files, pinned by every decision through their hash.

A pack holds what differs between jurisdictions and changes with time; an organization chooses
one. Files are never edited once published: a change in the law is a new file with a new date.
"""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described

from ml.canonical import canonical, content_hash

LATER = ("open_ended", "stress")
"""Members that came after packs were published: left out of the bytes where a pack has none."""
PACKS = Path(__file__).with_name("packs")
Days = Annotated[int, Described(ge=1, le=3_650)]


class Part(BaseModel):
    """Every part of a pack: immutable, typed strictly, unknown members refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Source(Part):
    """Where a rule comes from, and when it was last compared with the official text."""

    title: str
    url: str | None = None
    checked_on: str | None = None


class Tax(Part):
    """A tax on credit (IOF): a flat part and a daily one, in parts per billion of the principal."""

    name: str
    flat_ppb: int = Described(ge=0)
    daily_ppb: int = Described(ge=0)
    max_days: int = Described(ge=0, le=3_650)
    valid_from: str


class OpenEnded(Part):
    """What a limit without a term is said to cost.

    `representative`: as if it were drawn in full at once and repaid over `months` in equal
    instalments. `nominal`: the yearly rate itself, where the law asks for that alone.
    """

    method: Literal["representative", "nominal"]
    months: int = Described(default=12, ge=1, le=120)


class Stress(Part):
    """The least that an affordability test must add to the rate, and the least rate it tests."""

    add_on_ppm: int = Described(default=0, ge=0, le=1_000_000)
    floor_ppm: int = Described(default=0, ge=0, le=10_000_000)


class Pack(Part):
    """One jurisdiction's rules from a date on. Days count from the completed application."""

    schema_id: Literal["assay.pack/1"] = Described(alias="schema")
    id: str = Described(pattern=r"^[a-z]{2}-[0-9]{4}-[0-9]{2}(-[0-9]{2})?$")
    country: str
    effective_from: str
    notice_due_days: Days
    counter_offer_days: Days
    review_due_days: Days
    retention_months: int = Described(ge=1, le=600)
    minimum_age: int = Described(ge=0, le=120)
    capacity_field: str
    adverse_reasons_min: int = Described(ge=1)
    adverse_reasons_max: int = Described(ge=1, le=10)
    forbidden_phrases: Mapping[str, tuple[str, ...]]
    consents: tuple[str, ...]
    cost_of_credit: Literal["aprc", "cet", "apr"]
    open_ended: OpenEnded | None = None
    stress: Stress | None = None
    taxes: tuple[Tax, ...] = ()
    rate_cap_ppm: int | None = Described(default=None, ge=0)
    human_review: bool
    explanation: bool
    offer_valid_days: Days
    sources: tuple[Source, ...]
    unverified: tuple[str, ...]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The pack of stored bytes; pydantic's ValidationError where they are none."""
        return cls.model_validate_json(data)

    @cached_property
    def _canonical(self) -> bytes:
        unsaid = {name for name in LATER if getattr(self, name) is None}
        return canonical(self.model_dump(mode="json", by_alias=True, exclude=unsaid))

    def to_bytes(self) -> bytes:
        """Canonical bytes: what decisions pin."""
        return self._canonical

    @cached_property
    def content_hash(self) -> str:
        return content_hash(self._canonical)


def pack_ids() -> tuple[str, ...]:
    """Ids of the packs that come with this version, in order."""
    return tuple(sorted(path.stem for path in PACKS.glob("*.json")))


@lru_cache(maxsize=64)
def pack(pack_id: str) -> Pack:
    """The pack of that id; KeyError where there is none."""
    if pack_id not in pack_ids():
        raise KeyError(pack_id)
    return Pack.parse((PACKS / f"{pack_id}.json").read_bytes())


def forbidden_phrase(rules: Pack, language: str, text: str) -> str | None:
    """The phrase in a reason's text that says nothing specific (R3), None if there is none."""
    lowered = text.casefold()
    phrases: Any = rules.forbidden_phrases.get(language, ())
    return next((phrase for phrase in phrases if phrase.casefold() in lowered), None)
