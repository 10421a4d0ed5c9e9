"""The chain over the API: looked up by the lender alone, exported so that anybody can check it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from accounts.services.api_keys import api_key_create
from events import verify as verifier
from events.actor import SYSTEM
from events.models import Event
from events.services import event_record
from events.signing import public_key
from tenancy.enter import enter
from tenancy.ids import new_id
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.cast_accounts import RawKey


@pytest.fixture
def lender(hanse_key: RawKey, hanse: Organization) -> Partner:
    """Four events: the key, and three more."""
    with enter(hanse.id):
        for number in range(3):
            event_record(
                organization_id=hanse.id,
                actor=SYSTEM,
                type="thing.happened",
                subject=("thing", new_id()),
                data={"number": number},
            )
    return Partner(hanse_key[1])


def exported(partner: Partner, query: str = "") -> list[str]:
    answer = partner.get(f"/v1/events/export{query}")
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    return b"".join(answer.streaming_content).decode().splitlines()


def test_events_are_listed_filtered_and_paged(lender: Partner, hanse: Organization) -> None:
    with enter(hanse.id):
        count = Event.objects.count()
        key = Event.objects.filter(type="api_key.created").get()
    assert count > 1
    first: Any = lender.get("/v1/events?limit=1").json()
    rest = lender.get(f"/v1/events?starting_after={first['next']}").json()
    listed = [each["sequence"] for each in (*first["data"], *rest["data"])]
    assert listed == list(range(count, 0, -1))
    oldest = rest["data"][-1]["id"]
    back = lender.get(f"/v1/events?ending_before={oldest}&limit=1").json()
    assert [each["sequence"] for each in back["data"]] == [2]
    made = lender.get("/v1/events?type=api_key.created").json()["data"]
    assert [each["sequence"] for each in made] == [key.sequence]
    assert made[0]["subject"]["id"].startswith("key_")
    assert "data" not in made[0]
    about = lender.get(f"/v1/events?subject={made[0]['subject']['id']}").json()["data"]
    assert [each["id"] for each in about] == [made[0]["id"]]
    whole = lender.get(f"/v1/events/{made[0]['id']}").json()
    assert whole["data"]["scopes"]
    assert whole["previous_hash"] == key.previous_hash
    assert lender.get("/v1/events?created_before=2020-01-01T00:00:00Z").json()["data"] == []
    for query in ("subject=x", "created_from=now", "type=%00", "starting_after=evt_1"):
        assert lender.get(f"/v1/events?{query}").status_code == 422
    missing = f"evt_{'0' * 32}"
    assert lender.get(f"/v1/events?starting_after={missing}").status_code == 404


def test_the_export_verifies_elsewhere_and_so_does_a_segment(
    lender: Partner, hanse: Organization, tmp_path: Path
) -> None:
    file = tmp_path / "events.ndjson"
    file.write_text("\n".join(exported(lender)) + "\n")
    said = subprocess.run(
        [sys.executable, verifier.__file__, str(file), "--public-key", public_key()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout
    with enter(hanse.id):
        last = Event.objects.get(sequence=1)
    segment = exported(lender, "?after=1")
    chain = verifier.verify(segment, [public_key()], {1: last.hash})
    assert (chain.began, chain.sequence) == (1, event_count(hanse))
    with pytest.raises(verifier.Broken, match="does not follow"):
        verifier.verify(segment, [public_key()], {1: "0" * 64})
    with pytest.raises(verifier.Broken, match="does not follow the event before"):
        verifier.verify([segment[0].replace(last.hash, "0" * 64), *segment[1:]], [public_key()])
    with pytest.raises(verifier.Broken, match="lies before"):
        verifier.verify(exported(lender, "?after=2"), [public_key()], {1: last.hash})


def test_memory_does_not_grow_with_the_chain(
    lender: Partner, hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read in pieces, each in a transaction that has ended before its lines are taken."""
    monkeypatch.setattr("events.services.export.PIECE", 1)
    assert verifier.verify(exported(lender), [public_key()]).sequence == event_count(hanse)


def test_the_chain_is_read_with_a_lenders_own_key(
    lender: Partner, broker_key: RawKey, hanse: Organization, aurora_key: RawKey
) -> None:
    broker, aurora = Partner(broker_key[1]), Partner(aurora_key[1])
    first = lender.get("/v1/events").json()["data"][0]["id"]
    for page in ("events", "events/export"):
        assert broker.get(f"/v1/{page}").status_code == 403
    assert broker.get(f"/v1/events/{first}").status_code == 404
    assert aurora.get(f"/v1/events/{first}").status_code == 404
    assert str(hanse.id) not in "".join(exported(aurora))
    _key, raw = api_key_create(
        organization_id=hanse.id, actor=SYSTEM, name="reader", scopes=["decisions:read"]
    )
    assert Partner(raw).get("/v1/events/export").status_code == 403
    assert lender.get("/v1/events/export?after=x").status_code == 422
    beyond = lender.get("/v1/events/export?after=99999")
    assert (beyond.status_code, beyond.json()["code"]) == (404, "not_found")


def event_count(organization: Organization) -> int:
    with enter(organization.id):
        return Event.objects.count()
