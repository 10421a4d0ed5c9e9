"""Decisions of a file have one event a chunk; each can still be proven, with no trust in us."""

import copy
import io
import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.demo.lenders import HANSE_KREDIT
from events import verify as verifier
from events.actor import SYSTEM
from events.services import chain_export
from tenancy.enter import enter
from tenancy.models import Organization
from tenancy.roles import OWNER
from tests.cast_underwriting import agreed
from tests.underwriting.batch_files import demo_bodies
from tests.underwriting.test_replays import tampered
from underwriting.models import (
    ApprovalPath,
    Batch,
    BatchChunk,
    BatchRow,
    Decision,
    DecisionRun,
    PolicyVersion,
)
from underwriting.models.decision import ADVERSE
from underwriting.selectors import batch_proofs
from underwriting.selectors.batch_proofs import chunk_leaves, decision_proof, roots_checked
from underwriting.selectors.timelines import timeline
from underwriting.services.batch_cutting import batch_read
from underwriting.services.batch_follow import chunk_follow
from underwriting.services.batch_working import batch_work
from underwriting.services.batches import Asked, batch_send

ROWS = 14
Proof = dict[str, Any]


@pytest.fixture
def batch(hanse: Organization, policy: PolicyVersion) -> Batch:
    """A decided file; row 3 does not hold, row 4 is row 5 again, and nobody else stands twice."""
    lines = demo_bodies(HANSE_KREDIT, ROWS)
    for number, body in enumerate(lines):
        parties = [body["applicant"], *body.get("co_applicants", [])]
        for place, party in enumerate(parties):
            party["identity"] = {**party["identity"], "email": f"a{number}.{place}@mail.example"}
            party["identity"]["birth_date"] = f"19{60 + number}-0{place + 1}-11"
    lines[2]["request"]["amount"] = "1"
    lines[3] = lines[4]
    sent = batch_send(
        organization_id=hanse.id,
        actor=SYSTEM,
        asked=Asked(product_slug="personal-loan", partner_id=None, consents=agreed(hanse.id)),
        stream=io.BytesIO("\n".join(json.dumps(line) for line in lines).encode()),
        name="loans.ndjson",
    )
    batch_read(organization_id=hanse.id, batch_id=sent.id, holder="reader")
    while batch_work(organization_id=hanse.id, batch_id=sent.id, holder="worker"):
        pass
    return sent


@pytest.fixture
def proofs(hanse: Organization, batch: Batch) -> list[Proof]:
    """Of every decision that has no event of its own."""
    with enter(hanse.id, read_only=True):
        found = [decision_proof(hanse.id, each.id) for each in Decision.objects.order_by("id")]
    return [proof for proof in found if proof is not None]


def export_of(organization: Organization) -> list[str]:
    file = StringIO()
    chain_export(organization.id, file)
    return file.getvalue().splitlines()


def refusal(organization: Organization, proof: Proof) -> str | None:
    try:
        verifier.verify(export_of(organization), proofs=[proof])
    except verifier.Broken as error:
        return str(error)
    return None


BENT: dict[str, Callable[[Proof], Any]] = {
    "does not stand for": lambda proof: proof.update(document="sha256:" + "0" * 64),
    "does not stand for decision": lambda proof: proof.update(decision=proof["organization"]),
    "not stand for": lambda proof: proof["path"].reverse(),
    "shorter": lambda proof: proof.update(path=proof["path"][:-1]),
    "longer": lambda proof: proof.update(path=[*proof["path"], "00" * 32]),
    "no leaf": lambda proof: proof.update(index=proof["size"]),
    "not in this export": lambda proof: proof["event"].update(sequence=10**6),
    "stand for decision": lambda proof: proof["event"].update(hash="0" * 64),
    "for decision": lambda proof: proof.update(organization=proof["decision"]),
    "this is no": lambda proof: proof.update(schema="assay.proof/2"),
}


