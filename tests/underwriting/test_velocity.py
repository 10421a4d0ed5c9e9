"""Counting applications that share a person, a device, an address: exact, whoever comes at once."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from events.actor import SYSTEM
from tenancy.enter import enter
from tenancy.errors import RefusedWrite
from tenancy.models import Organization
from tenancy.vault import blind_index
from tests.cast_underwriting import INES, JONAS, KAI, STRONG, Submit, decide
from tests.underwriting.test_races import at_once
from underwriting.models import ApplicationMark, MarkCounter, Party
from underwriting.selectors.lookups import lookups_answered
from underwriting.services import applications, marks
from underwriting.services.applications import Submitted
from underwriting.services.customers import customer_erase
from underwriting.tasks import purge_due_marks

COUNTS = {
    name: {"count": "applications", "by": name, "days": 30}
    for name in ("identity", "device", "address", "employer", "phone")
}
HOME = {"line1": "Lange Reihe 7", "postal_code": "20099", "city": "Hamburg", "country": "DE"}


def counted(submitted: Submitted, days: int = 30) -> dict[str, Any]:
    """What the counters say of an application, by what is counted."""
    application = submitted.application
    with enter(application.organization_id, read_only=True):
        answers = lookups_answered(
            organization_id=application.organization_id,
            application_id=application.id,
            asked={name: {**lookup, "days": days} for name, lookup in COUNTS.items()},
            facts=[],
            at=application.created_at,
        )
    return {name.partition(".")[2]: found for name, found in (answers or {}).items()}


def test_each_thing_shared_is_counted_apart(submit: Submit) -> None:
    ines = {**INES, "address": HOME}
    jonas = {**JONAS, "phone": "0049 40-123456", "address": {**HOME, "line1": "LANGE  REIHE, 7"}}
    first, second = submit((ines, STRONG), device="d1"), submit((jonas, STRONG), device="d1")
    third = submit((ines, STRONG), device="d2")
    nothing = {"employer": None}
    assert counted(first) == {"identity": 1, "device": 1, "address": 1, "phone": 1, **nothing}
    assert counted(second) == {"identity": 1, "device": 2, "address": 2, "phone": 2, **nothing}
    assert counted(third) == {"identity": 2, "device": 1, "address": 3, "phone": 3, **nothing}
    assert counted(first)["address"] == 1


def numbers(hanse: Organization, kind: str) -> list[int]:
    with enter(hanse.id, read_only=True):
        found = ApplicationMark.objects.filter(organization_id=hanse.id, kind=kind)
        return sorted(found.values_list("ordinal", flat=True))


def person(number: int) -> dict[str, str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    name = letters[number % 26] + letters[number // 26]
    return {**KAI, "family_name": f"Kron{name}", "email": f"{name}@mail.example"}


@pytest.mark.django_db(transaction=True)
def test_applications_at_once_from_one_device_are_numbered_one_to_n(
    hanse: Organization, submit: Submit
) -> None:
    """Each sees itself and those before it, none twice; what is counted does not change later."""
    made = at_once(
        *[partial(submit, (person(number), STRONG), device="shared") for number in range(8)]
    )
    assert sorted(counted(each)["device"] for each in made) == list(range(1, 9))
    assert numbers(hanse, "device") == list(range(1, 9))
    submit((person(8), STRONG), device="shared")
    assert sorted(counted(each)["device"] for each in made) == list(range(1, 9))


@pytest.mark.django_db(transaction=True)
def test_couples_that_share_everything_crosswise_do_not_lock_each_other(
    hanse: Organization, submit: Submit
) -> None:
    """The counters of all they share are locked in one order, whoever stands first."""
    one, two = person(1) | {"phone": "+49 40 1"}, person(2) | {"phone": "+49 40 22222"}
    one["phone"] = "+49 40 111111"
    couples = [((one, STRONG), (two, STRONG)), ((two, STRONG), (one, STRONG))] * 4
    made = at_once(
        *[partial(submit, *couple, device=f"d{n % 2}") for n, couple in enumerate(couples)]
    )
    assert [type(each) for each in made] == [Submitted] * 8
    assert numbers(hanse, "phone") == sorted([*range(1, 9)] * 2)
    assert sorted(counted(each)["identity"] for each in made) == list(range(1, 9))


def on_day(monkeypatch: pytest.MonkeyPatch, day: int) -> None:
    """Applications arrive at this day from now on."""
    monkeypatch.setattr(applications, "now", lambda _: timezone.now() + timedelta(days=day))


def test_a_window_reaches_back_so_many_days(
    submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for day in (0, 10, 29, 35, 64, 65):
        on_day(monkeypatch, day)
        made.append(submit((person(day), STRONG), device="d"))
    assert [counted(each)["device"] for each in made] == [1, 2, 3, 3, 2, 2]
    assert [counted(each, days=1)["device"] for each in made] == [1] * 6
    assert counted(made[-1], days=366)["device"] == 6


def test_a_clock_behind_counts_as_the_last_one_seen(
    hanse: Organization, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Times grow with the numbers, or a window would be no range of numbers."""
    for day in (5, 0):
        on_day(monkeypatch, day)
        submit((person(day), STRONG), device="d")
    with enter(hanse.id, read_only=True):
        marks = ApplicationMark.objects.filter(kind="device").order_by("ordinal")
        first, second = marks.values_list("marked_at", flat=True)
    assert first == second


