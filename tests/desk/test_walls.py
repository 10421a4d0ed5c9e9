"""Nothing of one lender's shows on another's desk, and no page carries inline code."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tenancy.enter import enter
from tenancy.models import TenantModel
from tests.cast_accounts import PASSWORD, RawKey
from tests.desk.conftest import SignIn, page
from underwriting.models import Review

INLINE = re.compile(
    r"<script(?![^>]*(?:\bsrc=|application/json))[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:",
    re.IGNORECASE,
)


def tenant_pages() -> Iterator[tuple[type[TenantModel], str]]:
    for model in admin.site._registry:
        if issubclass(model, TenantModel):
            yield model, f"admin:{model._meta.app_label}_{model._meta.model_name}"


def ids_of(model: type[TenantModel], organization_id: UUID) -> list[UUID]:
    rows: Any = model
    with enter(organization_id, read_only=True):
        found = rows.objects.filter(organization_id=organization_id)
        return list(found.values_list("id", flat=True)[:3])


def test_every_page_of_another_lender_is_not_found(
    sign_in: SignIn, hanse_key: RawKey, referral: Review, otto: User, hire: Any, aurora: Any
) -> None:
    """Otto decides, the owner administers: between them they may open every kind of page."""
    clients = [sign_in(otto), sign_in(hire(aurora, "Olga", "owner"))]
    walked = 0
    for model, name in tenant_pages():
        for found in ids_of(model, referral.organization_id):
            for ending in ("change", "delete", "history"):
                address = reverse(f"{name}_{ending}", args=[found])
                for client in clients:
                    assert client.get(address).status_code in (403, 404), address
                    assert client.post(address).status_code in (403, 404), address
                    walked += 1
        for client in clients:
            listed = client.get(reverse(f"{name}_changelist"))
            if listed.status_code == 200:
                for found in ids_of(model, referral.organization_id):
                    assert str(found) not in listed.content.decode()
    assert walked > 50


def test_an_operator_sees_no_lenders_pages(db: None, referral: Review) -> None:
    operator = User.objects.create_superuser("operator@example.com", PASSWORD)
    client = Client()
    client.force_login(operator, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(page(referral)).status_code in (403, 404)
    for _, name in tenant_pages():
        assert client.get(reverse(f"{name}_changelist")).status_code in (403, 404), name
    text = client.get("/admin/").content.decode()
    assert "periodictask" in text
    assert "underwriting" not in text


def every_page(client: Client, review: Review) -> Iterator[str]:
    yield "/admin/"
    yield page(review)
    yield "/admin/events/event/verify/"
    for model, name in tenant_pages():
        yield reverse(f"{name}_changelist")
        for found in ids_of(model, review.organization_id)[:1]:
            yield reverse(f"{name}_change", args=[found])


@pytest.mark.parametrize("language", ["en", pytest.param("es", marks=pytest.mark.exhaustive)])
def test_no_page_carries_inline_code(
    sign_in: SignIn, referral: Review, hanse_key: RawKey, sven: User, alice: User, language: str
) -> None:
    for user in (sven, alice):
        client = sign_in(user)
        client.post("/accounts/language/", {"language": language})
        for address in every_page(client, referral):
            response = client.get(address)
            assert response.status_code in (200, 302, 403), address
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
            found = INLINE.search(response.content.decode())
            assert found is None, (address, found)


def test_operators_schedules_carry_no_inline_code(db: None) -> None:
    operator = User.objects.create_superuser("operator@example.com", PASSWORD)
    client = Client()
    client.force_login(operator, "allauth.account.auth_backends.AuthenticationBackend")
    for address in (
        "/admin/django_celery_beat/periodictask/",
        "/admin/django_celery_beat/periodictask/add/",
        "/admin/django_celery_beat/intervalschedule/",
        "/admin/accounts/user/",
    ):
        response = client.get(address)
        assert response.status_code == 200, address
        found = INLINE.search(response.content.decode())
        assert found is None, (address, found)
