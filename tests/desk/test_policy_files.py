"""Policies as files and side by side: nothing is half taken, every change is said."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from accounts.models import User
from events.actor import Actor
from scoring.models import Product
from tenancy.enter import enter
from tests.desk.conftest import SignIn
from tests.desk.policy_cast import desk, draft, saved
from tests.desk.policy_forms import BASE, form_of
from tests.policy.hostile_workbooks import HOSTILE
from underwriting.models import PolicyVersion
from underwriting.services.policies import policy_copy, policy_draft_save

__all__ = ["desk", "draft"]

Changing = Callable[[Any], None]


def workbook(desk: Client, draft: PolicyVersion, change: Changing | None = None) -> bytes:
    """The draft's workbook, as it was downloaded and changed."""
    data = desk.get(f"{BASE}/{draft.id}/policy.xlsx").content
    if change is None:
        return data
    book = load_workbook(BytesIO(data))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def sent(desk: Client, draft: PolicyVersion, data: bytes, name: str = "policy.xlsx") -> Any:
    file = SimpleUploadedFile(name, data)
    return desk.post(f"{BASE}/{draft.id}/excel/", {"file": file})


def stricter(book: Any) -> None:
    """Half the debt, a rule less, and a rule more."""
    for row in book["Parameters"].iter_rows(min_row=2):
        if row[0].value == "review_debt_to_income":
            row[1].value = "30 %"
    book["R4 customer"].delete_rows(2)
    book["Bands"]["C2"].value = "5.2 %"


def test_a_workbook_shows_its_differences_before_anything_is_taken(
    desk: Client, draft: PolicyVersion
) -> None:
    before = saved(draft)
    page = sent(desk, draft, workbook(desk, draft, stricter)).content.decode()
    assert saved(draft) == before
    assert "Rule “debt_to_income” in “affordability”: refers to a person where" in page
    assert "is above 30\u00a0% instead of 35\u00a0%." in page
    assert "Rule “large_amount” in “customer” is gone" in page
    assert "Risk bands, “A”: Nominal rate: 5.2 % instead of 4.9 %." in page
    taken = desk.post(f"{BASE}/{draft.id}/excel/take/", form_of(page, "take"))
    assert taken.status_code == 302
    after = saved(draft)
    assert after["parameters"]["review_debt_to_income"]["value"] == "0.30"
    assert after["rule_sets"][3]["rows"][0]["id"] == "exposure"


def test_a_workbook_untouched_changes_nothing(desk: Client, draft: PolicyVersion) -> None:
    page = sent(desk, draft, workbook(desk, draft)).content.decode()
    assert "Both say exactly the same." in page
    assert "excel/take" not in page


def test_what_was_saved_meanwhile_is_not_written_over(
    desk: Client, draft: PolicyVersion, rita: User
) -> None:
    page = sent(desk, draft, workbook(desk, draft, stricter)).content.decode()
    policy_draft_save(
        organization_id=draft.organization_id, actor=Actor.user(str(rita.pk)),
        policy_version_id=draft.id, document={**saved(draft), "name": "Theirs"}, revision=1,
    )  # fmt: skip
    answer = desk.post(f"{BASE}/{draft.id}/excel/take/", form_of(page, "take"))
    assert answer.status_code == 409
    assert "Somebody else saved" in answer.content.decode()
    assert saved(draft)["name"] == "Theirs"


def test_a_wrong_cell_is_named_and_nothing_is_taken(desk: Client, draft: PolicyVersion) -> None:
    def wrong(book: Any) -> None:
        book["Bands"]["B3"].value = "=1+1"

    def mistyped(book: Any) -> None:
        book["Bands"]["B3"].value = "much"

    for change, words in ((wrong, "a formula"), (mistyped, "whole number")):
        answer = sent(desk, draft, workbook(desk, draft, change))
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "<strong>Bands, B3</strong>" in page
        assert words in page
        assert "excel/take" not in page


