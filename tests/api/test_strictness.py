"""What an address does not know it refuses: a filter with a slip in it would show too much, and a
member that nobody reads would be believed to have worked."""

from typing import Any

import pytest
from rest_framework.request import Request

from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import Body, loan
from underwriting.api.pagination import page_whole

LISTS = (
    "applications",
    "decisions",
    "offers",
    "prequalifications",
    "booking-cases",
    "outcomes",
    "batches",
    "webhooks",
    "scores",
    "events",
    "models",
    "products",
)
WRONG = (
    ("colour=red", "/colour", "unknown"),
    ("expand[]=data.colour", "/expand", "expand"),
    ("limit=0", "/limit", "range"),
    ("limit=101", "/limit", "range"),
    ("limit=1&limit=2", "/limit", "repeated"),
    ("starting_after=%00", "/starting_after", "cursor"),
    ("starting_after=off_00000000000000000000000000000000x", "/starting_after", "cursor"),
)


def wrongs(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def test_every_list_refuses_what_it_does_not_know(partner: Partner) -> None:
    for name in LISTS:
        for query, pointer, code in WRONG:
            answer = partner.get(f"/v1/{name}?{query}")
            assert wrongs(answer) == [(pointer, code)], f"{name}?{query}"


def test_short_lists_have_pages_too(partner: Partner) -> None:
    whole = partner.get("/v1/products").json()
    assert (whole["has_more"], whole["next"]) == (False, None)
    slugs = [row["slug"] for row in whole["data"]]
    assert len(slugs) == 1
    one = partner.get("/v1/products?limit=1").json()
    assert (one["data"], one["has_more"]) == (whole["data"], False)
    assert partner.get(f"/v1/products?starting_after={slugs[-1]}").json()["data"] == []
    assert partner.get(f"/v1/products?ending_before={slugs[0]}").json()["data"] == []
    both = partner.get(f"/v1/products?starting_after={slugs[0]}&ending_before={slugs[0]}")
    assert wrongs(both) == [("/ending_before", "cursor")]


def test_a_short_list_is_walked_both_ways(rf: Any) -> None:
    rows = [{"word": word} for word in "abcde"]

    def page(query: str) -> tuple[str, bool, str | None]:
        found = page_whole(Request(rf.get(f"/?{query}")), rows, "word")
        return "".join(row["word"] for row in found["data"]), found["has_more"], found["next"]

    assert page("") == ("abcde", False, None)
    assert page("limit=2") == ("ab", True, "b")
    assert page("limit=2&starting_after=b") == ("cd", True, "d")
    assert page("limit=2&starting_after=d") == ("e", False, None)
    assert page("limit=2&ending_before=d") == ("bc", True, "c")
    assert page("limit=3&ending_before=d") == ("abc", False, None)
    assert page("ending_before=a") == ("", False, None)


@pytest.mark.parametrize("action", ["withdraw", "offer/accept", "offer/decline"])
def test_an_action_without_a_body_takes_none(partner: Partner, body: Body, action: str) -> None:
    application = partner.apply(body).json()["id"]
    path = f"/v1/applications/{application}/{action}"
    assert wrongs(partner.post(path, {"reason": "x"})) == [("/reason", "unknown")]
    assert wrongs(partner.post(path, [])) == [("", "type")]
    broken = partner.post(path, b"{")
    assert (broken.status_code, broken.json()["code"]) == (400, "malformed_request")
    assert partner.get(f"/v1/applications/{application}").json()["status"] == "approved"
    done = partner.client.post(path, headers=partner.headers, content_type="application/json")
    assert done.status_code == 200, done.content


def test_no_outcome_makes_us_fail(partner: Partner, hanse: Organization) -> None:
    application = partner.apply(loan(hanse)).json()["id"]
    month = {
        "application": application, "months_on_book": 1, "as_of": "2026-11-01",
        "days_past_due": 0, "balance": "1.00",
    }  # fmt: skip
    products: list[Any] = ["a\x00b", "", "x" * 5_000, 5, None, [], True]
    for product in products:
        answer = partner.post("/v1/outcomes", {"product": product, "months": [month]})
        assert answer.status_code in (404, 422), (product, answer.content)
        assert answer.json()["code"] in ("invalid", "product_unknown")
