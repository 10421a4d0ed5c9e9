"""A risk analyst writes a policy in the grid: nothing typed is lost, nothing wrong is saved."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from events.actor import Actor
from tests.desk.conftest import SignIn
from tests.desk.policy_cast import desk, draft, saved
from tests.desk.policy_forms import BASE, filled, form_of, remarks
from underwriting.models import PolicyVersion
from underwriting.services.policies import policy_draft_save

__all__ = ["desk", "draft"]

DTI = "l2.when/debt_to_income"


@pytest.fixture
def grid(draft: PolicyVersion) -> str:
    """The page of the rule set affordability."""
    return f"{BASE}/{draft.id}/edit/rules/2/"


def rows(draft: PolicyVersion) -> list[Any]:
    return saved(draft)["rule_sets"][2]["rows"]


def test_every_part_opens_and_saving_it_untouched_changes_nothing(
    desk: Client, draft: PolicyVersion
) -> None:
    page = desk.get(f"{BASE}/{draft.id}/edit/").content.decode()
    before = saved(draft)
    for part in ("rules/2", "reasons", "bands", "settings", "tests"):
        url = f"{BASE}/{draft.id}/edit/{part}/"
        assert url in page
        assert desk.post(url, filled(desk, url)).status_code == 200
        assert saved(draft) == before, part


def test_a_cell_is_written_as_people_do(desk: Client, draft: PolicyVersion, grid: str) -> None:
    answer = desk.post(grid, filled(desk, grid, **{DTI: "> 40 %"}))
    assert "Saved as revision 2" in answer.content.decode()
    assert rows(draft)[2]["when"] == {"debt_to_income": {"gt": "0.40"}}


def test_a_wrong_cell_keeps_everything_that_was_typed_and_saves_nothing(
    desk: Client, draft: PolicyVersion, grid: str
) -> None:
    before = saved(draft)
    typed = {DTI: "more than <much>", "l0.comment": "while rates rise", "l1.severity": "55"}
    answer = desk.post(grid, filled(desk, grid, **typed))
    page = answer.content.decode()
    assert answer.status_code == 422
    shown = form_of(page)
    assert {name: shown[name][0] for name in typed} == typed
    assert "quotation marks" in remarks(page)[0]
    assert (
        'id="l2-when/debt_to_income"'
        in page.split('aria-invalid="true"')[0].rpartition("<input")[2]
    )
    assert saved(draft) == before


def test_a_look_says_what_is_wrong_and_saves_nothing(
    desk: Client, draft: PolicyVersion, grid: str
) -> None:
    before = saved(draft)
    typed = filled(
        desk, grid, **{"l0.reason": "", "l2.when/debt_to_income": "> $nobody", "do": "look"}
    )
    page = desk.post(grid, typed, headers={"HX-Request": "true"}).content.decode()
    assert "a decline must say why" in remarks(page)
    assert "no parameter $nobody" in remarks(page)
    assert 'data-cell="l2-when/debt_to_income"' in page
    assert "<form" not in page
    assert saved(draft) == before


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        ("up.2", ["instalment", "debt_to_income", "loan_to_income"]),
        ("down.0", ["loan_to_income", "instalment", "debt_to_income"]),
        ("duplicate.1", ["instalment", "loan_to_income", "loan_to_income_2", "debt_to_income"]),
        ("delete.0", ["loan_to_income", "debt_to_income"]),
        ("uncolumn.when/no_such", ["instalment", "loan_to_income", "debt_to_income"]),
        ("add.1", ["instalment", "loan_to_income", "debt_to_income"]),
    ],
)
def test_rules_are_ordered_repeated_and_deleted(
    desk: Client, draft: PolicyVersion, grid: str, do: str, expected: list[str]
) -> None:
    page = desk.post(grid, filled(desk, grid, do=do)).content.decode()
    assert [row["id"] for row in rows(draft)] == expected
    assert len(form_of(page)["line"]) == len(expected) + (do == "add.1")


def test_a_moved_rule_keeps_its_key_so_that_the_keyboard_stays_with_it(
    desk: Client, grid: str
) -> None:
    page = desk.post(grid, filled(desk, grid, do="up.2")).content.decode()
    assert form_of(page)["line"] == ["0", "2", "1"]


def test_a_rule_that_was_added_is_filled_in_and_named_for_what_it_asks(
    desk: Client, draft: PolicyVersion, grid: str
) -> None:
    added = form_of(desk.post(grid, filled(desk, grid, do="add.3")).content.decode())
    assert added["line"] == ["0", "1", "2", "3"]
    new = {"l3.when/debt_to_income": ["> 60 %"], "l3.outcome": ["decline"],
           "l3.reason": ["DEBT_TO_INCOME"]}  # fmt: skip
    desk.post(grid, {**added, **new})
    assert rows(draft)[3]["id"] == "debt_to_income_2"
    assert rows(draft)[3]["when"] == {"debt_to_income": {"gt": "0.60"}}


def test_a_column_more_and_a_column_less(desk: Client, draft: PolicyVersion, grid: str) -> None:
    wide = desk.post(grid, filled(desk, grid, do="column", new_column="amount"))
    given = {**form_of(wide.content.decode()), "l0.when/amount": ["> 100.00"]}
    desk.post(grid, given)
    assert rows(draft)[0]["when"]["amount"] == {"gt": "100.00"}
    desk.post(grid, filled(desk, grid, do="uncolumn.when/amount"))
    assert "amount" not in rows(draft)[0]["when"]


def test_a_rule_set_is_added_moved_repeated_and_removed(desk: Client, draft: PolicyVersion) -> None:
    edit = f"{BASE}/{draft.id}/edit"

    def names() -> list[str]:
        return [each["name"] for each in saved(draft)["rule_sets"]]

    new = {"head.name": "fraud", "l0.id": "young", "l0.outcome": "refer", "l0.comment": "why"}
    wide = desk.post(f"{edit}/rules/4/", filled(desk, f"{edit}/rules/4/", do="column",
                     new_column="amount", **new))  # fmt: skip
    assert wide.status_code == 422
    given = {**form_of(wide.content.decode()), "l0.when/amount": ["> 5.00"], "do": ["save"]}
    assert desk.post(f"{edit}/rules/4/", given).status_code == 200
    assert names() == ["eligibility", "employment", "affordability", "customer", "fraud"]
    answer = desk.post(f"{edit}/rules/4/", filled(desk, f"{edit}/rules/4/", do="earlier"))
    assert answer.headers["Location"] == f"{edit}/rules/3/"
    assert names()[3:] == ["fraud", "customer"]
    desk.post(f"{edit}/rules/0/", filled(desk, f"{edit}/rules/0/", do="repeat"))
    assert names()[:2] == ["eligibility", "eligibility_2"]
    desk.post(f"{edit}/rules/1/", filled(desk, f"{edit}/rules/1/", do="remove"))
    assert names() == ["eligibility", "employment", "affordability", "fraud", "customer"]


def test_two_people_do_not_write_over_each_other(
    desk: Client, draft: PolicyVersion, grid: str, rita: User
) -> None:
    mine = filled(desk, grid, **{DTI: "> 45 %"})
    theirs = {**saved(draft), "name": "Renamed meanwhile"}
    policy_draft_save(
        organization_id=draft.organization_id, actor=Actor.user(str(rita.pk)),
        policy_version_id=draft.id, document=theirs, revision=1,
    )  # fmt: skip
    page = desk.post(grid, mine).content.decode()
    assert "Somebody else saved this policy meanwhile" in page
    assert form_of(page)[DTI] == ["> 45 %"]
    assert "0.45" not in json.dumps(saved(draft))
    desk.post(grid, {**form_of(page), "do": ["over"]})
    assert rows(draft)[2]["when"] == {"debt_to_income": {"gt": "0.45"}}
    assert saved(draft)["name"] == "Renamed meanwhile"


def test_only_who_writes_policies_may(
    desk: Client, sign_in: SignIn, grid: str, uma: User, otto: User
) -> None:
    given = filled(desk, grid)
    for somebody, status in ((uma, 403), (otto, 403)):
        client = sign_in(somebody)
        assert client.get(grid).status_code == status
        assert client.post(grid, given).status_code == status


def test_cases_run_with_what_they_reach_and_an_application_is_tried(
    desk: Client, draft: PolicyVersion
) -> None:
    url = f"{BASE}/{draft.id}/cases/"
    page = desk.get(url).content.decode()
    assert "too little income is declined" in page
    assert "affordability, debt_to_income" in page
    assert "no case" in page
    given = {name: [text] for name, text in TRIED.items()}
    answer = desk.post(url, {**form_of(page, "trial"), **given}).content.decode()
    assert "INCOME_TOO_LOW" in answer.split('id="try"')[1]
    wrong = desk.post(url, {**form_of(page, "trial"), "points": ["many"]})
    assert 'role="alert"' in wrong.content.decode()
    assert saved(draft)["tests"]


TRIED = {
    "request.amount": "3000.00", "request.term_months": "24", "request.purpose": "furniture",
    "request.other_debtors": "none", "party.monthly_income": "500.00",
    "party.monthly_obligations": "0.00", "party.of_age": "yes",
    "party.checking_account": "no_account", "party.savings": "from_1000",
    "party.credit_history": "critical_or_elsewhere", "party.existing_credits": "1",
    "party.other_installment_plans": "none", "party.employment_since": "from_7_years",
    "party.job": "skilled", "party.housing": "own", "party.property": "real_estate",
    "party.telephone": "yes",
}  # fmt: skip