def test_what_was_not_given_has_no_count(submit: Submit) -> None:
    assert counted(submit((KAI, STRONG)))["phone"] is None


def test_the_borrower_with_the_most_counts_for_all(submit: Submit) -> None:
    submit((JONAS, STRONG))
    assert counted(submit((INES, STRONG), (JONAS, STRONG)))["identity"] == 2


def test_marks_hold_nothing_that_can_be_read(hanse: Organization, submit: Submit) -> None:
    submit((INES, STRONG), device="a-cookie")
    with enter(hanse.id, read_only=True), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(m::text, '') FROM underwriting_applicationmark m")
        [stored] = cursor.fetchone()
    assert not [value for value in (*INES.values(), "a-cookie") if value in stored]


def test_another_lender_has_other_fingerprints(hanse: Organization, aurora: Organization) -> None:
    prints = []
    for lender in (hanse, aurora):
        with enter(lender.id, read_only=True):
            prints.append(blind_index(lender.id, "device", "d"))
    assert prints[0] != prints[1]


def test_an_erased_person_leaves_no_mark_and_others_keep_their_count(
    hanse: Organization, submit: Submit
) -> None:
    made = [submit((who, STRONG), device="d") for who in (INES, KAI, JONAS)]
    decide(made[1])
    with enter(hanse.id, read_only=True):
        kai = Party.objects.get(application=made[1].application).customer_id
    customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=kai)
    with enter(hanse.id, read_only=True):
        assert not ApplicationMark.objects.filter(customer_id=kai).exists()
        assert MarkCounter.objects.filter(kind="identity").count() == 2
    assert counted(made[2])["device"] == 3
    assert counted(submit((person(1), STRONG), device="d"))["device"] == 4


@pytest.mark.django_db(transaction=True)
def test_marks_go_when_no_window_looks_back_at_them(
    hanse: Organization, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit()
    assert purge_due_marks() == 0
    monkeypatch.setattr(marks, "KEPT", timedelta(microseconds=1))
    submit((KAI, STRONG))
    assert purge_due_marks() == 3
    with enter(hanse.id, read_only=True):
        assert {mark.customer_id for mark in ApplicationMark.objects.all()} == {
            Party.objects.earliest("id").customer_id
        }
        assert MarkCounter.objects.count() == 2


ATTACKS = (
    ("UPDATE underwriting_markcounter SET ordinal = ordinal + 2", "counts by one"),
    ("UPDATE underwriting_markcounter SET ordinal = 1", "counts by one"),
    (
        "UPDATE underwriting_markcounter SET ordinal = ordinal + 1, last_at = 'epoch'",
        "counts by one",
    ),
    ("DELETE FROM underwriting_markcounter", "counts by one"),
    ("DELETE FROM underwriting_applicationmark", "of a mark is refused"),
    (
        """INSERT INTO underwriting_applicationmark (id, kind, digest, ordinal, marked_at,
            keep_until, application_id, customer_id, organization_id)
        SELECT gen_random_uuid(), kind, digest, ordinal + 1, marked_at,
            keep_until, application_id, customer_id, organization_id
        FROM underwriting_applicationmark WHERE kind = 'device'""",
        "of a mark is refused",
    ),
)


@pytest.mark.parametrize(("statement", "refusal"), ATTACKS)
def test_the_database_keeps_count(
    hanse: Organization, submit: Submit, statement: str, refusal: str
) -> None:
    submit((INES, STRONG), device="d")
    with (
        pytest.raises(IntegrityError, match=refusal),
        enter(hanse.id),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_mark_is_never_rewritten(hanse: Organization, submit: Submit) -> None:
    submit((INES, STRONG), device="d")
    with pytest.raises(RefusedWrite), enter(hanse.id):
        ApplicationMark.objects.update(ordinal=1)
    with pytest.raises(RefusedWrite), enter(hanse.id):
        MarkCounter.objects.update(kind="phone")
