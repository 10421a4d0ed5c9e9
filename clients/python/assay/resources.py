"""Handles for what most callers do; `Assay.call` reaches every other operation."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assay.generated.api.applications import (
    applications_create,
    applications_list,
    applications_retrieve,
    documents_attach,
    documents_content,
)
from assay.generated.api.batches import (
    batches_create,
    batches_errors,
    batches_list,
    batches_results,
    batches_retrieve,
)
from assay.generated.api.decisions import decisions_retrieve
from assay.generated.api.offers import applications_offer_accept, applications_offer_decline
from assay.generated.api.sandbox import (
    test_clock_advance,
    test_clock_retrieve,
    test_personas_list,
    test_webhooks_send,
)
from assay.generated.models.application import Application
from assay.generated.models.application_request import ApplicationRequest
from assay.generated.models.applications_list_metadata import ApplicationsListMetadata
from assay.generated.models.batch import Batch
from assay.generated.models.batch_form import BatchForm
from assay.generated.models.decision import Decision
from assay.generated.models.document import Document
from assay.generated.models.document_request import DocumentRequest
from assay.generated.models.full_offer import FullOffer
from assay.generated.models.test_clock import TestClock
from assay.generated.models.test_clock_advanced import TestClockAdvanced
from assay.generated.models.test_persona import TestPersona
from assay.generated.models.test_webhook_sent import TestWebhookSent
from assay.generated.types import UNSET, File
from assay.waiting import wait_until

OVER = frozenset({"done", "failed", "cancelled"})
UNDECIDED = frozenset({"draft", "incomplete", "submitted", "deciding"})


class Resource:
    """One kind of thing, by the calls of a client."""

    def __init__(self, call: Callable[..., Any], pages: Callable[..., Iterator[Any]]) -> None:
        self._call = call
        self._pages = pages


class Applications(Resource):
    """Send, follow, wait."""

    def create(
        self,
        body: ApplicationRequest | Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
        wait: int = 0,
    ) -> Application:
        """Send one. `wait`: ready to wait so many seconds for the decision in the answer."""
        more = {"prefer": f"wait={wait}"} if wait else {}
        made: Application = self._call(
            applications_create, body=body, idempotency_key=idempotency_key, **more
        )
        return made

    def get(self, application_id: str) -> Application:
        found: Application = self._call(applications_retrieve, application_id=application_id)
        return found

    def list(
        self, *, metadata: Mapping[str, str] | None = None, **filters: Any
    ) -> Iterator[Application]:
        """Newest first, page after page; `metadata` names pairs that were sent with them."""
        if metadata is not None:
            filters["metadata"] = ApplicationsListMetadata.from_dict(metadata)
        return self._pages(applications_list, **filters)

    def wait(self, application_id: str, *, seconds: float = 60.0) -> Application:
        """The application once it is decided or referred. Raises TookTooLong."""
        return wait_until(
            lambda: self.get(application_id),
            lambda found: found.status not in UNDECIDED,
            seconds=seconds,
        )

    def attach(
        self, application_id: str, path: str | Path, *, kind: str = "other", party: int = 0
    ) -> Document:
        """Attach a file (PDF, JPEG, PNG, HEIC) to one party's part; the same again is the same."""
        with Path(path).open("rb") as stream:
            form = DocumentRequest(
                file=File(payload=stream, file_name=Path(path).name), kind=kind, party=party
            )
            made: Document = self._call(documents_attach, application_id=application_id, body=form)
        return made

    def document(self, application_id: str, document_id: str) -> bytes:
        """A document's bytes. The key needs `documents:read`."""
        found: File = self._call(
            documents_content, application_id=application_id, document_id=document_id
        )
        return found.payload.read()


class Batches(Resource):
    """Files of applications: sent, followed, fetched."""

    def create(
        self,
        path: str | Path,
        *,
        product: str,
        consents: Sequence[Mapping[str, str]] | None = None,
        language: str | None = None,
        idempotency_key: str | None = None,
    ) -> Batch:
        """Send a file (CSV, NDJSON or Parquet). `consents` are those that every applicant gave."""
        with Path(path).open("rb") as stream:
            form = BatchForm(
                product=product,
                file=File(payload=stream, file_name=Path(path).name),
                consents=UNSET if consents is None else json.dumps(list(consents)),
                language=language or UNSET,
            )
            made: Batch = self._call(batches_create, body=form, idempotency_key=idempotency_key)
        return made

    def get(self, batch_id: str) -> Batch:
        found: Batch = self._call(batches_retrieve, batch_id=batch_id)
        return found

    def list(self, **filters: Any) -> Iterator[Batch]:
        """Newest first, page after page."""
        return self._pages(batches_list, **filters)

    def wait(self, batch_id: str, *, seconds: float = 3_600.0) -> Batch:
        """The batch once it is over. Raises TookTooLong."""
        return wait_until(
            lambda: self.get(batch_id), lambda found: found.status in OVER, seconds=seconds
        )

    def results(self, batch_id: str) -> str:
        """The decisions as CSV."""
        found: str = self._call(batches_results, batch_id=batch_id)
        return found

    def errors(self, batch_id: str) -> str:
        """The refused rows as CSV: row, pointer, code, message."""
        found: str = self._call(batches_errors, batch_id=batch_id)
        return found


class Decisions(Resource):
    """What was decided, and why."""

    def get(self, decision_id: str) -> Decision:
        found: Decision = self._call(decisions_retrieve, decision_id=decision_id)
        return found


class Offers(Resource):
    """The applicant's answer."""

    def accept(self, application_id: str) -> FullOffer:
        found: FullOffer = self._call(applications_offer_accept, application_id=application_id)
        return found

    def decline(self, application_id: str) -> FullOffer:
        found: FullOffer = self._call(applications_offer_decline, application_id=application_id)
        return found


class Sandbox(Resource):
    """What a test key may do besides."""

    def personas(self) -> list[TestPersona]:
        found: list[TestPersona] = self._call(test_personas_list).data
        return found

    def clock(self) -> TestClock:
        found: TestClock = self._call(test_clock_retrieve)
        return found

    def advance(self, *, days: int = 0, hours: int = 0) -> TestClockAdvanced:
        """Let time pass in the test twin."""
        done: TestClockAdvanced = self._call(
            test_clock_advance, body={"days": days, "hours": hours}
        )
        return done

    def send_webhook(self, kind: str, *, endpoint: str | None = None) -> TestWebhookSent:
        """Any type of message, to one endpoint or to all of yours that listen."""
        body = {"type": kind, **({"endpoint": endpoint} if endpoint else {})}
        sent: TestWebhookSent = self._call(test_webhooks_send, body=body)
        return sent
