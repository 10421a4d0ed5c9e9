"""Somebody for every role at each lender, with passwords made here and kept in one private file."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.enums import PartnerKind, Role, Scope
from accounts.models import ApiKey, Membership, Partner, User
from accounts.services.api_keys import api_key_create
from accounts.services.memberships import membership_grant
from accounts.services.partners import partner_create
from accounts.services.users import user_create
from config.demo.lenders import DemoLender
from events.actor import SYSTEM, Actor
from tenancy.enter import enter

OPERATOR = "operator@assay.example"
TWIN_ROLES = (Role.OWNER, Role.DEVELOPER)
"""Who may look into the test twin as well."""


@dataclass(frozen=True, slots=True)
class Person:
    """A demo user; `password` is what to sign in with."""

    user: User
    password: str
    role: str

    @property
    def actor(self) -> Actor:
        return Actor.user(self.user.pk)

    def document(self) -> dict[str, str]:
        return {"email": self.user.email, "password": self.password, "role": self.role}


def people_present(
    lender: DemoLender, organization_id: UUID, twin_id: UUID, known: dict[str, str]
) -> dict[str, Person]:
    """A member for every role, by role. `known` holds passwords of an earlier, broken-off run."""
    people: dict[str, Person] = {}
    for role in Role.values:
        email = f"{role.replace('_', '.')}@{lender.domain}"
        name = Role(role).label
        user, password = user_present(email, f"{name} {lender.name}", lender, known)
        limit = lender.limits.get(role)
        _member_present(organization_id, user, role, limit)
        if role in TWIN_ROLES:
            _member_present(twin_id, user, role, limit)
        people[role] = Person(user, password, role)
    return people


def operator_present(known: dict[str, str]) -> dict[str, str]:
    """The platform's operator, who sees schedules and no lender's rows."""
    user, password = user_present(OPERATOR, "Operator", None, known)
    if not user.is_superuser:
        user.is_staff = user.is_superuser = True
        user.save(update_fields=["is_staff", "is_superuser"])
    return {"email": user.email, "password": password}


def user_present(
    email: str, name: str, lender: DemoLender | None, known: dict[str, str]
) -> tuple[User, str]:
    """The user of this address with a password we know; made anew where it was lost."""
    user = User.objects.filter(email=email).first()
    if user is None:
        password = secrets.token_urlsafe(12)
        language = lender.languages[0] if lender else "en"
        return user_create(email=email, password=password, name=name, language=language), password
    if email in known:
        return user, known[email]
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    return user, password


def _member_present(organization_id: UUID, user: User, role: str, limit: int | None) -> None:
    with enter(organization_id, read_only=True):
        there = Membership.objects.filter(
            organization_id=organization_id, user=user, active=True
        ).exists()
    if not there:
        membership_grant(
            organization_id=organization_id,
            actor=SYSTEM,
            user=user,
            role=role,
            approval_limit=limit,
        )


def key_made(organization_id: UUID, name: str, partner: Partner | None = None) -> str:
    """A key with every scope; earlier ones of the same name are of no use, nobody knows them."""
    _, raw = api_key_create(
        organization_id=organization_id,
        actor=SYSTEM,
        name=name,
        scopes=Scope.values,
        partner=partner,
    )
    return raw


def partner_present(lender: DemoLender, organization_id: UUID) -> Partner:
    slug, name = lender.partner
    with enter(organization_id, read_only=True):
        found = Partner.objects.filter(organization_id=organization_id, slug=slug).first()
    return found or partner_create(
        organization_id=organization_id,
        actor=SYSTEM,
        slug=slug,
        name=name,
        kind=PartnerKind.BROKER,
    )


def keys_known(document: dict[str, Any] | None) -> dict[str, Any]:
    """The keys an earlier run wrote down for a lender; {} when they are lost."""
    names = ("api_key_live", "api_key_test", "partners")
    return {name: document[name] for name in names if name in document} if document else {}


__all__ = [
    "ApiKey",
    "Person",
    "key_made",
    "keys_known",
    "operator_present",
    "partner_present",
    "people_present",
]
