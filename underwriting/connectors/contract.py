"""What every connector is asked and must answer; `tests/connectors/contract.py` holds it to that.

    report = connector.ask(request)

A connector keeps no state between calls. It sends `request.idempotency_key` to its vendor, so that
asking again after a crash is the same inquiry and not a second one. It raises nothing but
`ConnectorError`, whose text never holds a word of the subject or of the vendor's answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol
from uuid import UUID

from underwriting.connectors.reports import BureauReport, CheckReport

Report = BureauReport | CheckReport


class Kind(StrEnum):
    """Who is asked. The checks come before the bureau: a hit makes its pull pointless."""

    IDENTITY = "identity"
    SANCTIONS = "sanctions"
    FRAUD = "fraud"
    BUREAU = "bureau"


CHECKS: Final = (Kind.IDENTITY, Kind.SANCTIONS, Kind.FRAUD)


class Inquiry(StrEnum):
    """How a bureau notes it: a hard one is seen by others and may cost the applicant points."""

    SOFT = "soft"
    HARD = "hard"
    NONE = "none"


class Purpose(StrEnum):
    """Why it may be asked: 15 USC 1681b(a) for reports, the lender's duties for checks (R14)."""

    CREDIT_TRANSACTION = "credit_transaction"
    WRITTEN_INSTRUCTIONS = "written_instructions"
    ACCOUNT_REVIEW = "account_review"
    PREQUALIFICATION = "prequalification"
    IDENTITY_VERIFICATION = "identity_verification"
    SANCTIONS_SCREENING = "sanctions_screening"
    FRAUD_PREVENTION = "fraud_prevention"


SOFT_ONLY: Final = (Purpose.ACCOUNT_REVIEW, Purpose.PREQUALIFICATION)
BUREAU_PURPOSES: Final = (
    Purpose.CREDIT_TRANSACTION,
    Purpose.WRITTEN_INSTRUCTIONS,
    Purpose.ACCOUNT_REVIEW,
    Purpose.PREQUALIFICATION,
)
CHECK_PURPOSES: Final[Mapping[Kind, Purpose]] = {
    Kind.IDENTITY: Purpose.IDENTITY_VERIFICATION,
    Kind.SANCTIONS: Purpose.SANCTIONS_SCREENING,
    Kind.FRAUD: Purpose.FRAUD_PREVENTION,
}


class Failure(StrEnum):
    """What a connector may say instead of answering."""

    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    MALFORMED = "malformed"
    REFUSED = "refused"


class ConnectorError(Exception):
    """No answer. `retryable`: the same inquiry may be made again and might then be answered."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure

    @property
    def retryable(self) -> bool:
        return self.failure in (Failure.TIMEOUT, Failure.UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it is about: given to the connector alone. Its repr says nothing."""

    given_names: str = field(repr=False)
    family_name: str = field(repr=False)
    birth_date: str = field(repr=False)
    email: str = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    national_id: str | None = field(default=None, repr=False)
    address: Mapping[str, Any] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, identity: Mapping[str, Any]) -> "Subject":
        """From an identity as a submission gives it (underwriting.identity)."""
        given: dict[str, Any] = {name: identity.get(name) for name in cls.__slots__}
        return cls(**given)

    def document(self) -> dict[str, Any]:
        """What goes to a vendor: only what is known."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Request:
    """One inquiry. `attempt` counts from one; `consent` is the ledger's row, where one is due."""

    kind: Kind
    inquiry: Inquiry
    purpose: Purpose
    consent: UUID | None
    idempotency_key: UUID
    attempt: int
    asked_on: str
    subject: Subject

    def document(self) -> dict[str, Any]:
        """The house's own wire form, `assay.inquiry/1`."""
        return {
            "schema": "assay.inquiry/1",
            "kind": self.kind.value,
            "inquiry": self.inquiry.value,
            "purpose": self.purpose.value,
            "consent": str(self.consent) if self.consent else None,
            "asked_on": self.asked_on,
            "subject": self.subject.document(),
        }


class Connector(Protocol):
    """What a vendor's adapter implements."""

    def ask(self, request: Request) -> Report:
        """The typed report; raises ConnectorError and nothing else, within the timeout it has."""
        ...
