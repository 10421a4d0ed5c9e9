"""Permissions come from the membership in the active organization, from nothing else."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from accounts.members import Member


class MembershipBackend(BaseBackend):
    """Middleware puts the active membership on the user; permissions are read off it.

    A platform operator (superuser) passes Django's own checks, but no tenant is ever named for
    one, so the database shows them no lender's rows.
    """

    def has_perm(
        self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Any = None
    ) -> bool:
        member = membership_of(user_obj)
        return member is not None and user_obj.is_active and perm in member.permissions

    def has_module_perms(self, user_obj: AbstractBaseUser | AnonymousUser, app_label: str) -> bool:
        member = membership_of(user_obj)
        if member is None or not user_obj.is_active:
            return False
        return any(p.startswith(f"{app_label}.") for p in member.permissions)


def membership_of(user: AbstractBaseUser | AnonymousUser) -> Member | None:
    """The membership the person acts under in this request."""
    member: Member | None = getattr(user, "active_membership", None)
    return member
