"""Decisions as monitoring sees them, and products that people pause."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.db import connection

from accounts.models import User
from events.actor import SYSTEM, Actor
from events.models import Event
from scoring.models import Championship, ModelVersion, MonitoringRun, Pause, Product
from scoring.services.monitoring_plans import monitoring_plan_set
from scoring.services.pauses import refer_all_set
from tenancy.enter import enter
from tenancy.errors import Forbidden, Invalid, NotFound
from tenancy.models import Organization
from tenancy.selectors import work_pending
from tests.cast_underwriting import INES, JONAS, STRONG, WEAK, Submit, decide
from underwriting.models import Decision
from underwriting.services.monitoring import monitoring_look

TOMORROW = timedelta(days=1)


@contextmanager
def later(by: timedelta) -> Iterator[None]:
    """Let monitoring believe it is later."""
    at = datetime.now(UTC) + by
    with (
        patch("underwriting.services.monitoring.now", lambda _: at),
        patch("scoring.services.monitoring.now", lambda _: at),
    ):
        yield


@pytest.fixture
def decided(submit: Submit) -> list[Decision]:
    """Ines with Jonas, and Kai's kind of case: one approved, one not."""
    return [decide(submit((INES, STRONG), (JONAS, STRONG))), decide(submit((JONAS, WEAK)))]


def in_charge(organization: Organization) -> ModelVersion:
    with enter(organization.id):
        return ModelVersion.objects.get(
            id=Championship.objects.get(
                ended_at__isnull=True, superseded_at__isnull=True
            ).model_version_id
        )


def test_a_days_decisions_are_counted_party_by_party(
    hanse: Organization, decided: list[Decision]
) -> None:
    version = in_charge(hanse)
    with later(TOMORROW):
        assert monitoring_look(organization_id=hanse.id, model_version_id=version.id) == 1
        assert monitoring_look(organization_id=hanse.id, model_version_id=version.id) == 0
    with enter(hanse.id):
        day = MonitoringRun.objects.get().document["day"]
    assert day["counts"]["decided"] == 2
    assert day["tally"]["rows"] == sum(
        len(decision.document_data["parties"]) for decision in decided if decision.points
    )


def test_nothing_of_an_applicant_stands_in_a_look(
    hanse: Organization, decided: list[Decision]
) -> None:
    version = in_charge(hanse)
    with later(TOMORROW):
        monitoring_look(organization_id=hanse.id, model_version_id=version.id)
    with enter(hanse.id):
        text = str(MonitoringRun.objects.get().document)
    assert "4200" not in text
    assert str(decided[0].application_id) not in text


def test_a_missed_day_is_made_good_and_segments_are_apart(
    hanse: Organization, decided: list[Decision]
) -> None:
    monitoring_plan_set(
        organization_id=hanse.id, actor=SYSTEM, product_slug="personal-loan",
        window_days=14, segment_field="purpose",
    )  # fmt: skip
    version = in_charge(hanse)
    with later(timedelta(days=3)):
        assert monitoring_look(organization_id=hanse.id, model_version_id=version.id) == 3
    with enter(hanse.id):
        assert MonitoringRun.objects.filter(segment="").count() == 3
        assert MonitoringRun.objects.filter(segment="furniture").count() == 3


def test_a_model_is_not_looked_at_before_its_first_whole_day(
    hanse: Organization, decided: list[Decision]
) -> None:
    assert work_pending("monitoring", 10) == []


PENDING = "SELECT organization_id, row_id FROM lookup.work_pending('monitoring', 10)"


@pytest.mark.django_db(transaction=True)
def test_a_model_is_looked_at_from_its_first_whole_day_on(
    hanse: Organization, personal_loan: Product, admin_url: str
) -> None:
    """Two days later it is found until its look is there. What is tried here is rolled back."""
    version = in_charge(hanse)
    where = psycopg.conninfo.make_conninfo(admin_url, dbname=connection.settings_dict["NAME"])
    with psycopg.connect(where) as superuser:
        superuser.execute("ALTER TABLE scoring_championship DISABLE TRIGGER USER")
        superuser.execute(
            "UPDATE scoring_championship SET appointed_at = appointed_at - interval '2 days'"
        )
        assert superuser.execute(PENDING).fetchall() == [(hanse.id, version.id)]
        superuser.execute(
            "INSERT INTO scoring_monitoringrun (id, organization_id, product_id, segment,"
            " model_version_id, period_start, period_end, applications, outcomes, document,"
            " computed_at) SELECT gen_random_uuid(), organization_id, product_id, '', id,"
            " current_date - 28, current_date - 1, 0, 0, '{}', now() FROM scoring_modelversion"
            " WHERE organization_id = %s",
            [hanse.id],
        )
        assert superuser.execute(PENDING).fetchall() == []
        superuser.rollback()


def test_a_paused_product_refers_what_it_would_have_approved(
    hanse: Organization, submit: Submit, anna: User
) -> None:
    assert decide(submit((INES, STRONG))).outcome == "approve"
    of: dict[str, Any] = {"organization_id": hanse.id, "product_slug": "personal-loan"}
    pause = refer_all_set(**of, actor=SYSTEM, on=True, reason="incomes have shifted")
    again = refer_all_set(**of, actor=SYSTEM, on=True, reason="once more")
    assert pause is not None
    assert again is not None
    assert again.id == pause.id
    assert decide(submit((JONAS, STRONG))).outcome == "refer"
    ended = refer_all_set(**of, actor=Actor.user(anna.pk), on=False)
    assert ended is not None
    assert ended.ended_by == str(anna.pk)
    assert refer_all_set(**of, actor=Actor.user(anna.pk), on=False) is None
    with enter(hanse.id):
        kinds = Event.objects.filter(type__startswith="product.").order_by("sequence")
        told = [kind for kind in kinds.values_list("type", flat=True) if "pub" not in kind]
        assert told[-2:] == ["product.paused", "product.resumed"]
        assert "incomes" not in "".join(Event.objects.values_list("data", flat=True))


def test_only_a_person_ends_a_pause_and_a_pause_needs_a_reason(
    hanse: Organization, submit: Submit
) -> None:
    of: dict[str, Any] = {"organization_id": hanse.id, "product_slug": "personal-loan"}
    with pytest.raises(Invalid):
        refer_all_set(**of, actor=SYSTEM, on=True, reason=" ")
    refer_all_set(**of, actor=SYSTEM, on=True, reason="drift")
    with pytest.raises(Forbidden):
        refer_all_set(**of, actor=SYSTEM, on=False)
    with enter(hanse.id):
        assert Pause.objects.get().ended_at is None


def test_another_lender_pauses_nothing(
    hanse: Organization, aurora: Organization, submit: Submit
) -> None:
    with pytest.raises(NotFound):
        refer_all_set(
            organization_id=aurora.id, actor=SYSTEM, product_slug="personal-loan", on=True,
            reason="not mine",
        )  # fmt: skip
    assert decide(submit((INES, STRONG))).outcome == "approve"
