"""The sandbox at the front door: personas, a clock that can be pushed, and two modes apart."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection

from events.models import Event
from events.webhooks.types import NAMES
from tenancy.enter import enter
from tenancy.errors import RefusedWrite
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import loan
from tests.cast_accounts import RawKey, key_of
from tests.cast_connectors import agreed_to_all, named
from underwriting.models import Application, PolicyVersion

TEST_ADDRESSES = ("/v1/test/personas", "/v1/test/clock")


@pytest.fixture
def sandbox(twin: Organization) -> Partner:
    """Somebody with a test key."""
    return Partner(key_of(twin)[1])


@pytest.fixture
def bare(hanse_twin: Organization) -> Partner:
    """The same where nothing is lent yet."""
    return Partner(key_of(hanse_twin)[1])


def asked_by(organization: Organization, word: str) -> dict[str, Any]:
    """An application of somebody whose name is that word."""
    body = loan(organization)
    body["applicant"] |= {"identity": named(word), "consents": agreed_to_all(organization)}
    return body


def decided(partner: Partner, organization: Organization, word: str) -> dict[str, Any]:
    answer = partner.apply(asked_by(organization, word), key=word)
    assert answer.status_code == 201, answer.content
    document: dict[str, Any] = answer.json()
    return document


def test_every_persona_is_listed_and_does_what_it_says(
    sandbox: Partner, twin: Organization
) -> None:
    listed = sandbox.get("/v1/test/personas").json()["data"]
    outcomes = {each["word"]: each["effect"] for each in listed if each["kind"] == "outcome"}
    assert set(outcomes.values()) == {"approve", "decline", "refer", "counter_offer"}
    for word, effect in outcomes.items():
        decision = decided(sandbox, twin, word)["decision"]
        assert decision["outcome"] == effect
        assert [each["source"] for each in decision["reasons"]] == (
            [] if effect == "approve" else ["persona"]
        )


def test_connectors_personas_name_the_products_that_ask(asking: Organization) -> None:
    listed = Partner(key_of(asking)[1]).get("/v1/test/personas").json()["data"]
    found = {each["word"]: each["products"] for each in listed}
    assert found["Thinfile"] == found["Unavailable"] == found["Sanctionshit"] == ["personal-loan"]


def test_where_nobody_is_asked_connectors_personas_have_no_effect(sandbox: Partner) -> None:
    listed = sandbox.get("/v1/test/personas").json()["data"]
    assert {tuple(each["products"]) for each in listed if each["kind"] == "connector"} == {()}


def test_after_a_month_offers_have_expired(sandbox: Partner, twin: Organization) -> None:
    approved = decided(sandbox, twin, "Approve")["id"]
    before = moment(sandbox.get("/v1/test/clock"))
    done = sandbox.post("/v1/test/clock/advance", {"days": 31, "hours": 1}).json()
    assert done["offers_expired"] == 1
    assert done["ahead_seconds"] == 31 * 86_400 + 3_600
    assert (moment(sandbox.get("/v1/test/clock")) - before).days == 31
    assert sandbox.get(f"/v1/applications/{approved}").json()["status"] == "expired"


def test_a_bureau_that_is_down_is_waited_for_only_as_long_as_the_clock_says(
    asking: Organization, django_capture_on_commit_callbacks: Any
) -> None:
    sandbox = Partner(key_of(asking)[1])
    with django_capture_on_commit_callbacks(execute=True):
        sent = sandbox.apply(asked_by(asking, "Unavailable"), key="1")
    assert sent.status_code == 202
    address = f"/v1/applications/{sent.json()['id']}"
    assert sandbox.get(address).json()["status"] == "deciding"
    done = [sandbox.post("/v1/test/clock/advance", {"days": 31}).json() for _ in range(2)]
    assert [each["applications_decided"] for each in done] == [1, 0]
    decision = sandbox.get(address).json()["decision"]
    assert decision["outcome"] == "refer"
    assert decision["reasons"][0]["code"] == "CHECKS_UNAVAILABLE"


def moment(answer: Any) -> datetime:
    return datetime.fromisoformat(answer.json()["now"])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/days"),
        ({"days": 0}, "/days"),
        ({"days": -1}, "/days"),
        ({"days": True}, "/days"),
        ({"hours": "2"}, "/hours"),
        ({"weeks": 1}, "/weeks"),
        ([], "/days"),
    ],
)
def test_how_long_is_said_in_days_or_hours(bare: Partner, body: Any, pointer: str) -> None:
    answer = bare.post("/v1/test/clock/advance", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_the_clock_stops_after_ten_years(bare: Partner) -> None:
    codes = [bare.post("/v1/test/clock/advance", {"days": 366}).status_code for _ in range(11)]
    assert codes == [200] * 10 + [409]


def test_any_webhook_is_fired_at_those_who_listen(bare: Partner, hanse_twin: Organization) -> None:
    said = bare.post("/v1/test/webhooks", {"type": "application.decided"})
    assert (said.status_code, said.json()["code"]) == (409, "nobody_listens")
    listening, deaf = (
        bare.post("/v1/webhooks", {"url": "https://93.184.215.14/hook", "types": [types]}).json()
        for types in ("application.*", "batch.completed")
    )
    for name in NAMES:
        sent = bare.post("/v1/test/webhooks", {"type": name, "endpoint": deaf["id"]})
        assert sent.status_code == 202, name
    sent = bare.post("/v1/test/webhooks", {"type": "application.decided"}).json()
    assert [each["endpoint"] for each in sent["sent_to"]] == [listening["id"]]
    with enter(hanse_twin.id, read_only=True):
        fired = Event.objects.filter(type="webhook.test").order_by("sequence")
        assert [json.loads(each.data)["as"] for each in fired] == [*NAMES, "application.decided"]


@pytest.mark.parametrize("body", [{}, {"type": "loan.sold"}, {"type": []}, [1]])
def test_a_webhook_that_is_none_is_not_fired(bare: Partner, body: Any) -> None:
    answer = bare.post("/v1/test/webhooks", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/type"


def test_a_live_key_may_do_none_of_it(hanse_key: RawKey) -> None:
    live = Partner(hanse_key[1])
    answers = [live.get(address) for address in TEST_ADDRESSES]
    answers.append(live.post("/v1/test/clock/advance", {"days": 1}))
    answers.append(live.post("/v1/test/webhooks", {"type": "webhook.test"}))
    assert {(each.status_code, each.json()["code"]) for each in answers} == {
        (403, "test_key_needed")
    }


def test_each_mode_meets_its_own_rows_alone(
    partner: Partner, hanse: Organization, sandbox: Partner, twin: Organization
) -> None:
    tested = decided(sandbox, twin, "Approve")
    lived = partner.apply(loan(hanse), key="live").json()
    for stranger, document in ((partner, tested), (sandbox, lived)):
        for address in (
            f"/v1/applications/{document['id']}",
            f"/v1/decisions/{document['decision']['id']}",
        ):
            assert stranger.get(address).status_code == 404
        listed = stranger.get("/v1/applications").json()["data"]
        assert document["id"] not in [each["id"] for each in listed]


def test_a_key_works_in_both_modes_for_different_things(
    partner: Partner, hanse: Organization, sandbox: Partner, twin: Organization
) -> None:
    body = loan(hanse)
    tested = sandbox.apply(asked_by(twin, "Approve") | {"external_id": "1"}, key="same").json()
    lived = partner.apply(body | {"external_id": "1"}, key="same").json()
    assert tested["id"] != lived["id"]


REFUSED = (DatabaseError, RefusedWrite)
ATTACKS = (
    "UPDATE underwriting_application SET organization_id = %(other)s",
    """INSERT INTO underwriting_party SELECT (jsonb_populate_record(p, jsonb_build_object(
        'id', gen_random_uuid(), 'position', 5, 'role', 'guarantor',
        'application_id', %(theirs)s::text))).* FROM underwriting_party p""",
    """INSERT INTO underwriting_decisionrun SELECT (jsonb_populate_record(r, jsonb_build_object(
        'id', gen_random_uuid(), 'application_id', %(theirs)s::text))).*
    FROM underwriting_decisionrun r""",
)


def test_the_database_keeps_twin_and_lender_apart_from_either_side(
    partner: Partner,
    hanse: Organization,
    policy: PolicyVersion,
    sandbox: Partner,
    twin: Organization,
) -> None:
    decided(sandbox, twin, "Approve")
    partner.apply(loan(hanse), key="live")
    ids = {each.id: own_application(each) for each in (hanse, twin)}
    for inside, other in ((hanse, twin), (twin, hanse)):
        with enter(inside.id), connection.cursor() as cursor:
            for table in ("application", "party", "decision", "offer", "factset"):
                cursor.execute(
                    f"SELECT count(*) FROM underwriting_{table} WHERE organization_id = %s",  # noqa: S608
                    [other.id],
                )
                assert cursor.fetchone() == (0,)
        for statement in ATTACKS:
            with pytest.raises(REFUSED), enter(inside.id), connection.cursor() as cursor:
                cursor.execute(statement, {"other": other.id, "theirs": ids[other.id]})


def own_application(organization: Organization) -> Any:
    with enter(organization.id, read_only=True):
        return Application.objects.values_list("id", flat=True).get()
