"""Whatever is sent is answered: with a problem, never with a failure, and nothing is stored."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenancy.enter import enter
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import Body
from underwriting.models import Application, FactSet

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
PLACES = (
    (), ("product",), ("request",), ("request", "amount"), ("applicant",),
    ("applicant", "identity"), ("applicant", "identity", "address"),
    ("applicant", "identity", "birth_date"), ("applicant", "facts"),
    ("applicant", "facts", "telephone"), ("applicant", "consents"),
    ("applicant", "consents", 0), ("co_applicants",), ("external_id",), ("metadata",),
    ("device",), ("language",), ("hosted",), ("return_url",),
)  # fmt: skip
FEW = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def put(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    copy = json.loads(json.dumps(document))
    inner = copy
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return copy


@FEW
@given(place=st.sampled_from(PLACES), value=ANYTHING, hosted=st.booleans())
def test_no_body_makes_us_fail(
    partner: Partner, body: Body, place: tuple[Any, ...], value: Any, hosted: bool
) -> None:
    """Anything anywhere in an application, hosted or not."""
    sent = put({**body, **({"hosted": True} if hosted else {})}, place, value)
    response = partner.apply(sent, wait=False)
    assert response.status_code in (202, 400, 404, 413, 422), (sent, response.content)
    if response.status_code != 202:
        assert response.headers["Content-Type"] == "application/problem+json"


@FEW
@given(
    what=st.sampled_from(["facts", "review", "documents"]),
    name=st.sampled_from(["party", "facts", "consents", "provenance", "words"]),
    value=ANYTHING,
)
def test_no_addition_makes_us_fail(
    partner: Partner, draft: str, what: str, name: str, value: Any
) -> None:
    response = partner.post(f"/v1/applications/{draft}/{what}", {name: value})
    assert response.status_code in (200, 400, 404, 409, 415, 422), response.content


@pytest.fixture
def draft(partner: Partner, body: Body) -> str:
    del body["applicant"]["consents"]
    return str(partner.apply({**body, "hosted": True}).json()["id"])


def test_what_json_cannot_say_twice(partner: Partner, hanse: Organization, body: Body) -> None:
    """A name twice, at any depth: what one reader saw another would not."""
    text = json.dumps(body)
    for inner in ('"amount": "2000.00"', '"telephone": true', '"product": "personal-loan"'):
        assert inner in text
        response = partner.apply(text.replace(inner, f"{inner}, {inner}").encode())
        assert (response.status_code, response.json()["code"]) == (400, "malformed_request")
    deep = b'{"a":' * 900 + b"1" + b"}" * 900
    assert partner.apply(deep).status_code in (400, 422)
    for name in ("\\u0000", "\\ud800"):
        odd = text.replace('"Erika"', f'"{name}"').encode()
        assert partner.apply(odd).status_code in (400, 422)
    with enter(hanse.id, read_only=True):
        assert not Application.objects.exists()
        assert not FactSet.objects.exists()
