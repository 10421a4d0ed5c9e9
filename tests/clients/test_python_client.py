"""The Python client against a running server: what every caller needs works as it says."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from assay import (
    Assay,
    Conflict,
    Invalid,
    NotAuthenticated,
    NotFound,
    RateLimited,
    ServerFault,
    SignatureRefused,
    TookTooLong,
    verify,
)
from assay.generated.api.applications import applications_create, applications_list
from assay.generated.api.products import products_list
from assay.generated.document import STAMP, VERSION
from assay.retries import Retrying
from assay.waiting import wait_until
from clients.python.generate import GENERATED, generate, stamp
from tenancy.models import Organization
from tests.bodies import loan
from tests.cast_connectors import agreed_to_all, named

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def body_of(organization: Organization, word: str) -> dict[str, Any]:
    body = loan(organization)
    body["applicant"] |= {"identity": named(word), "consents": agreed_to_all(organization)}
    return body


def test_from_application_to_accepted_offer(assay: Assay, twin: Organization) -> None:
    sent = assay.applications.create(body_of(twin, "Approve"), wait=10)
    assert sent.decision is not None
    assert sent.decision.outcome == "approve"
    assert assay.decisions.get(sent.decision.id).reasons == []
    assert assay.applications.wait(sent.id, seconds=5).status == "approved"
    assert assay.offers.accept(sent.id).status == "accepted"
    assert assay.applications.get(sent.id).status == "accepted"


def test_the_sandbox_from_a_program(assay: Assay, twin: Organization) -> None:
    assert {"Approve", "Thinfile"} <= {each.word for each in assay.sandbox.personas()}
    assay.applications.create(body_of(twin, "Counteroffer"), wait=10)
    done = assay.sandbox.advance(days=31)
    assert done.offers_expired == 1
    assert assay.sandbox.clock().ahead_seconds == 31 * 86_400
    with pytest.raises(Conflict) as refused:
        assay.sandbox.send_webhook("application.decided")
    assert refused.value.code == "nobody_listens"


def test_a_file_becomes_decisions(assay: Assay, twin: Organization, tmp_path: Path) -> None:
    bodies = [body_of(twin, "Eins"), body_of(twin, "Decline"), {"request": {}}]
    for number, body in enumerate(bodies):
        body.pop("product", None)
        body["external_id"] = f"row-{number}"
    path = tmp_path / "loans.ndjson"
    path.write_text("\n".join(json.dumps(body) for body in bodies), "utf-8")
    sent = assay.batches.create(path, product="personal-loan", language="de")
    done = assay.batches.wait(sent.id, seconds=30)
    assert (done.status, done.counts.rows) == ("done", 3)
    assert "decline" in assay.batches.results(sent.id)
    assert "/applicant" in assay.batches.errors(sent.id)
    assert [each.id for each in assay.batches.list()] == [sent.id]


def test_a_document_goes_and_comes_back(assay: Assay, twin: Organization, tmp_path: Path) -> None:
    application = assay.applications.create(body_of(twin, "Approve"), wait=10).id
    path = tmp_path / "payslip.pdf"
    path.write_bytes(b"%PDF-1.7 payslip")
    document = assay.applications.attach(application, path, kind="income")
    assert (document.kind, document.name) == ("income", "payslip.pdf")
    assert assay.applications.document(application, document.id) == b"%PDF-1.7 payslip"


def test_pages_are_fetched_until_the_last(assay: Assay, twin: Organization) -> None:
    sent = [assay.applications.create(body_of(twin, word)).id for word in ("Eins", "Zwei", "Drei")]
    assert [each.id for each in assay.applications.list(limit=2)] == sent[::-1]
    assert [each.id for each in assay.pages(applications_list, limit=1)] == sent[::-1]


def test_applications_are_found_by_metadata(assay: Assay, twin: Organization) -> None:
    kiel, bonn = (
        assay.applications.create(body_of(twin, word) | {"metadata": {"branch": branch}}).id
        for word, branch in (("Eins", "Kiel"), ("Zwei", "Bonn"))
    )
    assert [each.id for each in assay.applications.list(metadata={"branch": "Kiel"})] == [kiel]
    both = assay.applications.list(metadata={"branch": "Bonn"}, product="personal-loan")
    assert [each.id for each in both] == [bonn]


def test_a_key_makes_repeats_one_application(assay: Assay, twin: Organization) -> None:
    body = body_of(twin, "Approve")
    twice = [assay.applications.create(body, idempotency_key="mine").id for _ in range(2)]
    assert twice[0] == twice[1]
    with pytest.raises(Invalid) as refused:
        assay.applications.create(body_of(twin, "Decline"), idempotency_key="mine")
    assert refused.value.code == "idempotency_key_reused"


def test_refusals_say_everything(assay: Assay, twin: Organization) -> None:
    body = body_of(twin, "Approve")
    del body["request"]["amount"]
    with pytest.raises(Invalid) as refused:
        assay.applications.create(body)
    problem = refused.value
    assert problem.errors[0].pointer == "/request/amount"
    assert problem.request_id.startswith("req_")
    assert "/request/amount" in str(problem)
    with pytest.raises(NotFound):
        assay.applications.get("app_nothing")


def test_a_wrong_key_is_told_apart(live_server: Any, db: None) -> None:
    with (
        Assay("assay_test_" + "a" * 40, base_url=live_server.url) as stranger,
        pytest.raises(NotAuthenticated),
    ):
        stranger.call(products_list)


def test_it_speaks_the_version_it_was_made_for(assay: Assay) -> None:
    answer = assay.generated.get_httpx_client().get("/v1/products")
    assert answer.headers["Assay-Version"] == VERSION


class Answers(httpx.BaseTransport):
    """Answers in turn, and remembers what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


