"""A decided chunk into the database: seven passing tables, and one INSERT for each tenant's table.

Inside the caller's `enter`. The rows are those that `application_submit` and `application_decide`
write for one application; constraints and triggers see each of them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from events.actor import SYSTEM, Actor
from tenancy.ids import new_id
from underwriting.decisioning.documents import spelled
from underwriting.enums import COUNTED_MARKS, Door, Provenance
from underwriting.models.customer import RESOLVING
from underwriting.regulation import Pack
from underwriting.retention import retained
from underwriting.services.batch_deciding import Arm, Decided
from underwriting.services.batch_people import hashed
from underwriting.services.batch_reading import Columns, Sheet, consents_of
from underwriting.services.batch_staging import binaries, documents, ids, plain, staged, texts
from underwriting.services.batch_staging import unstaged as drop
from underwriting.services.batch_standing import Situation
from underwriting.services.batch_statements import (
    INSERTS,
    NUMBER,
    STAGED,
    UNCOUNTED,
)
from underwriting.services.consequences import Recorded
from underwriting.services.marks import KEPT
from underwriting.transitions import status_after
from underwriting.verdicts import lot_of, principal

_COUNTED = frozenset(kind.value for kind in COUNTED_MARKS)


class CountersMoved(Exception):
    """Somebody else came with the same fingerprint meanwhile, and a decision rests on its count."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A chunk with its decisions, ready to be written."""

    sheet: Sheet
    columns: Columns
    situation: Situation
    decided: Decided
    actor: Actor
    pack: Pack
    holder: str

    @property
    def arms(self) -> list[Arm]:
        return self.decided.arms


@dataclass(frozen=True, slots=True)
class Written:
    """Ids row by row."""

    applications: list[UUID]
    decisions: list[UUID]


def chunk_store(organization_id: UUID, whole: Whole, at: datetime) -> Written:
    """Write what follows from the decisions, but for counted marks; `at` is when they are made."""
    written = chunk_stage(whole)
    values = _values(organization_id, whole, at)
    with connection.cursor() as cursor:
        for statement in (*INSERTS, UNCOUNTED):
            cursor.execute(statement, values)
    return written


def chunk_settle(organization_id: UUID, whole: Whole, at: datetime) -> None:
    """Check what else the commit would check, then number the marks: what others wait for, the
    counters and after them the chain's head, is locked when nothing slow is left.

    The checks would look for each row by plans that this connection made when the tables were
    nearly empty, by reading all of them: so those are forgotten. Raises CountersMoved where a count
    is no longer what was asked.
    """
    values = _values(organization_id, whole, at)
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("CREATE INDEX ON staged_mark (place)")
        cursor.execute("ANALYZE staged_mark")
        cursor.execute("SELECT max(place) FROM staged_mark")
        [most] = cursor.fetchone()
        for place in range(1, (most or 0) + 1):
            cursor.execute(NUMBER, {**values, "place": place})
            [moved] = cursor.fetchone()
            if moved:
                raise CountersMoved
    drop(*STAGED)


def chunk_stage(whole: Whole) -> Written:
    """COPY everything to passing tables."""
    made = whole.decided.made
    written = Written([each.application_id for each in made], [new_id() for _ in made])
    _rows(whole, written)
    _parties(whole, written)
    _index(whole)
    _marks(whole, written)
    _reasons(whole, written)
    _offers(whole, written)
    _arms(whole)
    return written


