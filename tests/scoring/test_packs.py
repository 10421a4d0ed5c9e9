"""Cards and packs: whole or refused, the same twice over, and nothing anybody typed is markup."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from events.actor import SYSTEM, Actor
from ml.dictionary import Dictionary
from ml.expert import compile_expert
from scoring.charts import Chart, Series
from scoring.document_hash import document_hash
from scoring.documents.page import page_of
from scoring.documents.parts import PARTS
from scoring.documents.printed import pdf_of
from scoring.documents.structure import Paper, Section, chart
from scoring.enums import DocumentKind, Edition, Move
from scoring.models import Dataset, ModelDocument, ModelVersion, Product
from scoring.selectors.models import evidence_hashes
from scoring.services.inventory import entry_suggested, entry_written
from scoring.services.models import model_register
from scoring.services.packs import document_make
from scoring.services.requests import move_request
from tenancy.enter import enter
from tenancy.errors import Invalid
from tenancy.models import Organization
from tests.cast_scoring import demo_document, expert_version
from tests.scoring.evidence_examples import with_evidence

HARM = "#panic() <script>alert(1)</script> $x *"
ANALYST = Actor("user", "1")
FINGERPRINT = "sha256:" + "3" * 64


def make(version: ModelVersion, kind: DocumentKind, edition: Edition) -> ModelDocument:
    return document_make(
        organization_id=version.organization_id,
        actor=ANALYST,
        model_version_id=version.id,
        kind=kind,
        edition=edition,
    )


def strict_body(dictionary: str) -> bytes:
    """The bytes of a scorecard that is not yet registered."""
    document = {**demo_document("hanse_kredit", "expert_scorecard"), "intercept": 520}
    return compile_expert(document, Dictionary.parse(dictionary)).to_bytes()


@pytest.fixture
def bare(personal_loan: Product, hanse: Organization) -> ModelVersion:
    """A model with figures and nothing else said of it."""
    with enter(hanse.id):
        dictionary = ModelVersion.objects.get().dictionary_version
        Dataset.objects.create(
            organization_id=hanse.id, product=personal_loan, fingerprint=FINGERPRINT, rows=1000,
            goods=700, bads=300, dictionary_version=dictionary, registered_at=datetime.now(UTC),
        )  # fmt: skip
    return model_register(
        organization_id=hanse.id,
        actor=SYSTEM,
        product_slug="personal-loan",
        body=strict_body(dictionary.document),
        metrics={"holdout": {"auc": 0.79, "auc_low": 0.76, "auc_high": 0.82, "ks": 0.45}},
        card={"origin": "training"},
        dataset_fingerprint=FINGERPRINT,
    )


@pytest.fixture
def whole(bare: ModelVersion) -> ModelVersion:
    """The same with all its evidence and an inventory entry of somebody who means harm."""
    with_evidence(bare)
    with enter(bare.organization_id):
        found = ModelVersion.objects.select_related("product").get(id=bare.id)
        entry_written(found, replace(entry_suggested(found, "1"), limits=HARM), ANALYST)
    return bare


def test_what_is_missing_is_named(bare: ModelVersion) -> None:
    with_evidence(bare, calibration=None, fairness=None)
    with pytest.raises(Invalid) as refused:
        make(bare, DocumentKind.PACK, Edition.GENERAL)
    named = {error.message.removeprefix("Missing: ") for error in refused.value.errors}
    assert named == {
        "Purpose and owner", "Assumptions", "Calibration", "Fairness", "Limits", "Monitoring plan",
    }  # fmt: skip
    with enter(bare.organization_id):
        assert not ModelDocument.objects.exists()


def test_a_whole_pack_has_every_part_and_is_kept_once(whole: ModelVersion) -> None:
    pack = make(whole, DocumentKind.PACK, Edition.COMPLIANCE)
    assert len(pack.content["sections"]) == len(PARTS)
    assert pack.content_hash == document_hash(pack.content)
    assert bytes(pack.pdf).startswith(b"%PDF-1.7")
    assert make(whole, DocumentKind.PACK, Edition.COMPLIANCE).id == pack.id
    with enter(whole.organization_id):
        assert evidence_hashes(whole)["pack_compliance"] == pack.content_hash
        stored = ModelDocument.objects.get()
    assert bytes(stored.pdf) == pdf_of(stored.content, stored.content_hash)


def test_fairness_is_for_compliance(whole: ModelVersion) -> None:
    general = make(whole, DocumentKind.PACK, Edition.GENERAL)
    compliance = make(whole, DocumentKind.PACK, Edition.COMPLIANCE)
    assert "Adverse impact" not in json.dumps(general.content)
    assert "Adverse impact" in json.dumps(compliance.content)
    assert "Adverse impact" not in page_of(general.content, general.content_hash)


def test_what_people_typed_is_text(whole: ModelVersion) -> None:
    """As source it would stop the typesetter, as markup it would run on the page."""
    card = make(whole, DocumentKind.CARD, Edition.GENERAL)
    page = page_of(card.content, card.content_hash)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_points_by_hand_say_that_nothing_is_measured(
    personal_loan: Product, hanse: Organization
) -> None:
    card = make(expert_version(hanse.id), DocumentKind.PACK, Edition.GENERAL)
    performance = next(s for s in card.content["sections"] if s["title"] == "Performance")
    assert "nothing to measure yet" in performance["blocks"][0]["text"]


def test_the_change_log_names_who_asked_and_who_answered(
    personal_loan: Product, hanse: Organization
) -> None:
    pack = make(expert_version(hanse.id), DocumentKind.PACK, Edition.GENERAL)
    asked = pack.content["sections"][-1]["blocks"][0]
    by_move = {row[0]: row for row in asked["rows"]}
    assert set(by_move) == {"Validate", "Put in charge"}
    assert by_move["Put in charge"][2] == "Assay"
    assert by_move["Put in charge"][5] == "somebody else, somebody else"


def test_a_request_cites_the_pack(whole: ModelVersion) -> None:
    pack = make(whole, DocumentKind.PACK, Edition.GENERAL)
    request = move_request(
        organization_id=whole.organization_id,
        actor=ANALYST,
        model_version_id=whole.id,
        move=Move.VALIDATE,
        reason="see the pack",
    )
    assert request.evidence["pack_general"] == pack.content_hash


def test_a_chart_is_drawn_into_both() -> None:
    drawn = Chart(
        kind="bar", title="By family", summary="How well each ranks.", labels=("woe", "boosting"),
        series=(Series("AUC", (0.79, 0.8)),), x_title="Family", y_title="AUC",
    )  # fmt: skip
    paper = Paper("T", "S", "en", (), (Section("Performance", (chart(drawn),)),)).document()
    page = page_of(paper, "sha256:0")
    assert "<svg" in page
    assert "0.7900" in page
    assert pdf_of(paper, "sha256:0") == pdf_of(paper, "sha256:0")
