"""People: made here, so that their address counts as theirs from the start."""

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User


def user_create(*, email: str, password: str | None, name: str = "", language: str = "") -> User:
    """A person whose address is known to be theirs (an operator or an invitation vouches)."""
    with transaction.atomic():
        user = User.objects.create_user(email, password, name=name, language=language)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
