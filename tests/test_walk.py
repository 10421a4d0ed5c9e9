"""Every address there is, asked for with another lender's ids: nothing, however it is asked.

The addresses are read off the URL configuration, so one added tomorrow is walked tomorrow.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Partner, User
from scoring.models import Championship, InventoryEntry, ModelRequest, ModelVersion, Product
from tenancy.enter import enter
from tenancy.ids import public_id
from tenancy.models import Organization, TenantModel
from tests.cast_accounts import PASSWORD, RawKey
from tests.cast_underwriting import INES, WEAK, Submit, decide
from underwriting.models import (
    Application,
    Condition,
    Decision,
    Offer,
    Party,
    PolicyVersion,
    Review,
)

OURS = ("admin/", "v1/", "apply/")
HANSES: tuple[type[TenantModel], ...] = (
    Application, Condition, Decision, Offer, Party, PolicyVersion, Review,
    Product, ModelVersion, ModelRequest, InventoryEntry, Championship, Partner,
)  # fmt: skip


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address as (route, pattern), included ones too."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


def with_id(route: str, value: str) -> str:
    """The route with the id in every place that takes one."""
    filled = route.replace("^", "").replace("$", "").replace("\\Z", "")
    while "<" in filled:
        before, rest = filled.split("<", 1)
        filled = before + value + rest.split(">", 1)[1]
    return "/" + filled


WITH_IDS = sorted(
    {
        route
        for route, _ in patterns()
        if route.startswith(OURS) and "<" in route and "(?P" not in route
    }
)


Ids = dict[str, list[str]]


@pytest.fixture
def hanses(hanse: Organization, submit: Submit) -> Ids:
    """Everything Hanse has, by model: a decided application, a referred one, its set-up."""
    decide(submit())
    decide(submit((INES, WEAK)))
    found: Ids = {}
    with enter(hanse.id, read_only=True):
        for model in HANSES:
            rows = model._default_manager.filter(organization_id=hanse.id)
            found[model._meta.model_name or ""] = [str(row.pk) for row in rows.only("id")]
    return found


@pytest.fixture
def hanses_ids(hanses: Ids) -> list[str]:
    public = [public_id("app", UUID(each)) for each in hanses["application"]]
    public += [public_id("dec", UUID(each)) for each in hanses["decision"]]
    return [*(each for ids in hanses.values() for each in ids), *public, "personal-loan"]


def of_the_page(route: str, hanses: Ids) -> list[str]:
    """What a page of the desk could show: its model's ids; without any of it, three others."""
    _, _, model, *_ = f"{route}///".split("/")
    return hanses.get(model) or [
        hanses["application"][0],
        hanses["policyversion"][0],
        "personal-loan",
    ]


EVERY_ID = pytest.mark.parametrize(
    "every", [False, pytest.param(True, marks=pytest.mark.exhaustive)]
)
"""Each page with what it is about; in the long run with whatever has an id."""


def test_there_is_something_to_walk() -> None:
    assert any(route.startswith("admin/") for route in WITH_IDS)
    assert any(route.startswith("v1/") for route in WITH_IDS)
    assert any(route.startswith("apply/") for route in WITH_IDS)


@EVERY_ID
def test_another_lenders_member_finds_nothing(
    client: Client, hanses: Ids, hanses_ids: list[str], otto: User, every: bool
) -> None:
    client.post("/accounts/login/", {"login": otto.email, "password": PASSWORD})
    for route in (found for found in WITH_IDS if found.startswith("admin/")):
        tried = hanses_ids if every else of_the_page(route, hanses)
        for ask, values in ((client.get, tried), (client.post, tried[: 3 if every else 1])):
            for value in values:
                response = ask(with_id(route, value))
                assert response.status_code != 200, (ask.__name__, route, value)


@EVERY_ID
def test_the_lenders_own_member_finds_them(
    client: Client, hanses: Ids, hanses_ids: list[str], sven: User, every: bool
) -> None:
    """Else the walk above would prove nothing."""
    client.post("/accounts/login/", {"login": sven.email, "password": PASSWORD})
    shown = sum(
        client.get(with_id(route, value)).status_code == 200
        for route in WITH_IDS
        if route.startswith("admin/underwriting/") and "delete" not in route
        for value in (hanses_ids if every else of_the_page(route, hanses))
    )
    assert shown >= 4, "an application, two reviews, a policy"


@pytest.mark.parametrize("keyed", ["aurora_key", "broker_key"])
def test_another_lenders_or_partners_key_finds_nothing(
    client: Client, hanses_ids: list[str], request: pytest.FixtureRequest, keyed: str
) -> None:
    """What takes no GET is sent an empty body: refused as that, or not found."""
    raw_key: RawKey = request.getfixturevalue(keyed)
    headers = {"Authorization": f"Bearer {raw_key[1]}"}
    of_the_lender = {"personal-loan"} if keyed == "broker_key" else set()
    for route in (found for found in WITH_IDS if found.startswith("v1/")):
        for value in set(hanses_ids) - of_the_lender:
            address = with_id(route, value)
            response = client.get(address, headers=headers)
            if response.status_code == 405:
                sent = client.post(address, b"{}", "application/json", headers=headers)
                assert sent.status_code in (400, 404, 405, 415, 422), (route, value)
                continue
            assert response.status_code == 404, (route, value)


def test_the_portal_of_one_lender_knows_nothing_of_another(
    client: Client, hanses_ids: list[str], aurora: Organization
) -> None:
    for route in (found for found in WITH_IDS if found.startswith("apply/")):
        first, _, rest = route.partition("<slug:organization>")
        under_aurora = f"{first}{aurora.slug}{rest}" if rest else route
        for value in hanses_ids:
            response = client.get(with_id(under_aurora, value))
            assert response.status_code in (302, 404, 405), (route, value, response.status_code)
