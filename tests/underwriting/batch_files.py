"""Chunks of files for tests: API bodies as columns of text, and everything a row has stored."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa

from config.demo.applicants import demo_applications
from config.demo.lenders import DemoLender
from events.actor import SYSTEM
from tenancy.ids import new_id
from underwriting.api.envelope import envelope_of
from underwriting.services.applications import application_submit
from underwriting.services.batch_chunks import chunk_decide
from underwriting.services.batch_contract import BatchTerms, ChunkDone
from underwriting.services.decisions import application_decide

Body = Mapping[str, Any]


class Finish:
    """The right to finish a chunk that nobody disputes; remembers the order of its calls."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.done: ChunkDone | None = None

    def __call__(self) -> None:
        self.calls.append("finish")

    def store(self, done: ChunkDone) -> None:
        self.calls.append("store")
        self.done = done

    def renew(self) -> None:
        self.calls.append("renew")


def demo_bodies(lender: DemoLender, count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Invented applications as API bodies, joint ones and known people among them."""
    return [
        {
            "external_id": made.external_id,
            "request": made.request,
            "applicant": made.parties[0],
            **({"co_applicants": made.parties[1:]} if made.parties[1:] else {}),
        }
        for made in demo_applications(lender, count, seed)
    ]


def table_of(bodies: Sequence[Body], first: int = 1) -> pa.Table:
    """The bodies as a file's columns: paths with dots, cells of text."""
    rows = [dict(_cells("", body)) for body in bodies]
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
    return pa.table({"row": pa.array(range(first, first + len(rows)), pa.int64()), **columns})


def _cells(path: str, value: Any) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _cells(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list) and not path.endswith("consents"):
        for index, inner in enumerate(value):
            yield from _cells(f"{path}.{index}", inner)
    elif isinstance(value, str):
        yield path, value
    elif value is not None:
        yield path, str(value) if isinstance(value, Decimal) else json.dumps(value)


def terms_of(product: str, consents: Sequence[Mapping[str, str]], **more: Any) -> BatchTerms:
    given = {
        "batch_id": new_id(),
        "chunk_id": new_id(),
        "number": 1,
        "product_slug": product,
        "language": "de",
        "consents": tuple(consents),
        "partner_id": None,
    }
    return BatchTerms(**{**given, **more})


def decided_as_chunk(
    organization_id: UUID, terms: BatchTerms, bodies: Sequence[Body], finish: Finish | None = None
) -> ChunkDone:
    return chunk_decide(
        organization_id=organization_id,
        actor=SYSTEM,
        terms=terms,
        rows=table_of(bodies),
        finish=finish or Finish(),
    )


def decided_online(organization_id: UUID, terms: BatchTerms, body: Body) -> UUID:
    """The same row as the API takes it: its body read, handed in and decided; its application."""
    consents = [dict(each) for each in terms.consents]
    envelope = envelope_of({"product": terms.product_slug, **body})
    submitted = application_submit(
        organization_id=organization_id,
        actor=SYSTEM,
        door="file",
        product_slug=envelope.product,
        request=envelope.request,
        parties=[{"consents": consents, **party} for party in envelope.parties],
        language=envelope.language or terms.language,
        external_id=envelope.external_id,
        metadata=envelope.metadata,
        device=envelope.device,
        claim=True,
    )
    application_decide(
        organization_id=organization_id, run_id=submitted.run.id, claim=submitted.claim
    )
    return submitted.application.id
