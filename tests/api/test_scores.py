"""Scores without an application: pinned, recorded, walled off, and never for settling credit."""

import json
from typing import Any

import pytest

from accounts.services.api_keys import api_key_create
from events.actor import SYSTEM
from events.models import Event
from scoring.models import ModelVersion, Product, Score, ScoreCall, ScoringRun
from tenancy.enter import enter
from tenancy.ids import public_id
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.cast_accounts import RawKey
from tests.cast_underwriting import REQUEST, STRONG, WEAK, Submit, decide
from underwriting.api import idempotency
from underwriting.models import IdempotencyRecord

FACTS = {name: value for name, value in STRONG.items() if not name.startswith("monthly_")}
BODY: dict[str, Any] = {
    "product": "personal-loan",
    "purpose": "portfolio_review",
    "request": REQUEST,
    "facts": FACTS,
}


@pytest.fixture
def lender(hanse_key: RawKey, personal_loan: Product) -> Partner:
    return Partner(hanse_key[1])


def rows(*each: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"product": "personal-loan", "purpose": "testing", "rows": list(each), **more}


def row(**more: Any) -> dict[str, Any]:
    return {"request": REQUEST, "facts": FACTS, **more}


def wrong(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.content
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def test_a_score_is_what_a_decision_would_be_told(
    lender: Partner, submit: Submit, hanse: Organization
) -> None:
    decision = decide(submit())
    made = lender.post("/v1/score", {**BODY, "facts": STRONG, "reference": "acc-1"})
    found = made.json()
    assert made.status_code == 201
    assert found["points"] == decision.points
    assert found["probability"] == f"{(decision.pd_ppm or 0) / 1e6:.6f}"
    points = [each["points"] for each in found["contributions"]]
    assert points == sorted(points)
    assert [each["points"] < 0 for each in found["reasons"]] == [True] * len(found["reasons"])
    assert made.headers["Location"] == f"/v1/scores/{found['id']}"
    assert lender.get(made.headers["Location"]).json() == found
    with enter(hanse.id):
        assert ScoringRun.objects.count() == 1
        call = ScoreCall.objects.get()
        assert (call.model_hash, call.purpose) == (decision.model_hash, "portfolio_review")
        event = Event.objects.order_by("-sequence")[0]
        told = json.loads(event.data)
        assert (event.type, told["purpose"], told["model"]) == (
            "scores.made", "portfolio_review", decision.model_hash,
        )  # fmt: skip


def test_a_purpose_that_settles_credit_is_an_application(
    lender: Partner, hanse: Organization
) -> None:
    answer = lender.post("/v1/score", {**BODY, "purpose": "underwriting"})
    assert wrong(answer) == [("/purpose", "decides_credit")]
    assert "/v1/applications" in answer.json()["errors"][0]["message"]
    assert wrong(lender.post("/v1/score", {**BODY, "purpose": "fun"})) == [
        ("/purpose", "purpose_unknown")
    ]
    with enter(hanse.id):
        assert not ScoreCall.objects.exists()


def test_only_what_the_model_reads_is_demanded_and_nothing_prohibited_is_taken(
    lender: Partner, hanse: Organization
) -> None:
    without = {name: value for name, value in FACTS.items() if name != "savings"}
    odd = {**without, "sex": "female", "age": 30, "monthly_income": "NaN", "puntaje": 3}
    answer = lender.post("/v1/score", {**BODY, "facts": odd})
    assert set(wrong(answer)) == {
        ("/facts/savings", "required"),
        ("/facts/sex", "prohibited"),
        ("/facts/age", "prohibited"),
        ("/facts/monthly_income", "type_money"),
        ("/facts/puntaje", "unknown"),
    }
    with enter(hanse.id):
        assert not Score.objects.exists()


NONE: tuple[tuple[Any, tuple[str, str]], ...] = (
    ({**BODY, "facts": []}, ("/facts", "type_object")),
    ({**BODY, "more": 1}, ("/more", "unknown")),
    ({**BODY, "reference": ""}, ("/reference", "type")),
    ({**BODY, "model": "mdl_1"}, ("/model", "id")),
    ({**BODY, "purpose": 3}, ("/purpose", "type")),
    ({**BODY, "request": {**REQUEST, "amount": "1e9"}}, ("/request/amount", "type_money")),
    ({**BODY, "request": {**REQUEST, "amount": "-1"}}, ("/request/amount", "minimum")),
    ([BODY], ("", "type")),
)


def test_a_body_of_another_shape_is_refused(lender: Partner) -> None:
    for body, expected in NONE:
        assert wrong(lender.post("/v1/score", body)) == [expected]
    many = {f"f{number}": 1 for number in range(5_000)}
    assert len(wrong(lender.post("/v1/score", {**BODY, "facts": many}))) == 1_000
    for half in (b'{"a": "\\ud800"}', b'{"\\udfff": 1}'):
        assert lender.post("/v1/score", half).status_code == 400
    assert lender.post("/v1/score", b'{"a": "\\ud83d\\ude00"}').status_code == 422
    nan = json.dumps({**BODY, "request": {**REQUEST, "amount": float("nan")}}).encode()
    assert lender.post("/v1/score", nan).status_code == 400


def test_rows_are_scored_together_and_bad_ones_named(lender: Partner, hanse: Organization) -> None:
    bad = row(facts={**FACTS, "savings": "gold"})
    answer = lender.post("/v1/score/batch", rows(row(reference="a"), bad, row(facts=WEAK)))
    found = answer.json()
    assert answer.status_code == 201
    assert (found["scored"], found["refused"]) == (2, 1)
    assert [(each["row"], each["reference"]) for each in found["data"]] == [(0, "a"), (2, None)]
    assert [(e["pointer"], e["code"]) for e in found["errors"]] == [
        ("/rows/1/facts/savings", "category")
    ]
    alone = lender.post("/v1/score", {**BODY, "facts": WEAK}).json()
    assert alone["contributions"] == found["data"][1]["contributions"]
    with enter(hanse.id):
        assert ScoreCall.objects.order_by("made_at")[0].rows == 2
    assert wrong(lender.post("/v1/score/batch", rows(bad))) == [
        ("/rows/0/facts/savings", "category")
    ]


@pytest.mark.exhaustive
def test_a_thousand_rows_and_no_more(lender: Partner, hanse: Organization) -> None:
    full = lender.post("/v1/score/batch", rows(*[row()] * 1_000))
    assert (full.status_code, full.json()["scored"]) == (201, 1_000)
    assert wrong(lender.post("/v1/score/batch", rows(*[row()] * 1_001))) == [("/rows", "range")]
    assert wrong(lender.post("/v1/score/batch", rows())) == [("/rows", "range")]
    with enter(hanse.id):
        assert Score.objects.count() == 1_000


@pytest.mark.exhaustive
def test_the_history_is_filtered_and_paged(lender: Partner) -> None:
    lender.post("/v1/score/batch", rows(*(row(reference=f"r-{n}") for n in range(3))))
    lender.post("/v1/score", {**BODY, "reference": "r-0"})
    first = lender.get("/v1/scores?limit=3").json()
    rest = lender.get(f"/v1/scores?limit=3&starting_after={first['data'][-1]['id']}").json()
    assert (len(first["data"]), first["has_more"]) == (3, True)
    assert (len(rest["data"]), rest["has_more"]) == (1, False)
    assert len(lender.get("/v1/scores?reference=r-0").json()["data"]) == 2
    assert len(lender.get("/v1/scores?purpose=testing&product=personal-loan").json()["data"]) == 3
    assert lender.get("/v1/scores?made_before=2020-01-01T00:00:00Z").json()["data"] == []
    for query in ("purpose=loan", "model=mdl_x", "made_from=yesterday", "reference=%00", "limit=0"):
        assert lender.get(f"/v1/scores?{query}").status_code == 422


@pytest.mark.exhaustive
def test_a_lender_may_ask_another_model_and_a_partner_may_not(
    lender: Partner, broker_key: RawKey, challenger: ModelVersion
) -> None:
    named = {**BODY, "model": public_id("mdl", challenger.id)}
    asked = lender.post("/v1/score", named).json()
    assert asked["model"]["content_hash"] == challenger.artifact_hash
    assert asked["points"] < lender.post("/v1/score", BODY).json()["points"]
    answer = Partner(broker_key[1]).post("/v1/score", named)
    assert (answer.status_code, answer.json()["code"]) == (403, "champion_only")


def test_scores_are_seen_by_who_asked_and_by_the_lender(
    lender: Partner, broker_key: RawKey, aurora_key: RawKey
) -> None:
    broker, aurora = Partner(broker_key[1]), Partner(aurora_key[1])
    own = lender.post("/v1/score", {**BODY, "reference": "x"}).json()
    theirs = broker.post("/v1/score", {**BODY, "reference": "x"}).json()
    assert [each["id"] for each in broker.get("/v1/scores").json()["data"]] == [theirs["id"]]
    assert len(lender.get("/v1/scores").json()["data"]) == 2
    for stranger, score in ((broker, own), (aurora, own), (aurora, theirs)):
        assert stranger.get(f"/v1/scores/{score['id']}").status_code == 404
    assert aurora.get("/v1/scores").json()["data"] == []
    assert aurora.post("/v1/score", BODY).json()["code"] == "product_unknown"
    assert broker.post("/v1/scores/erasures", {"reference": "x"}).json()["erased"] == 1
    assert lender.get(f"/v1/scores/{own['id']}").json()["facts_kept_until"] is not None


def test_an_erasure_takes_facts_and_reference(lender: Partner, hanse: Organization) -> None:
    made = lender.post("/v1/score", {**BODY, "reference": "acc-1"}).json()
    answer = lender.post("/v1/scores/erasures", {"reference": "acc-1"})
    assert answer.json() == {"object": "score_erasure", "erased": 1}
    after = lender.get(f"/v1/scores/{made['id']}").json()
    assert (after["reference"], after["facts_kept_until"]) == (None, None)
    assert after["points"] == made["points"]
    with enter(hanse.id):
        score = Score.objects.get()
        assert (score.facts, score.salt) == (None, None)
    assert lender.post("/v1/scores/erasures", {"reference": "acc-1"}).json()["erased"] == 0


@pytest.mark.exhaustive
def test_a_key_without_the_scope_scores_nothing(hanse: Organization, lender: Partner) -> None:
    _key, raw = api_key_create(
        organization_id=hanse.id, actor=SYSTEM, name="reader", scopes=["decisions:read"]
    )
    assert Partner(raw).post("/v1/score", BODY).status_code == 403
    assert Partner(raw).get("/v1/scores").status_code == 403


def test_a_key_makes_repeats_one_call(
    lender: Partner, hanse: Organization, broker_key: RawKey
) -> None:
    body = {**BODY, "reference": "acc-9"}
    first = lender.post("/v1/score", body, **{"Idempotency-Key": "s-1"})
    again = lender.post("/v1/score", body, **{"Idempotency-Key": "s-1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request-Id"] == first.headers["Request-Id"]
    assert again.headers["Location"] == first.headers["Location"]
    with enter(hanse.id, read_only=True):
        assert (ScoreCall.objects.count(), Score.objects.count()) == (1, 1)
    other = lender.post("/v1/score", {**body, "purpose": "testing"}, **{"Idempotency-Key": "s-1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    bad = lender.post("/v1/score", body, **{"Idempotency-Key": "a b"})
    assert (bad.status_code, bad.json()["code"]) == (400, "idempotency_key_malformed")
    elsewhere = Partner(broker_key[1]).post("/v1/score", body, **{"Idempotency-Key": "s-1"})
    assert elsewhere.status_code == 201
    assert elsewhere.json()["id"] != first.json()["id"]


def test_rows_under_a_key_are_answered_alike_and_nothing_is_kept_of_a_refusal(
    lender: Partner, hanse: Organization
) -> None:
    key = {"Idempotency-Key": "s-2"}
    refused = lender.post("/v1/score/batch", rows({"facts": {}}), **key)
    assert refused.status_code == 422
    body = rows(row(), {"request": {}, "facts": {}})
    first = lender.post("/v1/score/batch", body, **key)
    assert (first.status_code, first.json()["refused"]) == (201, 1)
    again = lender.post("/v1/score/batch", body, **key)
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    with enter(hanse.id, read_only=True):
        assert ScoreCall.objects.count() == 1


def test_an_erasure_takes_the_kept_answer_along(lender: Partner, hanse: Organization) -> None:
    key, body = {"Idempotency-Key": "s-3"}, {**BODY, "reference": "acc-8"}
    assert lender.post("/v1/score", body, **key).status_code == 201
    assert lender.post("/v1/scores/erasures", {"reference": "acc-8"}).json()["erased"] == 1
    with enter(hanse.id, read_only=True):
        assert not IdempotencyRecord.objects.exists()


def test_two_at_once_under_one_key_are_one_call(
    lender: Partner, hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second does not find the key, scores, and meets it where it is stored."""
    key, body = {"Idempotency-Key": "s-4"}, {**BODY, "reference": "acc-7"}
    first = lender.post("/v1/score", body, **key)
    looked = idempotency.key_find
    answers = iter([lambda *_: None])

    def find(*given: Any) -> Any:
        return next(answers, looked)(*given)

    monkeypatch.setattr(idempotency, "key_find", find)
    second = lender.post("/v1/score", body, **key)
    assert (second.status_code, second.content) == (201, first.content)
    with enter(hanse.id, read_only=True):
        assert ScoreCall.objects.count() == 1
