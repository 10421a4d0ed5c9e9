"""Signing in to the desk: e-mail and password through allauth, no other way."""

import pytest
from django.test import Client

from accounts.middleware import SESSION_KEY
from accounts.models import User
from tenancy.models import Organization
from tests.cast_accounts import PASSWORD


def sign_in(client: Client, user: User) -> None:
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def test_the_desk_asks_who_you_are(client: Client, db: None) -> None:
    response = client.get("/admin/")
    assert response.status_code == 302
    assert (
        "/accounts/login/" in response.headers["Location"]
        or "/admin/login/" in (response.headers["Location"])
    )


def test_a_member_comes_in(client: Client, uma: User) -> None:
    sign_in(client, uma)
    assert client.get("/admin/").status_code == 200


def test_a_wrong_password_stays_out(client: Client, uma: User) -> None:
    client.post("/accounts/login/", {"login": uma.email, "password": "wrong"})
    assert client.get("/admin/").status_code == 302


def test_somebody_who_is_no_member_stays_out(client: Client, db: None) -> None:
    stranger = User.objects.create_user("stranger@example.com", PASSWORD)
    client.force_login(stranger, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/admin/").status_code in (302, 403)


def test_nobody_signs_up_alone(client: Client, db: None) -> None:
    form = {"email": "me@example.com", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", form)
    assert not User.objects.exists()


@pytest.mark.parametrize("page", ["membership", "apikey", "partner", "invitation"])
def test_an_underwriter_manages_nobody(client: Client, uma: User, page: str) -> None:
    sign_in(client, uma)
    assert client.get(f"/admin/accounts/{page}/").status_code == 403


@pytest.mark.parametrize("page", ["membership", "apikey", "partner", "invitation"])
def test_an_owner_sees_own_people_only(client: Client, alice: User, otto: User, page: str) -> None:
    sign_in(client, alice)
    response = client.get(f"/admin/accounts/{page}/")
    assert response.status_code == 200
    assert otto.email not in response.content.decode()


def test_another_lender_cannot_be_chosen(client: Client, uma: User, aurora: Organization) -> None:
    sign_in(client, uma)
    chosen = {"organization": str(aurora.id)}
    assert client.post("/accounts/organization/", chosen).status_code == 404
    session = client.session
    session[SESSION_KEY] = str(aurora.id)
    session.save()
    assert "Hanse Kredit" in client.get("/admin/").content.decode()


@pytest.mark.parametrize("path", ["/accounts/2fa/", "/accounts/2fa/totp/activate/"])
def test_a_second_factor_is_offered(client: Client, uma: User, path: str) -> None:
    sign_in(client, uma)
    assert client.get(path, follow=True).status_code == 200
