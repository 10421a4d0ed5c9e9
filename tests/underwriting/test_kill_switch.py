"""Refer all, a product's or the lender's: on by one, off by another, from the next decision."""

from typing import Any

import pytest
from django.db import DatabaseError, connection

from accounts.enums import Role
from accounts.models import User
from accounts.permissions import OF_ROLE
from events.actor import Actor
from events.models import Event
from scoring.models import Pause, Product
from scoring.pause_functions import MAY_END
from scoring.services.pauses import refer_all_set
from tenancy.enter import enter
from tenancy.errors import Forbidden
from tenancy.models import Organization
from tests.cast_underwriting import JONAS, STRONG, Submit, decide


def test_the_role_that_ends_pauses_is_the_one_the_database_knows() -> None:
    assert [role for role, may in OF_ROLE.items() if "scoring.refuse_all" in may] == [MAY_END]


def test_what_was_claimed_before_the_switch_is_decided_by_a_person(
    hanse: Organization, submit: Submit, rita: User, anna: User, hire: Any
) -> None:
    """The whole lender; off by another, in the database too, unless nobody else may."""
    ada = hire(hanse, "Ada", Role.APPROVER)
    of: dict[str, Any] = {"organization_id": hanse.id, "product_slug": None}
    claimed = submit()
    pause = refer_all_set(**of, actor=Actor.user(anna.pk), on=True, reason="fraud wave")
    again = refer_all_set(**of, actor=Actor.user(rita.pk), on=True, reason="me too")
    assert pause is not None
    assert again is not None
    assert (again.id, pause.product_id) == (pause.id, None)
    assert decide(claimed).outcome == "refer"
    with pytest.raises(Forbidden) as refusal:
        refer_all_set(**of, actor=Actor.user(anna.pk), on=False)
    assert refusal.value.code == "same_person"
    with (
        pytest.raises(DatabaseError, match="pause_ended_by_another"),
        enter(hanse.id),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE scoring_pause SET ended_at = begun_at, ended_by = begun_by_id")
    assert refer_all_set(**of, actor=Actor.user(ada.pk), on=False) is not None
    assert decide(submit((JONAS, STRONG))).outcome == "approve"
    with enter(hanse.id):
        told = Event.objects.filter(type__startswith="organization.").order_by("sequence")
        kinds = list(told.values_list("type", flat=True))
    assert kinds[-2:] == ["organization.paused", "organization.resumed"]


def test_a_lender_is_paused_once_at_a_time(
    hanse: Organization, personal_loan: Product, anna: User
) -> None:
    of: dict[str, Any] = {"organization_id": hanse.id, "actor": Actor.user(anna.pk), "on": True}
    for slug in (None, personal_loan.slug):
        refer_all_set(**of, product_slug=slug, reason="both")
    for rule in ("pause_one_of_a_lender", "pause_one_a_product"):
        with enter(hanse.id):
            pause = Pause.objects.get(product__isnull=rule == "pause_one_of_a_lender")
        pause.pk = None
        with pytest.raises(DatabaseError, match=rule), enter(hanse.id):
            pause.save(force_insert=True)
