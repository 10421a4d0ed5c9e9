"""Lists: who may change them, what an application meets on them, and what the database refuses."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from accounts.models import User
from events.actor import SYSTEM, Actor
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid, NotFound, RefusedWrite
from tenancy.ids import new_id
from tenancy.models import Organization
from tests.cast_underwriting import INES, KAI, STRONG, Submit, decide
from underwriting.list_rows import EntryGiven
from underwriting.models import ListEntry, Party, ReferenceList
from underwriting.selectors.lists import entries_of, entry_words
from underwriting.selectors.lookups import lookups_answered
from underwriting.services import list_entries
from underwriting.services.applications import Submitted
from underwriting.services.customers import customer_erase
from underwriting.services.list_entries import entry_add, entry_confirm, entry_remove
from underwriting.services.list_files import entries_import
from underwriting.services.lists import list_create
from underwriting.tasks import purge_due_entries

HOME = {"line1": "Lange Reihe 7", "postal_code": "20099", "city": "Hamburg", "country": "DE"}
NOW = datetime.now(UTC)
NEXT_YEAR = (NOW + timedelta(days=365)).date()
NAMES = {"de": "Liste", "en": "List"}


def listed(hanse: Organization, holds: str, kind: str = "block", **more: Any) -> ReferenceList:
    return list_create(
        organization_id=hanse.id,
        actor=SYSTEM,
        code=f"{kind}_{holds}",
        kind=kind,
        holds=holds,
        names=NAMES,
        **more,
    )


def add(found: ReferenceList, value: str, who: Actor, **more: Any) -> ListEntry:
    given = {"reason": "FRAUD_SUSPECTED", "ends": NEXT_YEAR, **more}
    return entry_add(
        organization_id=found.organization_id,
        actor=who,
        list_id=found.id,
        entry=EntryGiven(value=value, **given),
    )


def remove(entry: ListEntry, who: Actor, **more: Any) -> ListEntry:
    said = {"removal": "CLEARED", **more}
    return entry_remove(organization_id=entry.organization_id, actor=who, entry_id=entry.id, **said)


def answers(submitted: Submitted, of: Mapping[str, str], **facts: Any) -> list[bool | None]:
    """What the lists say of an application: one answer for each list, asked about `of`."""
    application = submitted.application
    with enter(application.organization_id, read_only=True):
        found = lookups_answered(
            organization_id=application.organization_id,
            application_id=application.id,
            asked={name: {"list": name, "of": what} for name, what in of.items()},
            facts=[facts],
            at=datetime.now(UTC),
        )
    return [(found or {})[f"list.{name}"] for name in of]


@pytest.fixture
def clara(carla: User) -> Actor:
    return Actor.user(carla.pk)


@pytest.fixture
def senior(sven: User) -> Actor:
    return Actor.user(sven.pk)


SPELLINGS = [
    ("national_id", "l01 x00-t47"),
    ("phone", "0049 (40) 12-34-56"),
    ("email", "Ines.Brandt@MAIL.example"),
    ("email_domain", "@Mail.Example"),
    ("address", "LANGE REIHE 7; 20099  Hamburg, de"),
    ("device", " cookie-1 "),
]


@pytest.mark.parametrize(("holds", "value"), SPELLINGS)
def test_a_value_is_met_however_it_is_spelled_and_kept_unreadable(
    hanse: Organization, submit: Submit, clara: Actor, holds: str, value: str
) -> None:
    found = listed(hanse, holds)
    submitted = submit(({**INES, "address": HOME}, STRONG), device="cookie-1")
    assert answers(submitted, {found.code: holds}) == [False]
    entry = add(found, value, clara)
    assert answers(submitted, {found.code: holds}) == [True]
    assert (entry.value is None) == (holds != "email_domain")


def test_answers_to_questions_and_what_was_not_given(
    hanse: Organization, submit: Submit, clara: Actor
) -> None:
    found = listed(hanse, "text")
    phones = listed(hanse, "phone")
    add(found, "Straßen-Bau", clara, ends=None)
    submitted = submit((KAI, STRONG))
    assert answers(submitted, {found.code: "trade"}, trade="STRASSEN BAU") == [True]
    assert answers(submitted, {found.code: "trade"}, trade="Gartenbau") == [False]
    asked = {found.code: "trade", phones.code: "phone", "nowhere": "phone"}
    assert answers(submitted, asked) == [None, None, None]
    assert answers(submitted, {phones.code: "device"}) == [None]


def test_one_adds_and_another_takes_off(
    hanse: Organization, submit: Submit, clara: Actor, senior: Actor
) -> None:
    found, submitted = listed(hanse, "phone"), submit()
    entry = add(found, INES["phone"], clara)
    with pytest.raises(Forbidden) as refused:
        remove(entry, clara)
    assert refused.value.code == "same_person"
    assert answers(submitted, {found.code: "phone"}) == [True]
    remove(entry, senior, words="mixed up with a neighbour")
    assert answers(submitted, {found.code: "phone"}) == [False]
    with pytest.raises(Conflict):
        remove(entry, senior)
    with enter(hanse.id, read_only=True):
        [kept] = entries_of(found, INES["phone"])
        assert entry_words(kept)["removal"] == "mixed up with a neighbour"
    assert add(found, INES["phone"], senior).removed_at is None


def test_what_lets_pass_counts_once_another_has_confirmed_it(
    hanse: Organization, submit: Submit, clara: Actor, senior: Actor
) -> None:
    found, submitted = listed(hanse, "email", kind="allow"), submit()
    entry = add(found, INES["email"], clara, reason="TRUSTED")
    assert answers(submitted, {found.code: "email"}) == [False]
    here = {"organization_id": hanse.id, "entry_id": entry.id}
    with pytest.raises(Forbidden):
        entry_confirm(actor=clara, **here)
    entry_confirm(actor=senior, **here)
    assert answers(submitted, {found.code: "email"}) == [True]
    with pytest.raises(Conflict):
        entry_confirm(actor=senior, **here)


def test_an_entry_begins_and_ends(hanse: Organization, submit: Submit, clara: Actor) -> None:
    found, submitted = listed(hanse, "phone"), submit()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    add(found, INES["phone"], clara, starts=tomorrow)
    assert answers(submitted, {found.code: "phone"}) == [False]
    with pytest.raises(Conflict) as there:
        add(found, "0049 40 123456", clara)
    assert there.value.code == "entry_there"


WRONG = [
    ({"value": "12"}, "value"),
    ({"reason": "BECAUSE"}, "reason"),
    ({"reason": "OTHER"}, "words_needed"),
    ({"ends": None}, "until_needed"),
    ({"ends": datetime(2020, 1, 1, tzinfo=UTC).date()}, "until_past"),
    ({"label": "x" * 121}, "too_long"),
]


@pytest.mark.parametrize(("given", "code"), WRONG)
def test_a_wrong_entry_is_named(
    hanse: Organization, clara: Actor, given: dict[str, Any], code: str
) -> None:
    said = {"value": "+49 40 123456", **given}
    with pytest.raises(Invalid) as refused:
        add(listed(hanse, "phone"), said.pop("value"), clara, **said)
    assert code in {error.code for error in refused.value.errors}
    with enter(hanse.id, read_only=True):
        assert not ListEntry.objects.exists()


def test_who_may_what(
    hanse: Organization, clara: Actor, rita: User, uma: User, otto: User, aurora: Organization
) -> None:
    plain, fraud = listed(hanse, "phone"), listed(hanse, "device", sensitive=True)
    analyst = Actor.user(rita.pk)
    add(plain, "+49 40 123456", analyst)
    for found, person in ((plain, Actor.user(uma.pk)), (fraud, analyst)):
        with pytest.raises(Forbidden):
            add(found, "+49 40 123457", person)
    with pytest.raises(NotFound):
        entry_add(
            organization_id=aurora.id,
            actor=Actor.user(otto.pk),
            list_id=plain.id,
            entry=EntryGiven("+49 40 9999999", "FRAUD_SUSPECTED", ends=NEXT_YEAR),
        )
    add(fraud, "a-device", clara)


FILE = """value;reason;until;label
+49 40 123456;FRAUD_CONFIRMED;{until};case 12
0049-40-123456;FRAUD_CONFIRMED;{until};the same again
12;FRAUD_CONFIRMED;{until};
+49 40 999999;NOTHING;soon;
+49 40 888888;fraud_suspected;;
+49 40 777777;fraud_suspected;{until};
"""


def test_a_file_is_taken_row_by_row(hanse: Organization, submit: Submit, clara: Actor) -> None:
    found, submitted = listed(hanse, "phone"), submit()
    body = FILE.format(until=NEXT_YEAR).encode("utf-8-sig")
    taken = entries_import(organization_id=hanse.id, actor=clara, list_id=found.id, body=body)
    assert (taken.added, taken.known) == (2, 1)
    assert [(row.line, row.codes) for row in taken.refused] == [
        (4, ("value",)),
        (5, ("until_date",)),
        (6, ("until_needed",)),
    ]
    assert answers(submitted, {found.code: "phone"}) == [True]
    again = entries_import(organization_id=hanse.id, actor=clara, list_id=found.id, body=body)
    assert (again.added, again.known) == (0, 3)


NO_FILES = [
    (b"value\n1", "file_columns"),
    (b"\xff\xfe", "file_not_utf8"),
    (b"value,reason\n" + b"x" * 2_100_000, "file_too_large"),
    (b'value,reason\n"x,y', "file_not_csv"),
    (b"value,reason\n" + b"1,OTHER\n" * 10_001, "file_too_many_rows"),
]


@pytest.mark.parametrize(("body", "code"), NO_FILES)
def test_what_is_no_such_file_is_refused_whole(
    hanse: Organization, clara: Actor, body: bytes, code: str
) -> None:
    found = listed(hanse, "phone")
    with pytest.raises(Invalid) as refused:
        entries_import(organization_id=hanse.id, actor=clara, list_id=found.id, body=body)
    assert [error.code for error in refused.value.errors] == [code]


def test_the_twin_has_the_same_lists(hanse: Organization, hanse_twin: Organization) -> None:
    listed(hanse, "phone")
    with enter(hanse_twin.id, read_only=True):
        assert ReferenceList.objects.get().code == "block_phone"
    with pytest.raises(Conflict):
        listed(hanse, "phone")


def test_a_list_needs_a_name_in_each_language(hanse: Organization) -> None:
    with pytest.raises(Invalid):
        list_create(
            organization_id=hanse.id,
            actor=SYSTEM,
            code="x",
            kind="watch",
            holds="phone",
            names={"de": "Liste"},
        )


def test_erasing_a_person_empties_what_let_them_pass_and_keeps_what_blocks_them(
    hanse: Organization, submit: Submit, clara: Actor
) -> None:
    """A block is the lender's own record (GDPR Art. 17(3)(e)); the person comes back blocked."""
    block, allow = listed(hanse, "phone"), listed(hanse, "email", kind="allow")
    submitted = submit()
    decide(submitted)
    add(block, INES["phone"], clara)
    entry = add(allow, INES["email"], clara)
    with enter(hanse.id, read_only=True):
        ines = Party.objects.get(application=submitted.application).customer_id
    customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=ines)
    with enter(hanse.id, read_only=True):
        entry.refresh_from_db()
        assert (entry.digest, entry.sealed, entry.wrapped_key) == (None, None, None)
    assert answers(submit(), {block.code: "phone"}) == [True]


