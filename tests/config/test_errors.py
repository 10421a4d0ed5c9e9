"""What the framework itself refuses: in our words, and as a problem where the API is asked."""

import pytest
from django.test import Client


@pytest.mark.parametrize("path", ["/nothing", "/apply/nobody/nothing/", "/admin/nothing/"])
def test_what_is_not_there_says_so(client: Client, db: None, path: str) -> None:
    response = client.get(path, follow=True)
    assert response.status_code in (200, 404)
    assert b"Traceback" not in response.content


def test_a_form_without_its_token_says_how_to_go_on(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/accounts/login/", {"login": "a@b.example", "password": "x"})
    assert response.status_code == 403
    assert b"open for too long" in response.content


def test_a_failure_tells_nothing_of_itself(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("underwriting.api.views.documentation.CODES", None)
    response = client.get("/v1/docs/problems")
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "internal_error"
    assert "NoneType" not in response.content.decode()
