"""What owners and developers change on the desk, through its pages."""

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import ApiKey, Invitation, Membership, Partner, User
from accounts.selectors.memberships import memberships_of
from accounts.services.api_keys import api_key_authenticate
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_accounts import PASSWORD, Hire, RawKey


def signed_in(client: Client, user: User) -> Client:
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def desk(client: Client, alice: User) -> Client:
    """The owner's browser."""
    return signed_in(client, alice)


def membership(organization: Organization, user: User) -> Membership:
    with enter(organization.id, read_only=True):
        return Membership.objects.get(organization_id=organization.id, user=user)


def test_an_owner_invites_somebody(desk: Client, hanse: Organization) -> None:
    answer = {"email": "Nora@example.com", "role": "underwriter", "approval_limit": "2500.50"}
    assert desk.post("/admin/accounts/invitation/add/", answer).status_code == 302
    with enter(hanse.id, read_only=True):
        invitation = Invitation.objects.get(organization_id=hanse.id)
    assert (invitation.email, invitation.approval_limit) == ("nora@example.com", 250_050)
    assert "http://testserver/accounts/invitation/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"email": "x@example.com", "role": "owner", "approval_limit": "5"}, "Only underwriters"),
        ({"email": "x@example.com", "role": "king"}, "not one of the available choices"),
        ({"email": "nobody", "role": "owner"}, "valid email"),
        ({"email": "uma@hanse-kredit.example", "role": "owner"}, "a member already"),
    ],
)
def test_a_wrong_invitation_is_explained(
    desk: Client, hanse: Organization, uma: User, answer: dict[str, str], words: str
) -> None:
    response = desk.post("/admin/accounts/invitation/add/", answer)
    assert words in response.content.decode()
    with enter(hanse.id, read_only=True):
        assert not Invitation.objects.filter(organization_id=hanse.id).exists()
    assert mail.outbox == []


def test_an_invitation_is_withdrawn(desk: Client, hanse: Organization) -> None:
    desk.post("/admin/accounts/invitation/add/", {"email": "n@example.com", "role": "auditor"})
    with enter(hanse.id, read_only=True):
        invitation = Invitation.objects.get(organization_id=hanse.id)
    page = f"/admin/accounts/invitation/{invitation.id}/invitation_revoke/"
    assert desk.get(page).status_code == 200
    desk.post(page)
    link = re.search(r"/accounts/invitation/\S+/", mail.outbox[0].body)
    assert link
    assert Client().get(link.group()).status_code == 404


def test_a_key_is_shown_once(desk: Client, hanse: Organization) -> None:
    answer = {
        "name": "scoring system",
        "kind": "key",
        "scopes": ["applications:write", "decisions:read"],
    }
    response = desk.post("/admin/accounts/apikey/add/", answer)
    raw = re.search(r"assay_live_\w{40}", response.content.decode())
    assert raw
    assert "no-store" in response.headers["Cache-Control"]
    assert api_key_authenticate(raw.group()) is not None
    assert raw.group() not in desk.get("/admin/accounts/apikey/").content.decode()


def test_a_key_belongs_to_the_partner_chosen(
    desk: Client, hanse: Organization, broker: Partner
) -> None:
    answer = {"name": "x", "kind": "key", "scopes": ["decisions:read"]}
    answer["partner"] = str(broker.id)
    desk.post("/admin/accounts/apikey/add/", answer)
    with enter(hanse.id, read_only=True):
        assert ApiKey.objects.get(organization_id=hanse.id).partner_id == broker.id


def test_a_key_without_a_scope_is_not_made(desk: Client, hanse: Organization) -> None:
    response = desk.post("/admin/accounts/apikey/add/", {"name": "x"})
    assert "This field is required" in response.content.decode()
    past = {"name": "x", "kind": "key", "scopes": ["decisions:read"], "expires_on": "2020-01-01"}
    assert "lies in the past" in desk.post("/admin/accounts/apikey/add/", past).content.decode()
    with enter(hanse.id, read_only=True):
        assert not ApiKey.objects.filter(organization_id=hanse.id).exists()


def test_a_key_is_revoked_at_once(desk: Client, hanse_key: RawKey) -> None:
    key, raw = hanse_key
    desk.post(f"/admin/accounts/apikey/{key.id}/api_key_revoke/")
    assert api_key_authenticate(raw) is None


