"""TOTP and recovery codes: once switched on, a password alone does not open the desk."""

import re
import time

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from accounts.models import User
from tests.cast_accounts import PASSWORD

STEP_SECONDS = 30


@pytest.fixture
def secret(uma: User) -> str:
    """Uma has an authenticator."""
    made: str = generate_totp_secret()
    TOTP.activate(uma, made)
    return made


def code(secret: str) -> str:
    found: str = format_hotp_value(hotp_value(secret, int(time.time()) // STEP_SECONDS))
    return found


def password_given(client: Client, user: User) -> None:
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def test_the_password_alone_does_not_open_the_desk(client: Client, uma: User, secret: str) -> None:
    password_given(client, uma)
    assert client.get("/admin/").status_code == 302


def test_the_code_opens_it(client: Client, uma: User, secret: str) -> None:
    password_given(client, uma)
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert client.get("/admin/").status_code == 200


def test_a_recovery_code_opens_it_once(client: Client, uma: User, secret: str) -> None:
    recovery = RecoveryCodes.activate(uma).get_unused_codes()[0]
    password_given(client, uma)
    client.post("/accounts/2fa/authenticate/", {"code": recovery})
    assert client.get("/admin/").status_code == 200
    again = Client()
    password_given(again, uma)
    again.post("/accounts/2fa/authenticate/", {"code": recovery})
    assert again.get("/admin/").status_code == 302


def test_it_is_switched_on_from_the_page(client: Client, uma: User) -> None:
    password_given(client, uma)
    assert "reauthenticate" in client.get("/accounts/2fa/totp/activate/").headers["Location"]
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    shown = re.search(r"[A-Z2-7]{32}", page)
    assert shown, "the secret can be typed by hand too"
    client.post("/accounts/2fa/totp/activate/", {"code": code(shown.group())})
    assert get_adapter().is_mfa_enabled(uma)