CHANGE = "UPDATE underwriting_listentry SET ALL"
OFF = "removed_at = now(), keep_until = now() + '1 day'"
EMPTY = "digest = NULL, value = NULL, sealed = NULL, wrapped_key = NULL"
REFUSED = [
    ("block", f"{OFF}, removed_by = added_by, removal = 'CLEARED'", "removed_by_another"),
    ("block", f"{OFF}, removed_by = 'x', removal = 'BORED'", "removed_by_another"),
    (
        "block",
        "removed_at = added_at, removed_by = 'x', removal = 'CLEARED', keep_until = NULL",
        "never rewritten",
    ),
    ("allow", "confirmed_at = now(), confirmed_by = added_by", "confirmed_by_another"),
    ("block", "confirmed_at = now(), confirmed_by = 'x'", "confirmed_by_another"),
    ("block", "digest = '\\x00'", "never rewritten"),
    ("block", "sealed = NULL", "never rewritten"),
    ("block", "keep_until = now()", "never rewritten"),
    ("block", f"purged_at = now(), {EMPTY}", "never rewritten"),
    ("allow", "purged_at = now(), digest = NULL", "list_entry_purged_is_empty"),
]


@pytest.mark.parametrize(("kind", "change", "refusal"), REFUSED)
def test_the_database_keeps_entries(
    hanse: Organization, clara: Actor, kind: str, change: str, refusal: str
) -> None:
    add(listed(hanse, "phone", kind=kind), "+49 40 123456", clara)
    with pytest.raises(IntegrityError, match=refusal), enter(hanse.id):
        run(CHANGE.replace("ALL", change))


