"""`Assay-Version`: pinned to the key, overridden by a request, echoed; and how one is added."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from accounts import versions
from accounts.models import ApiKey
from accounts.services.api_keys import api_key_create
from events.actor import SYSTEM
from tenancy.enter import enter
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import Body
from tests.cast_accounts import RawKey

INVENTED = """
from accounts.versions import Change, Version


def said_again(document):
    for product in document["data"]:
        product["new_here"] = True
    return document


def renamed(body):
    asked = body["request"]
    names = {"loan_amount": "amount"}
    return body | {"request": {names.get(name, name): asked[name] for name in asked}}


VERSION = Version(
    "2027-03-01",
    "What the test needs.",
    changes=(
        Change(
            "Products no longer say `new_here`.",
            operations=frozenset({"GET /v1/products"}),
            answer=said_again,
        ),
        Change(
            "`amount` was called `loan_amount`.",
            operations=frozenset({"POST /v1/applications"}),
            request=renamed,
        ),
    ),
)
"""


@pytest.fixture
def system(hanse_key: RawKey) -> Partner:
    return Partner(hanse_key[1])


@pytest.fixture
def tomorrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A second version: one file more where the versions are."""
    (tmp_path / "v2027_03_01.py").write_text(INVENTED)
    monkeypatch.setattr(versions, "__path__", [*versions.__path__, str(tmp_path)])
    forget()
    yield "2027-03-01"
    monkeypatch.undo()
    forget()


def forget() -> None:
    versions.versions.cache_clear()
    versions._changes_after.cache_clear()


def test_each_version_is_a_day_and_says_what_it_is() -> None:
    names = [version.name for version in versions.versions()]
    assert names == sorted(names)
    assert "2026-11-01" in names
    assert all(version.summary for version in versions.versions())


@pytest.mark.parametrize("path", ["/v1/products", "/v1/nothing", "/v1/applications/x"])
def test_every_answer_says_its_version(system: Partner, path: str) -> None:
    assert system.get(path).headers["Assay-Version"] == "2026-11-01"
    given = system.get(path, **{"Assay-Version": "2026-11-01"})
    assert given.headers["Assay-Version"] == "2026-11-01"


@pytest.mark.parametrize("path", ["/v1/products", "/v1/docs", "/v1/openapi.json", "/v1/x"])
def test_without_a_key_too(client: Client, db: None, path: str) -> None:
    assert client.get(path).headers["Assay-Version"] == versions.latest()


@pytest.mark.parametrize(
    "unknown", ["2026-11-02", "2030-01-01", "latest", "", "x" * 3000, "1", "ä"]
)
def test_a_version_that_is_none_is_a_clear_refusal(system: Partner, unknown: str) -> None:
    answer = system.get("/v1/products", **{"Assay-Version": unknown})
    assert answer.status_code == 400
    assert answer.json()["code"] == "unknown_version"
    assert "2026-11-01" in answer.json()["detail"]
    assert answer.headers["Assay-Version"] == "2026-11-01"


def test_a_second_version_is_one_file(
    system: Partner,
    partner: Partner,
    body: Body,
    hanse: Organization,
    hanse_key: RawKey,
    tomorrow: str,
) -> None:
    """Older keys stay where they are, a request may look ahead, and new keys begin with it."""
    old = partner.get("/v1/products")
    assert old.headers["Assay-Version"] == "2026-11-01"
    assert old.json()["data"][0]["new_here"] is True
    ahead = partner.get("/v1/products", **{"Assay-Version": tomorrow})
    assert ahead.headers["Assay-Version"] == tomorrow
    assert "new_here" not in ahead.json()["data"][0]
    asked = dict(body["request"])
    asked["loan_amount"] = asked.pop("amount")
    assert partner.apply(body | {"request": asked}, key="old").status_code == 201
    key, raw = api_key_create(
        organization_id=hanse.id, actor=SYSTEM, name="new", scopes=["applications:write"]
    )
    assert key.version == tomorrow
    assert Partner(raw).get("/v1/products").headers["Assay-Version"] == tomorrow
    assert Partner(raw).apply(body | {"request": asked}, key="new").status_code == 422
    back = Partner(raw).get("/v1/products", **{"Assay-Version": "2026-11-01"})
    assert back.json()["data"][0]["new_here"] is True


def test_refusals_have_one_form_in_every_version(partner: Partner, tomorrow: str) -> None:
    """A change of an answer never meets a problem document."""
    answer = partner.post("/v1/products", {})
    assert answer.json()["code"] == "method_not_allowed"


def test_changes_pass_oldest_first_and_back_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str, sign: str) -> versions.Version:
        change = versions.Change(
            sign,
            operations=frozenset({"POST /v1/x"}),
            request=lambda text: text + sign,
            answer=lambda text: text + sign,
        )
        return versions.Version(name, sign, (change,))

    three = tuple(version(f"2026-11-0{n}", str(n)) for n in (1, 2, 3))
    monkeypatch.setattr(versions, "versions", lambda: three)
    forget_changes = versions._changes_after.cache_clear
    forget_changes()
    try:
        asked = {"version": "2026-11-01", "operation": "POST /v1/x"}
        assert versions.lifted("", **asked) == "23"
        assert versions.lowered("", **asked) == "32"
        assert versions.lifted("", version="2026-11-03", operation="POST /v1/x") == ""
        assert versions.lifted("", version="2026-11-01", operation="GET /v1/x") == ""
        with pytest.raises(versions.UnknownVersion):
            versions.lifted("", version="2020-01-01", operation="POST /v1/x")
    finally:
        forget_changes()


def test_a_key_of_a_version_that_is_gone_is_served_in_the_form_it_names(
    system: Partner, hanse: Organization, hanse_key: RawKey
) -> None:
    """No version is ever removed; were one, its keys must hear of it and not be guessed at."""
    with enter(hanse.id):
        ApiKey.objects.filter(organization_id=hanse.id).update(version="2020-01-01")
    answer = system.get("/v1/products")
    assert answer.status_code == 400
    assert answer.json()["code"] == "unknown_version"