def _rows(whole: Whole, written: Written) -> None:
    rows, made = whole.columns.rows, whole.decided.made
    found = [each.document for each in made]
    lots = [lot_of(document) for document in found]
    scored = [
        document["points"] is not None and whole.arms[each.arm].rules.model_version_id is not None
        for each, document in zip(made, found, strict=True)
    ]
    staged("staged_row", [
        ("n", "int", plain(range(len(made)))),
        ("id", "uuid", ids(written.applications)),
        ("external_id", "text", texts(rows.external_ids)),
        ("language", "text", texts(rows.languages)),
        ("metadata", "text", texts(rows.metadata)),
        ("request", "text", documents(rows.requests.texts())),
        ("submission_hash", "text", plain(whole.columns.hashes)),
        ("amount", "bigint", plain(rows.amounts.tolist())),
        ("term", "int", plain(rows.terms)),
        ("run_id", "uuid", ids(new_id() for _ in made)),
        ("decision_id", "uuid", ids(written.decisions)),
        ("scoring_id", "uuid", ids(new_id() if each else None for each in scored)),
        ("arm", "int", plain(each.arm for each in made)),
        ("status", "text", plain(status_after(document["outcome"]).value for document in found)),
        ("outcome", "text", plain(document["outcome"] for document in found)),
        ("points", "int", plain(document["points"] for document in found)),
        ("pd_ppm", "int", plain(document["pd_ppm"] for document in found)),
        ("band", "text", documents(spelled(document["band"]) for document in found)),
        ("parties", "text", documents(spelled(document["parties"]) for document in found)),
        ("propensity", "int", plain(lot.propensity_ppm for lot in lots)),
        ("explored", "boolean", plain(lot.explored for lot in lots)),
        ("document", "text", documents(each.text for each in made)),
        ("document_hash", "text", plain(each.document_hash for each in made)),
        ("inputs", "text", documents(each.inputs for each in made)),
        ("inputs_hash", "text", plain(each.inputs_hash for each in made)),
    ])  # fmt: skip


def _parties(whole: Whole, written: Written) -> None:
    parties, people = whole.columns.parties, whole.situation.people
    agreements = {text: place for place, text in enumerate(_agreements(whole))}
    hashes = (hashed(one.salt, text) for one, text in zip(people, parties.facts, strict=True))
    staged("staged_party", [
        ("n", "int", plain(parties.owners)),
        ("position", "int", plain(parties.positions)),
        ("id", "uuid", ids(new_id() for _ in people)),
        ("application_id", "uuid", ids(written.applications[row] for row in parties.owners)),
        ("customer_id", "uuid", ids(one.customer_id for one in people)),
        ("wrapped_key", "bytea", binaries(one.wrapped_key for one in people)),
        ("salt", "bytea", binaries(one.salt for one in people)),
        ("identity_id", "uuid", ids(one.identity_id for one in people)),
        ("sealed", "bytea", binaries(one.sealed for one in people)),
        ("role", "text", plain(parties.roles)),
        ("liability", "text", plain(parties.liabilities)),
        ("match", "text", plain(one.match.value for one in people)),
        ("possible_id", "uuid", ids(one.possible for one in people)),
        ("agreement", "int", plain(agreements[text] for text in parties.consents)),
        ("facts", "text", documents(parties.facts)),
        ("facts_hash", "text", plain(hashes)),
    ])  # fmt: skip


def _index(whole: Whole) -> None:
    """What people can be found by; of the resolving kinds only what nobody has."""
    owned = whole.situation.owned
    entries = [
        (person, kind.value, digest)
        for kind, column in whole.columns.keyed.index.items()
        for person, digest in zip(whole.situation.people, column, strict=True)
        if digest is not None and (kind not in RESOLVING or (kind, digest) not in owned)
    ]
    staged("staged_index", [
        ("customer_id", "uuid", ids(person.customer_id for person, _, _ in entries)),
        ("kind", "text", plain(kind for _, kind, _ in entries)),
        ("digest", "bytea", binaries(digest for _, _, digest in entries)),
        ("fresh", "boolean", plain(person.new for person, _, _ in entries)),
    ])  # fmt: skip


def _marks(whole: Whole, written: Written) -> None:
    """What each row comes with; counted ones with their place among those of the chunk."""
    marks, people = whole.situation.marks, whole.situation.people
    bases = _bases(whole)
    places: Counter[tuple[str, bytes]] = Counter()
    own: list[int | None] = []
    for mark, _ in marks:
        key = (mark.kind, mark.digest)
        places[key] += 1
        own.append(places[key] if mark.kind in _COUNTED else None)
    staged("staged_mark", [
        ("application_id", "uuid", ids(written.applications[mark.row] for mark, _ in marks)),
        ("customer_id", "uuid", ids(people[party].customer_id for _, party in marks)),
        ("kind", "text", plain(mark.kind for mark, _ in marks)),
        ("digest", "bytea", binaries(mark.digest for mark, _ in marks)),
        ("place", "int", plain(own)),
        ("base", "bigint", plain(bases.get((mark.kind, mark.digest)) for mark, _ in marks)),
    ])  # fmt: skip