@pytest.mark.parametrize("name", ["an entity bomb", "macros by name", "a password", "no zip"])
def test_a_hostile_workbook_is_refused_in_words(
    desk: Client, draft: PolicyVersion, name: str
) -> None:
    made, words = HOSTILE[name]
    answer = sent(desk, draft, made())
    assert answer.status_code == 422
    assert words.split("|")[0] in answer.content.decode()


def test_other_files_and_forged_fields_are_refused(desk: Client, draft: PolicyVersion) -> None:
    before = saved(draft)
    assert sent(desk, draft, b"x", "policy.xlsm").status_code == 422
    for forged in ("", "AAAA", "not base64!", "eJztwQEBAAAAgJD+r+4ICgAAAAAAAAAAAAAAAAAA"):
        form = {"document": forged, "revision": "1"}
        assert desk.post(f"{BASE}/{draft.id}/excel/take/", form).status_code == 422
    assert saved(draft) == before


def test_two_versions_side_by_side(desk: Client, draft: PolicyVersion, rita: User) -> None:
    actor = Actor.user(str(rita.pk))
    of = {"organization_id": draft.organization_id, "actor": actor}
    copy = policy_copy(**of, policy_version_id=draft.id)
    document = saved(draft)
    rows = document["rule_sets"][2]["rows"]
    rows[1]["outcome"] = "refer"
    rows[2]["when"] = {"debt_to_income": {"ge": "0.5000"}}
    document["rule_sets"].reverse()
    policy_draft_save(**of, policy_version_id=copy.id, document=document, revision=1)
    page = desk.get(f"{BASE}/{copy.id}/compare/").content.decode()
    assert (
        "Rule “loan_to_income” in “affordability”: refers to a person instead of declines." in page
    )
    assert "“employment” now stands in another place." in page
    assert "≥ 0.5" in page
    back = desk.get(f"{BASE}/{draft.id}/compare/?with={copy.id}").content.decode()
    assert "declines instead of refers to a person" in back
    assert desk.get(f"{BASE}/{copy.id}/compare/?with={copy.id}").status_code == 404


def test_a_policy_begins_with_nothing_a_version_or_a_file(
    desk: Client, draft: PolicyVersion, personal_loan: Product
) -> None:
    def begun(**given: Any) -> Any:
        answer = desk.post(f"{BASE}/new/", {"product": str(personal_loan.id), **given})
        if answer.status_code != 302:
            return answer.content.decode()
        with enter(draft.organization_id, read_only=True):
            newest = PolicyVersion.objects.order_by("-number").first()
            assert newest is not None
            assert answer.headers["Location"] == f"{BASE}/{newest.id}/edit/"
            return json.loads(newest.document)

    assert begun(begin="nothing", name="Fresh")["name"] == "Fresh"
    assert begun(begin=str(draft.id)) == saved(draft)
    document = desk.get(f"{BASE}/{draft.id}/document.json").content
    assert begun(begin="file", file=SimpleUploadedFile("p.json", document)) == saved(draft)
    hostile = SimpleUploadedFile("p.json", b'{"schema": 1.5}')
    assert "write numbers with decimals as text" in begun(begin="file", file=hostile)
    wrong = json.dumps({**saved(draft), "surprise": 1}).encode()
    assert "/surprise" in begun(begin="file", file=SimpleUploadedFile("p.json", wrong))
    assert "Choose a file" in begun(begin="file")


def test_who_only_looks_downloads_and_compares_but_changes_nothing(
    desk: Client, sign_in: SignIn, draft: PolicyVersion, uma: User, otto: User
) -> None:
    reader, stranger = sign_in(uma), sign_in(otto)
    for page in ("document.json", "policy.xlsx", "compare/"):
        assert reader.get(f"{BASE}/{draft.id}/{page}").status_code == 200
        assert stranger.get(f"{BASE}/{draft.id}/{page}").status_code == 404
    for page in ("excel/", "excel/take/", "edit/"):
        assert reader.post(f"{BASE}/{draft.id}/{page}").status_code == 403
    assert reader.get(f"{BASE}/new/").status_code == 403
    assert json.loads(reader.get(f"{BASE}/{draft.id}/document.json").content) == saved(draft)