def test_every_decision_made_by_columns_is_proven(
    hanse: Organization, batch: Batch, proofs: list[Proof]
) -> None:
    assert len(proofs) == ROWS - 3  # one is refused, and two rows are one application, made singly
    verifier.verify(export_of(hanse), proofs=proofs)
    with enter(hanse.id, read_only=True):
        documents = dict(Decision.objects.values_list("id", "document_hash"))
        rows = BatchRow.objects.filter(batch=batch).order_by("row")
        order = list(rows.values_list("application__decisions__id", flat=True))
        [checked] = roots_checked(hanse.id)
    assert {proof["document"] for proof in proofs} <= set(documents.values())
    told = sorted(proofs, key=lambda proof: proof["index"])
    proven = {proof["decision"] for proof in proofs}
    assert [each["decision"] for each in told] == [str(d) for d in order if str(d) in proven]
    with enter(hanse.id, read_only=True):
        lines = timeline(organization_id=hanse.id, application_id=rows[0].application_id)
    assert [line.type for line in lines] == ["batch.chunk_decided"]
    assert checked.status == "holds"
    for said, bend in BENT.items():
        proof = copy.deepcopy(proofs[1])
        bend(proof)
        assert said in (refusal(hanse, proof) or "")


@pytest.mark.exhaustive
def test_the_stand_alone_verifier_takes_proofs(
    hanse: Organization, proofs: list[Proof], tmp_path: Path
) -> None:
    (tmp_path / "export").write_text("\n".join(export_of(hanse)), "utf-8")
    told = StringIO()
    call_command(
        "prove_decision", f"dec_{proofs[0]['decision'].replace('-', '')}",
        organization=hanse.slug, stdout=told,
    )  # fmt: skip
    (tmp_path / "good").write_text(told.getvalue(), "utf-8")
    (tmp_path / "bad").write_text(json.dumps({**proofs[1], "index": 0}), "utf-8")
    for name, code in (("good", 0), ("bad", 1)):
        command = [sys.executable, "-I", verifier.__file__, "export", "--proof", name]
        assert subprocess.run(command, cwd=tmp_path, check=False).returncode == code


def test_what_follows_a_decision_online_follows_it_here(
    hanse: Organization, batch: Batch, proofs: list[Proof]
) -> None:
    """Paths of adverse decisions are found, once, however often the message comes."""
    with enter(hanse.id, read_only=True):
        chunk = BatchChunk.objects.get(batch=batch)
        made = Decision.objects.filter(id__in=[proof["decision"] for proof in proofs])
        adverse = made.filter(outcome__in=ADVERSE).count()
    for _ in range(2):
        about = {"organization_id": hanse.id, "chunk_id": chunk.id}
        assert chunk_follow(**about, first=1, last=3) == 2
        assert chunk_follow(**about, first=4, last=ROWS) == len(proofs) - 2
    with enter(hanse.id, read_only=True):
        assert ApprovalPath.objects.count() == adverse > 0


def test_what_is_not_proven(
    hanse: Organization, aurora: Organization, proofs: list[Proof], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decision with an event of its own, another lender's, and one of an incomplete chunk."""
    proven = [proof["decision"] for proof in proofs]
    with enter(hanse.id, read_only=True):
        [single] = Decision.objects.exclude(id__in=proven)
        assert decision_proof(hanse.id, single.id) is None
        assert DecisionRun.objects.get(organization_id=hanse.id, decisions=single).holder == (
            "request"
        )
    with pytest.raises(CommandError):
        call_command("prove_decision", str(single.id), organization=hanse.slug)
    with enter(aurora.id, read_only=True):
        assert decision_proof(aurora.id, proven[0]) is None
        assert list(roots_checked(aurora.id)) == []
    real = chunk_leaves
    monkeypatch.setattr(batch_proofs, "chunk_leaves", lambda *asked: real(*asked)[1:])
    with enter(hanse.id, read_only=True):
        assert [each.status for each in roots_checked(hanse.id)] == ["incomplete"]
        assert decision_proof(hanse.id, proven[2]) is None


@pytest.mark.exhaustive
@pytest.mark.django_db(transaction=True)
def test_a_rewritten_hash_is_found_by_the_replay_command(
    transactional_db: None, hanse: Organization, proofs: list[Proof], database_roles: Any
) -> None:
    told = StringIO()
    call_command("replay_decisions", organization=hanse.slug, stdout=told)
    assert "chunks of files: 1 holds" in told.getvalue()
    with database_roles.acting_as(OWNER):
        tampered(
            "UPDATE underwriting_decision SET document_hash = %s WHERE id = %s",
            "sha256:" + "0" * 64,
            proofs[0]["decision"],
        )
    with pytest.raises(CommandError, match="no longer give the root"):
        call_command("replay_decisions", organization=hanse.slug, stdout=told)
