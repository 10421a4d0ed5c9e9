"""Lists: paged both ways, narrowed by names that are checked, filled up where asked."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services.api_keys import api_key_create
from events.actor import SYSTEM
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import BAD_FACTS, Body, loan
from tests.cast_accounts import RawKey


@pytest.fixture
def sent(partner: Partner, hanse: Organization) -> list[Body]:
    """Four, oldest first; the last is declined or offered less."""
    bodies = [{**loan(hanse, number=n), "external_id": f"crm-{n}"} for n in range(1, 4)]
    bodies.append(loan(hanse, amount="9000.00", term_months=72, number=4, facts=BAD_FACTS))
    return [partner.apply(body).json() for body in bodies]


def ids(partner: Partner, query: str) -> list[str]:
    response = partner.get(f"/v1/applications?{query}")
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["data"]]


def test_pages_go_both_ways(partner: Partner, sent: list[Body]) -> None:
    one, two, three, four = (each["id"] for each in sent)
    assert ids(partner, "limit=2") == [four, three]
    assert ids(partner, f"limit=2&starting_after={three}") == [two, one]
    back = partner.get(f"/v1/applications?limit=2&ending_before={one}").json()
    assert [row["id"] for row in back["data"]] == [three, two]
    assert back["has_more"]
    top = partner.get(f"/v1/applications?limit=5&ending_before={three}").json()
    assert ([row["id"] for row in top["data"]], top["has_more"]) == ([four], False)


def test_every_filter_narrows(partner: Partner, sent: list[Body]) -> None:
    one, two, three, four = (each["id"] for each in sent)
    statuses = {each["id"]: each["status"] for each in sent}
    assert {"approved", "referred"} <= set(statuses.values()), "people alike are referred"
    for status in set(statuses.values()):
        wanted = [each for each in (four, three, two, one) if statuses[each] == status]
        assert ids(partner, f"status={status}") == wanted
    assert ids(partner, "external_id=crm-2") == [two]
    assert ids(partner, "external_id=crm-9") == []
    assert ids(partner, "product=personal-loan") == [four, three, two, one]
    assert ids(partner, "product=yacht") == []
    moment = sent[2]["received_at"]
    assert ids(partner, f"received_after={moment}") == [four, three]
    assert ids(partner, f"received_before={moment}") == [two, one]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    assert ids(partner, f"received_after={tomorrow}") == []


def test_a_decision_is_an_id_until_it_is_expanded(partner: Partner, sent: list[Body]) -> None:
    plain = partner.get("/v1/applications").json()["data"]
    assert [row["decision"] for row in plain] == [s["decision"]["id"] for s in reversed(sent)]
    assert all(len(row["parties"]) == 1 for row in plain)
    whole = partner.get("/v1/applications?expand[]=data.decision").json()["data"]
    assert [row["decision"] for row in whole] == [s["decision"] for s in reversed(sent)]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("colour=red", "/colour"),
        ("expand[]=decision", "/expand"),
        ("expand[]=data.identity", "/expand"),
        ("received_after=2026-13-01T00:00:00Z", "/received_after"),
        ("received_after=2026-11-01T00:00:00", "/received_after"),
        ("limit=99999999999999999999999", "/limit"),
        ("limit=-1", "/limit"),
        ("ending_before=dec_" + "0" * 32, "/ending_before"),
    ],
)
def test_a_wrong_parameter_is_named(partner: Partner, query: str, pointer: str) -> None:
    response = partner.get(f"/v1/applications?{query}")
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


def test_no_list_counts_or_skips(partner: Partner, sent: list[Body]) -> None:
    with CaptureQueriesContext(connection) as seen:
        partner.get(f"/v1/applications?limit=2&starting_after={sent[3]['id']}&status=approved")
        partner.get("/v1/decisions?limit=2&outcome=approve")
    said = " ".join(query["sql"] for query in seen.captured_queries).upper()
    assert "COUNT(" not in said
    assert "OFFSET" not in said
    assert len(seen.captured_queries) < 40


def test_decisions_are_listed_and_narrowed(partner: Partner, sent: list[Body]) -> None:
    listed = partner.get("/v1/decisions").json()["data"]
    assert [row["id"] for row in listed] == [s["decision"]["id"] for s in reversed(sent)]
    one = partner.get(f"/v1/decisions?application={sent[0]['id']}&in_force=true").json()["data"]
    assert [row["id"] for row in one] == [sent[0]["decision"]["id"]]
    assert partner.get("/v1/decisions?in_force=false").json()["data"] == []
    approvals = [s["decision"]["id"] for s in sent if s["decision"]["outcome"] == "approve"]
    found = partner.get("/v1/decisions?outcome=approve").json()["data"]
    assert [row["id"] for row in found] == approvals[::-1]
    for query in ("outcome=maybe", "in_force=1", "application=x", "decision=1"):
        assert partner.get(f"/v1/decisions?{query}").status_code == 422


def test_how_it_came_about_is_for_those_who_may_read_models(
    hanse: Organization, broker_key: RawKey, body: Body
) -> None:
    broker = Partner(broker_key[1])
    answer = broker.apply(body).json()["decision"]
    assert (answer["trace"], answer["contributions"]) == (None, None)
    assert answer["reasons"] == []
    assert answer["probability"] is not None
    _key, raw = api_key_create(
        organization_id=hanse.id,
        actor=SYSTEM,
        name="analyst",
        scopes=["decisions:read", "models:read"],
        partner=broker_key[0].partner,
    )
    shown = Partner(raw).get(f"/v1/decisions/{answer['id']}").json()
    assert shown["trace"]
    assert shown["contributions"][0]["features"]
    rest = {name: value for name, value in shown.items() if name not in ("trace", "contributions")}
    assert rest.items() <= answer.items()


def test_a_partner_lists_its_own_alone(
    partner: Partner, broker_key: RawKey, aurora_key: RawKey, sent: list[Body]
) -> None:
    for stranger in (Partner(broker_key[1]), Partner(aurora_key[1])):
        assert stranger.get("/v1/decisions").json()["data"] == []
        assert stranger.get("/v1/applications?external_id=crm-1").json()["data"] == []
        theirs = f"/v1/decisions?application={sent[0]['id']}"
        assert stranger.get(theirs).json()["data"] == []
