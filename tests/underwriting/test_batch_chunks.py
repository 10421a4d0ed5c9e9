"""A chunk of a file is decided as the API would have decided each of its rows."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from accounts.enums import Role
from config.demo.lenders import BANCO_AURORA, HANSE_KREDIT
from tenancy.canonical import canonical
from tenancy.enter import enter
from tenancy.errors import Invalid
from tenancy.models import Organization
from tenancy.services import organization_create
from tests.cast_accounts import Hire
from tests.cast_scoring import lender_with_product
from tests.cast_underwriting import agreed, policy_ready
from tests.underwriting import card_files
from tests.underwriting.batch_files import (
    Body,
    decided_as_chunk,
    decided_online,
    demo_bodies,
    terms_of,
)
from tests.underwriting.stored import stored
from underwriting.models import Decision, DecisionReason, PolicyVersion
from underwriting.selectors.terms import product_terms
from underwriting.services.batch_contract import BadRow, ChunkDone
from underwriting.services.replays import decisions_replay
from underwriting.submission import Terms, submission_read
from underwriting.verdicts import principal

needs_the_cards = pytest.mark.data
LENDERS = {"personal-loan": HANSE_KREDIT, "store-card": BANCO_AURORA}


def lender(slug: str, product: str, hire: Hire) -> Organization:
    """A lender that decides one of the demo products by its expert scorecard."""
    of = LENDERS[product]
    made = organization_create(
        slug=slug,
        name=slug,
        country=of.country,
        default_language=of.languages[0],
        languages=list(of.languages),
        regulation_pack=of.regulation_pack,
    )
    ready = lender_with_product(made.id, of.folder)
    people = hire(made, "Author", Role.RISK_ANALYST), hire(made, "Approver", Role.APPROVER)
    policy_ready(made, ready, *people, of.folder)
    return made


def placed(organization_id: UUID, bodies: Sequence[Body], product: str) -> ChunkDone:
    language = LENDERS[product].languages[0]
    terms = terms_of(product, agreed(organization_id, language), language=language)
    return decided_as_chunk(organization_id, terms, bodies)


def assert_as_online(
    chunk: Organization, online: Organization, bodies: Sequence[Body], product: str
) -> ChunkDone:
    """Every row stores the same as at a second lender whose rows come by the API's services."""
    done = placed(chunk.id, bodies, product)
    applications = {each.row: each.application_id for each in done.placed}
    refusals: dict[int, list[BadRow]] = {}
    for bad in done.bad:
        refusals.setdefault(bad.row, []).append(bad)
    language = LENDERS[product].languages[0]
    terms = terms_of(product, agreed(online.id, language), language=language)
    for row, body in enumerate(bodies, start=1):
        if row in refusals:
            with pytest.raises(Invalid) as refused:
                decided_online(online.id, terms, body)
            errors = [(e.pointer, e.code, e.message) for e in refused.value.errors]
            assert [(e.pointer, e.code, e.message) for e in refusals[row]] == errors
        else:
            other = decided_online(online.id, terms, body)
            assert stored(chunk.id, applications[row]) == stored(online.id, other), body
    return done


def test_every_row_stores_what_the_api_stores(
    hanse: Organization, policy: PolicyVersion, hire: Hire
) -> None:
    online = lender("online", "personal-loan", hire)
    bodies = demo_bodies(HANSE_KREDIT, 20)
    bodies[3]["applicant"]["identity"]["email"] = "nowhere"
    bodies[4]["request"]["amount"] = "7"
    bodies[7] |= {
        "external_id": "a\\b\"'\té",
        "metadata": {"note": 'x\\y\n"z" é', "till": "7"},
        "device": "d\\1",
    }
    joint = next(n for n, body in enumerate(bodies) if "co_applicants" in body and n > 4)
    bodies[joint]["co_applicants"] = [bodies[joint]["applicant"]]
    done = assert_as_online(hanse, online, bodies, "personal-loan")
    assert {row.row for row in done.bad} == {4, 5, joint + 1}
    assert len(done.outcomes) > 2
    assert sum("co_applicants" in body for body in bodies) > 1


def assert_read_as_the_row_path_reads(organization_id: UUID, bodies: Sequence[Body]) -> None:
    """Inputs hold what `submission_read` makes of each body; reasons are the document's."""
    with enter(organization_id, read_only=True):
        terms = product_terms(organization_id, "store-card").terms
        decisions = {
            decision.application.external_id: decision
            for decision in Decision.objects.select_related("application").iterator()
        }
        reasons: dict[UUID, list[Any]] = {}
        for reason in DecisionReason.objects.order_by("position").iterator():
            reasons.setdefault(reason.decision_id, []).append(
                (reason.code, reason.source, reason.party, reason.field)
            )
    consents = [{"purpose": purpose, "text_hash": "-"} for purpose in terms.purposes]
    for body in bodies:
        decision = decisions.get(body["external_id"])
        if decision is None:
            continue
        assert inputs_of(terms, body, consents, decision) == decision.inputs
        told = principal(decision.document_data["reasons"])
        expected = [(one["code"], one["source"], one["party"], one["field"]) for one in told]
        assert reasons.get(decision.id, []) == expected


def inputs_of(terms: Terms, body: Body, consents: list[dict[str, str]], decision: Decision) -> str:
    parties = [body["applicant"], *body.get("co_applicants", [])]
    read = submission_read(
        terms,
        request=body["request"],
        parties=[{**party, "consents": consents} for party in parties],
        language="pt",
    )
    kept = json.loads(decision.inputs or "{}")
    document = {
        **kept,
        "schema": "assay.inputs/1",
        "request": dict(read.request),
        "parties": [
            {"role": party.role, "liability": party.liability, "facts": dict(party.facts)}
            for party in read.parties
        ],
    }
    return canonical(document).decode()


def cards_decided(organization: Organization, rows: int, chunk: int) -> Counter[str]:
    """Real rows, chunk by chunk; every one is placed or refused, and replays to the byte."""
    bodies = card_files.card_bodies(rows)
    outcomes: Counter[str] = Counter()
    for start in range(0, rows, chunk):
        part = bodies[start : start + chunk]
        done = placed(organization.id, part, "store-card")
        assert len(done.placed) + done.refused == len(part)
        assert done.refused >= len(part) // card_files.WRONG - 1
        outcomes.update(done.outcomes)
    report = decisions_replay(organization_id=organization.id)
    assert dict(report.counts) == {"identical": outcomes.total()}
    assert_read_as_the_row_path_reads(organization.id, bodies)
    assert min(outcomes[each] for each in ("approve", "decline", "refer")) > rows // 200
    return outcomes


@needs_the_cards
def test_a_thousand_real_rows_are_decided_as_the_row_path_decides(hire: Hire) -> None:
    cards_decided(lender("cards", "store-card", hire), 1_000, 500)


@needs_the_cards
@pytest.mark.exhaustive
@pytest.mark.timeout(3_600)
def test_fifty_thousand_real_rows_are_decided_as_the_row_path_decides(hire: Hire) -> None:
    cards_decided(lender("cards", "store-card", hire), 50_000, 10_000)


@needs_the_cards
@pytest.mark.exhaustive
@pytest.mark.timeout(1_200)
def test_hundreds_of_real_rows_store_what_the_api_stores(hire: Hire) -> None:
    chunk, online = (lender(slug, "store-card", hire) for slug in ("chunk", "online"))
    done = assert_as_online(chunk, online, card_files.card_bodies(800), "store-card")
    assert done.refused >= 14