NOBODY = {"identity": named("Nobody"), "facts": {}, "consents": []}
PRODUCTS = {"object": "list", "data": [], "has_more": False, "next": None}


def fine() -> httpx.Response:
    return httpx.Response(200, json=PRODUCTS)


def busy(status: int, **headers: str) -> httpx.Response:
    document = {"code": "x", "title": "x", "detail": "x", "request_id": "r"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=document, headers=named)


def patient(answers: Answers, waits: list[float], tries: int = 5) -> Assay:
    """A client that notes how long it would have slept."""
    client = Assay("k", base_url="http://there", transport=answers, tries=1)
    retrying = Retrying(answers, tries=tries, sleep=waits.append)
    client.generated.get_httpx_client()._transport = retrying
    return client


def test_reads_are_tried_again_and_retry_after_is_kept() -> None:
    waits: list[float] = []
    answers = Answers(
        busy(503), httpx.ReadTimeout("slow"), busy(429, Retry_After="7"), busy(502), fine()
    )
    assert patient(answers, waits).call(products_list).data == []
    assert waits[2] == 7
    assert 0.25 <= waits[0] <= 0.5 <= waits[1] <= 1.0
    assert len(answers.asked) == 5


def test_it_gives_up_with_what_the_server_said() -> None:
    waits: list[float] = []
    answers = Answers(busy(503), busy(503), busy(503))
    with pytest.raises(ServerFault):
        patient(answers, waits, tries=3).call(products_list)
    answers = Answers(busy(429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"), busy(429))
    with pytest.raises(RateLimited):
        patient(answers, waits, tries=2).call(products_list)
    assert waits[-1] == 0


def test_every_try_carries_the_same_key() -> None:
    waits: list[float] = []
    answers = Answers(httpx.ReadError("gone"), busy(409, Retry_After="1"), busy(422))
    client = patient(answers, waits)
    with pytest.raises(Invalid):
        client.call(applications_create, body={"product": "x", "request": {}, "applicant": NOBODY})
    assert len({each.headers["Idempotency-Key"] for each in answers.asked}) == 1
    assert len(answers.asked) == 3


def test_what_could_happen_twice_is_not_repeated() -> None:
    waits: list[float] = []
    for first, tried in (
        (httpx.ReadError("gone"), 1),
        (busy(503), 1),
        (httpx.ConnectError("no"), 2),
        (busy(429), 2),
    ):
        answers = Answers(first, busy(409))
        with pytest.raises((httpx.ReadError, ServerFault, Conflict)):
            patient(answers, waits).sandbox.advance(days=1)
        assert len(answers.asked) == tried


def test_waiting_ends() -> None:
    seen = iter(range(10))
    assert wait_until(lambda: next(seen), lambda n: n == 3, sleep=lambda _: None) == 3
    with pytest.raises(TookTooLong) as late:
        wait_until(lambda: 1, lambda n: n == 2, seconds=0, sleep=lambda _: None)
    assert late.value.last == 1


def signed(body: str, secret: str = SECRET) -> dict[str, str]:
    at = datetime.now(UTC)
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("msg_1", at, body),
    }


def test_a_message_is_believed_by_its_signature_alone() -> None:
    body = json.dumps(
        {"type": "application.decided", "timestamp": "2026-11-21T09:30:00Z", "data": {"a": "b"}}
    )
    message = verify(body.encode(), signed(body), SECRET)
    assert (message.id, message.type, message.data) == ("msg_1", "application.decided", {"a": "b"})
    other = "whsec_" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"
    assert verify(body, signed(body), [other, SECRET]).id == "msg_1"
    stale = signed(body) | {"Webhook-Timestamp": "1"}
    for wrong in (signed(body, other), stale, {}):
        with pytest.raises(SignatureRefused):
            verify(body, wrong, SECRET)
    with pytest.raises(SignatureRefused):
        verify(body + " ", signed(body), SECRET)


def test_the_generated_half_is_in_step() -> None:
    """`make client` writes it anew."""
    assert stamp() == STAMP


@pytest.mark.exhaustive
def test_generating_again_gives_the_same_files(tmp_path: Any) -> None:
    generate(tmp_path / "generated")
    made, kept = (
        {path.relative_to(folder): path.read_text("utf-8") for path in sorted(folder.rglob("*.py"))}
        for folder in (tmp_path / "generated", GENERATED)
    )
    assert made == kept