def _reasons(whole: Whole, written: Written) -> None:
    given = [
        (row, position, reason)
        for row, each in enumerate(whole.decided.made)
        for position, reason in enumerate(principal(each.document["reasons"]), start=1)
    ]
    staged("staged_reason", [
        ("application_id", "uuid", ids(written.applications[row] for row, _, _ in given)),
        ("decision_id", "uuid", ids(written.decisions[row] for row, _, _ in given)),
        ("position", "int", plain(position for _, position, _ in given)),
        ("code", "text", texts(reason["code"] for _, _, reason in given)),
        ("source", "text", plain(reason["source"] for _, _, reason in given)),
        ("party", "int", plain(reason["party"] for _, _, reason in given)),
        ("field", "text", texts(reason["field"] for _, _, reason in given)),
    ])  # fmt: skip


_OFFERED = (
    ("kind", "text"), ("amount", "bigint"), ("currency", "text"), ("rate_ppm", "int"),
    ("instalment", "bigint"), ("total", "bigint"), ("cost_ppm", "bigint"),
    ("down_payment", "bigint"),
)  # fmt: skip


def _offers(whole: Whole, written: Written) -> None:
    offers = [
        (row, each.document["offer"])
        for row, each in enumerate(whole.decided.made)
        if each.document["offer"] is not None
    ]
    staged("staged_offer", [
        ("application_id", "uuid", ids(written.applications[row] for row, _ in offers)),
        ("decision_id", "uuid", ids(written.decisions[row] for row, _ in offers)),
        ("term", "int", plain(offer["term_months"] for _, offer in offers)),
        *[(name, kind, plain(offer.get(name) for _, offer in offers)) for name, kind in _OFFERED],
    ])  # fmt: skip


def _arms(whole: Whole) -> None:
    pins = ("dictionary", "product", "model", "policy", "pack", "engine")
    arms = whole.arms
    staged("staged_arm", [
        ("arm", "int", plain(range(len(arms)))),
        ("catalogue_id", "uuid", ids(arm.catalogue_id for arm in arms)),
        ("model_version_id", "uuid", ids(arm.rules.model_version_id for arm in arms)),
        *[(f"{name}_hash", "text", plain(arm.pins[name] for arm in arms)) for name in pins],
    ])  # fmt: skip


def _agreements(whole: Whole) -> list[str | None]:
    """The different cells of consents."""
    return list(dict.fromkeys(whole.columns.parties.consents))


def _values(organization_id: UUID, whole: Whole, at: datetime) -> Mapping[str, Any]:
    product, batch, pack = whole.sheet.product, whole.sheet.batch, whole.pack
    agreed = [
        (place, text.id)
        for place, cell in enumerate(_agreements(whole))
        for text in consents_of(whole.sheet, cell)
    ]
    made = _recorded(whole, at)
    return {
        "organization": organization_id,
        "at": product.at,
        "decided": at,
        "day": product.at.date(),
        "product": product.product_id,
        "product_version": product.product_version_id,
        "dictionary_hash": product.dictionary_hash,
        "currency": product.currency,
        "partner": batch.partner_id,
        "door": Door.FILE,
        "provenance": Provenance.DECLARED,
        "retained": retained(at, pack.retention_months),
        "agreements": [place for place, _ in agreed],
        "consents": [text_id for _, text_id in agreed],
        "actor_kind": whole.actor.kind,
        "actor_id": whole.actor.id,
        "decider_kind": SYSTEM.kind,
        "decider_id": SYSTEM.id,
        "holder": whole.holder,
        "notice_due": made.notice_due_at,
        "expires": made.expires_at,
        "review_due": at + timedelta(days=pack.review_due_days),
        "counter_offer_due": at + timedelta(days=pack.counter_offer_days),
        "kept": KEPT,
    }


def _recorded(whole: Whole, at: datetime) -> Recorded:
    """The times that follow from an approval; those of other outcomes are among them."""
    plan = next((arm.plan for arm in whole.arms if arm.plan is not None), None)
    return Recorded.under(
        document={"outcome": "approve", "reasons": [], "offer": None},
        pack=whole.pack,
        completed_at=whole.sheet.product.at,
        at=at,
        valid_days=plan.product.offer_valid_days if plan else None,
    )


def _bases(whole: Whole) -> dict[tuple[str, bytes], int]:
    """Where counters stood that decisions rest on."""
    found: dict[tuple[str, bytes], int] = {}
    for counted in whole.situation.counted.values():
        found |= counted.bases
    return found