BEGUN = [
    ({"kind": "allow"}, "begins as its list says"),
    ({"value": "+49 40 123456"}, "begins as its list says"),
    ({"confirmed_at": NOW, "confirmed_by": "x"}, "begins as its list says"),
    ({"keep_until": NOW}, "begins as its list says"),
    ({"ends_at": None}, "list_entry_of_a_person_ends"),
    ({"ends_at": NOW - timedelta(days=1)}, "list_entry_ends_later"),
    ({"reason": "NONE"}, "list_entry_reason_known"),
    ({"added_by": "x"}, "list_entry_once_at_a_time"),
]


@pytest.mark.parametrize(("given", "refusal"), BEGUN)
def test_an_entry_begins_only_as_its_list_says(
    hanse: Organization, clara: Actor, given: dict[str, Any], refusal: str
) -> None:
    entry = add(listed(hanse, "phone"), "+49 40 123456", clara)
    entry.id = new_id()
    for name, value in given.items():
        setattr(entry, name, value)
    with pytest.raises(IntegrityError, match=refusal), enter(hanse.id):
        entry.save(force_insert=True)


def test_nothing_else_of_a_list_changes(hanse: Organization, clara: Actor, senior: Actor) -> None:
    entry = add(listed(hanse, "phone"), "+49 40 123456", clara)
    remove(entry, senior)
    again = "removed_at = NULL, removed_by = NULL, removal = NULL"
    with pytest.raises(IntegrityError, match="never rewritten"), enter(hanse.id):
        run(CHANGE.replace("ALL", again))
    for statement in (
        "UPDATE underwriting_listentry SET added_by = 'x'",
        "DELETE FROM underwriting_listentry",
        "UPDATE underwriting_referencelist SET kind = 'watch'",
        "DELETE FROM underwriting_referencelist",
    ):
        with pytest.raises(RefusedWrite), enter(hanse.id):
            run(statement)


@pytest.mark.django_db(transaction=True)
def test_an_entry_over_for_long_is_emptied_and_its_row_stays(
    hanse: Organization, clara: Actor, senior: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = add(listed(hanse, "phone"), "+49 40 123456", clara, label="case 12")
    assert purge_due_entries() == 0
    monkeypatch.setattr(
        list_entries, "retained", lambda since, months: since + timedelta(microseconds=1)
    )
    remove(entry, senior)
    assert purge_due_entries() == 1
    with enter(hanse.id, read_only=True):
        entry.refresh_from_db()
        assert (entry.digest, entry_words(entry)) == (None, {})
        assert (entry.reason, entry.removal) == ("FRAUD_SUSPECTED", "CLEARED")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
