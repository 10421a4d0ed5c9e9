"""Lists on the desk: made, filled, searched, emptied by a second person, taken as a file."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from events.models import Event
from tenancy.enter import enter
from tenancy.models import Organization
from tests.desk.conftest import SignIn
from underwriting.models import ListEntry, ReferenceList

LISTS = "/admin/underwriting/referencelist/"
SOON = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
PHONE = "+49 40 123456"
MADE = {
    "code": "blocked_phones",
    "kind": "block",
    "holds": "phone",
    "sensitive": "on",
    "name_de": "Gesperrte Telefone",
    "name_en": "Blocked phones",
}
ENTRY = {"value": PHONE, "reason": "FRAUD_CONFIRMED", "ends": SOON, "label": "case 12"}


def made(client: Client, **changed: Any) -> str:
    """The address of a list made by whoever this is."""
    answer = client.post(f"{LISTS}make/", {**MADE, **changed})
    assert answer.status_code == 302, answer.content
    return answer.headers["Location"]


def beside(address: str, name: str) -> str:
    return address.replace("change/", f"{name}/")


@pytest.fixture
def carlas(sign_in: SignIn, carla: User) -> Client:
    return sign_in(carla)


@pytest.fixture
def svens(sign_in: SignIn, sven: User) -> Client:
    return sign_in(sven)


def entry_of(hanse: Organization) -> ListEntry:
    with enter(hanse.id, read_only=True):
        return ListEntry.objects.get()


def test_from_nothing_to_an_entry_and_off_again(
    hanse: Organization, carlas: Client, svens: Client
) -> None:
    assert "Make a list" in carlas.get(LISTS).content.decode()
    address = made(carlas)
    assert carlas.post(beside(address, "add"), ENTRY).status_code == 302
    page = carlas.get(address).content.decode()
    assert "case 12" in page
    assert "Fraud confirmed" in page
    assert "123456" not in page
    remove = f"{LISTS}entries/{entry_of(hanse).id}/remove/"
    assert remove not in page
    refused = carlas.post(remove, {"removal": "CLEARED"}).content.decode()
    assert "Another person" in refused
    assert remove in svens.get(address).content.decode()
    assert svens.post(remove, {"removal": "OTHER"}).status_code == 200
    assert svens.post(remove, {"removal": "CLEARED", "words": "a mix-up"}).status_code == 302
    assert "a mix-up" in svens.get(address).content.decode()


def test_what_lets_pass_is_confirmed_by_another(
    hanse: Organization, carlas: Client, svens: Client
) -> None:
    address = made(carlas, kind="allow")
    carlas.post(beside(address, "add"), {**ENTRY, "reason": "TRUSTED"})
    confirm = f"{LISTS}entries/{entry_of(hanse).id}/confirm/"
    assert carlas.post(confirm).status_code == 200
    assert "to be confirmed" in svens.get(address).content.decode()
    assert svens.get(confirm).status_code == 200
    assert svens.post(confirm).status_code == 302
    assert entry_of(hanse).confirmed_at is not None


def test_a_value_is_found_whole_and_never_by_its_address(carlas: Client) -> None:
    address = made(carlas)
    carlas.post(beside(address, "add"), ENTRY)
    find = beside(address, "find")
    assert "case 12" in carlas.post(find, {"value": "0049 40 123456"}).content.decode()
    assert "never stood" in carlas.post(find, {"value": "123456"}).content.decode()
    assert "case 12" in carlas.get(f"{address}?value=0000").content.decode()


def test_wrong_answers_come_back_to_their_fields(carlas: Client) -> None:
    address = made(carlas)
    wrong = carlas.post(beside(address, "add"), {**ENTRY, "value": "x", "ends": ""})
    text = wrong.content.decode()
    assert "not written as such values are" in text
    assert "needs a last day" in text
    assert "has this code already" in carlas.post(f"{LISTS}make/", MADE).content.decode()


def test_a_file_goes_in_and_comes_out(hanse: Organization, carlas: Client) -> None:
    address = made(carlas, holds="employer", sensitive="")
    rows = f"value,reason,until\nGood & Co.,TRUSTED,\n=cmd|' /C calc'!A0,TRUSTED,\nx,NO,{SOON}\n"
    sent = SimpleUploadedFile("e.csv", rows.encode())
    text = carlas.post(beside(address, "file"), {"file": sent}).content.decode()
    assert "2 entries added" in text
    assert "There is no such reason." in text
    answer = carlas.post(beside(address, "export"))
    assert answer.headers["Content-Type"].startswith("text/csv")
    body = answer.content.decode("utf-8-sig")
    assert "Good & Co.,TRUSTED" in body
    assert "\n'=cmd" in body
    with enter(hanse.id, read_only=True):
        assert Event.objects.filter(type="list.exported").count() == 1


def test_few_read_what_is_about_fraud(
    sign_in: SignIn, carlas: Client, rita: User, audrey: User
) -> None:
    address = made(carlas)
    carlas.post(beside(address, "add"), ENTRY)
    for user in (rita, audrey):
        client = sign_in(user)
        page = client.get(address).content.decode()
        assert "shown to compliance" in page
        assert "Fraud confirmed" not in page
        assert client.post(beside(address, "add"), ENTRY).status_code in (200, 403)
        assert client.post(beside(address, "export")).status_code == 403
        assert (
            "Fraud confirmed"
            not in client.post(beside(address, "find"), {"value": PHONE}).content.decode()
        )


def test_nobody_reaches_another_lenders_list(
    hanse: Organization, carlas: Client, sign_in: SignIn, otto: User
) -> None:
    address = made(carlas)
    carlas.post(beside(address, "add"), ENTRY)
    entry = entry_of(hanse)
    client = sign_in(otto)
    assert client.get(address).status_code == 404
    for where, data in (
        (beside(address, "add"), ENTRY),
        (beside(address, "find"), {"value": PHONE}),
        (beside(address, "file"), {"file": SimpleUploadedFile("e.csv", b"value,reason\n")}),
        (beside(address, "export"), {}),
        (f"{LISTS}entries/{entry.id}/remove/", {"removal": "CLEARED"}),
    ):
        assert client.post(where, data).status_code in (403, 404), where
    with enter(hanse.id, read_only=True):
        assert ListEntry.objects.filter(removed_at__isnull=True).count() == 1
        assert ReferenceList.objects.count() == 1