def test_a_partners_end_ends_its_keys(desk: Client, broker_key: RawKey) -> None:
    key, raw = broker_key
    desk.post(f"/admin/accounts/partner/{key.partner_id}/partner_deactivate/")
    assert api_key_authenticate(raw) is None


def test_a_partners_short_name_is_taken_once(desk: Client, broker: Partner) -> None:
    answer = {"name": "Other", "slug": broker.slug, "kind": "merchant"}
    response = desk.post("/admin/accounts/partner/add/", answer)
    assert "has this short name already" in response.content.decode()
    answer["slug"] = "other"
    assert desk.post("/admin/accounts/partner/add/", answer).status_code == 302


def test_an_ended_membership_ends_the_session(desk: Client, hanse: Organization, uma: User) -> None:
    umas = signed_in(Client(), uma)
    assert umas.get("/admin/").status_code == 200
    desk.post(f"/admin/accounts/membership/{membership(hanse, uma).id}/membership_end/")
    assert umas.get("/admin/", follow=True).status_code == 403


def test_the_last_owner_stays(desk: Client, hanse: Organization, alice: User) -> None:
    page = f"/admin/accounts/membership/{membership(hanse, alice).id}/membership_end/"
    assert "last owner" in desk.post(page).content.decode()
    assert memberships_of(alice.pk)


@pytest.mark.parametrize(
    "page",
    [
        "invitation/add/",
        "apikey/add/",
        "partner/add/",
        "membership/{row}/membership_end/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_others_change_nothing(
    client: Client, hanse: Organization, uma: User, page: str, method: str
) -> None:
    signed_in(client, uma)
    row = membership(hanse, uma).id
    response = getattr(client, method)(f"/admin/accounts/{page.format(row=row)}")
    assert response.status_code == 403
    assert memberships_of(uma.pk)


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_lenders_rows_are_not_found(
    desk: Client, aurora: Organization, otto: User, aurora_key: RawKey, method: str
) -> None:
    key, raw = aurora_key
    asked = getattr(desk, method)
    theirs = membership(aurora, otto).id
    assert asked(f"/admin/accounts/membership/{theirs}/membership_end/").status_code == 404
    assert asked(f"/admin/accounts/apikey/{key.id}/api_key_revoke/").status_code == 404
    assert api_key_authenticate(raw) is not None
    assert memberships_of(otto.pk)


def test_a_platform_operator_sees_no_lender(
    client: Client, db: None, hanse_key: RawKey, alice: User
) -> None:
    operator = User.objects.create_superuser("operator@example.com", PASSWORD)
    client.force_login(operator, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/admin/accounts/user/").status_code == 200
    assert client.get("/admin/django_celery_beat/periodictask/").status_code == 200
    for page in ("accounts/apikey/", "accounts/membership/", "scoring/product/"):
        assert client.get(f"/admin/{page}").status_code == 403
    assert client.get("/admin/accounts/apikey/add/").status_code == 404


def test_the_twin_says_so(
    client: Client, alice: User, hanse_twin: Organization, hire: Hire
) -> None:
    nina = hire(hanse_twin, "Nina", "developer")
    assert "Test organization" in signed_in(client, nina).get("/admin/").content.decode()


def test_a_role_can_be_made_to_have_a_second_factor(desk: Client, settings: Settings) -> None:
    settings.ASSAY_REQUIRE_MFA = frozenset({"owner"})
    assert desk.get("/admin/").headers["Location"] == "/accounts/2fa/totp/activate/"


def test_the_desk_speaks_spanish(desk: Client, alice: User) -> None:
    switched = {"language": "es", "next": "/admin/accounts/membership/"}
    response = desk.post("/accounts/language/", switched, follow=True)
    assert "Invitar a alguien" in response.content.decode()
    alice.refresh_from_db()
    assert alice.language == "es"


@pytest.mark.parametrize("language", ["", "xx", "de"])
def test_a_language_the_desk_lacks_is_not_found(desk: Client, language: str) -> None:
    assert desk.post("/accounts/language/", {"language": language}).status_code == 404


def test_signing_in_never_leads_elsewhere(desk: Client) -> None:
    switched = {"language": "es", "next": "https://evil.example/"}
    response = desk.post("/accounts/language/", switched)
    assert "evil" not in response.headers["Location"]
