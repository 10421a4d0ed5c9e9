"""How one connector is used for one product: a document in versions, like every other rule."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field as Described
from pydantic import ValidationError, model_validator

from ml.canonical import canonical, content_hash
from underwriting.connectors.contract import (
    BUREAU_PURPOSES,
    CHECK_PURPOSES,
    SOFT_ONLY,
    Inquiry,
    Kind,
    Purpose,
)
from underwriting.connectors.reports import Name, Part, Words

Pointer = Annotated[str, Described(pattern=r"^(/[^/\x00-\x1f]{1,100}){1,10}$")]
HeaderName = Annotated[str, Described(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,60}$")]
HeaderText = Annotated[str, Described(pattern=r"^[\x20-\x7e]{1,500}$")]
STUB, HTTP_JSON = "stub", "http_json"
CONNECTORS = (STUB, HTTP_JSON)


class Agency(Part):
    """Whom a notice must name (15 USC 1681m(a)(3)); toll-free where the agency is nationwide."""

    name: Words
    address: Words
    phone: Words


class Http(Part):
    """Where a vendor is asked, and how its JSON differs from ours.

    `send` copies members of the house's inquiry to places in the vendor's request; `take` finds the
    members of our report in the vendor's answer. Both by JSON pointers (RFC 6901); both may be left
    out where the vendor, or a small adapter of the lender's, speaks the house's own form.
    """

    url: Annotated[str, Described(max_length=500)]
    headers: Mapping[HeaderName, HeaderText] = Described(default_factory=dict, max_length=20)
    secret_header: HeaderName = "Authorization"  # noqa: S105 - a header's name
    send: Mapping[Pointer, Pointer] = Described(default_factory=dict, max_length=100)
    take: Mapping[Pointer, Pointer] = Described(default_factory=dict, max_length=500)

    @model_validator(mode="after")
    def _address(self) -> Self:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("an address begins with https://")
        if parts.username or parts.password or parts.fragment:
            raise ValueError("an address holds no name, password or fragment")
        return self


class ConnectorSettings(Part):
    """One version. Attempts wait `backoff_seconds`, then twice as long each time.

    For `valid_days` an answer about the same customer is used again; with none each application
    is asked about anew, as lists of sanctions and signs of fraud change from one day to the next.
    """

    schema_id: Literal["assay.connector/1"] = Described(alias="schema")
    kind: Kind
    connector: Literal["stub", "http_json"]
    enabled: bool = True
    inquiry: Inquiry
    purpose: Purpose
    timeout_ms: int = Described(default=5_000, ge=100, le=20_000)
    most_attempts: int = Described(default=3, ge=1, le=10)
    backoff_seconds: int = Described(default=30, ge=1, le=3_600)
    give_up_minutes: int = Described(default=60, ge=1, le=10_080)
    valid_days: int = Described(default=0, ge=0, le=365)
    agency: Agency | None = None
    fields: Mapping[Name, Name] = Described(default_factory=dict, max_length=500)
    http: Http | None = None
    prequalifies: bool = False
    """Whether this bureau is also asked, softly, for prequalifications (15 USC 1681b(c))."""

    @classmethod
    def parse(cls, document: bytes | str | Mapping[str, Any]) -> Self:
        """Settings of a document; pydantic's ValidationError names what is wrong."""
        data = canonical(dict(document)) if isinstance(document, Mapping) else document
        return cls.model_validate_json(data)

    def canonical(self) -> bytes:
        """Left out where it is not said, so that settings from before keep their bytes."""
        unsaid = set() if self.prequalifies else {"prequalifies"}
        return canonical(self.model_dump(mode="json", by_alias=True, exclude=unsaid))

    @property
    def content_hash(self) -> str:
        return content_hash(self.canonical())

    def as_stub(self) -> Self:
        """The same use with the stub behind it: what a test twin gets."""
        return self.model_copy(update={"connector": STUB, "http": None})

    def wait_seconds(self, attempt: int) -> int:
        """How long to wait after this many attempts."""
        return min(self.backoff_seconds << (attempt - 1), 86_400)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.connector == HTTP_JSON) != (self.http is not None):
            raise ValueError("http settings belong to the http_json connector and to no other")
        if self.kind == Kind.BUREAU:
            self._check_bureau()
        elif self.inquiry != Inquiry.NONE or self.purpose != CHECK_PURPOSES[self.kind]:
            raise ValueError("a check is no inquiry and has the purpose of its kind")
        elif self.fields or self.prequalifies:
            raise ValueError("a check fills no fields and prequalifies nobody")
        return self

    def _check_bureau(self) -> None:
        if self.inquiry == Inquiry.NONE or self.purpose not in BUREAU_PURPOSES:
            raise ValueError("a bureau is asked softly or hard, for a permissible purpose")
        if self.purpose in SOFT_ONLY and self.inquiry != Inquiry.SOFT:
            raise ValueError("this purpose permits a soft inquiry only")
        if self.agency is None:
            raise ValueError("a notice must name the agency: name, address, telephone")


def problems_of(error: ValidationError) -> list[tuple[str, str]]:
    """Pointer and text of everything wrong with a document, without the values given."""
    return [
        ("/" + "/".join(str(step) for step in each["loc"]), each["msg"]) for each in error.errors()
    ]
