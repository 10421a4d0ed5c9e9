"""The front doors in a browser: a joint application on a phone, and its way over the desk."""

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tenancy.models import Organization
from tests.cast_accounts import PASSWORD
from tests.cast_underwriting import STRONG
from tests.portal.conftest import BASE, FACT_PAGES, german, link, work
from underwriting.models import PolicyVersion

JOBLESS = {**STRONG, "employment_since": "unemployed", "monthly_income": "9000.00"}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def slow_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody decides until the test does, so that the waiting page is seen."""
    monkeypatch.setattr("underwriting.services.applications.enqueue", lambda *_, **__: None)


def go_on(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form .button").click()


def about(page: Page, given: str, year: str) -> None:
    page.get_by_label("Vornamen").fill(given)
    page.get_by_label("Nachname").fill("Brandt")
    for label, value in (("Tag", "12"), ("Monat", "4"), ("Jahr", year)):
        page.get_by_label(label).fill(value)
    go_on(page)
    page.get_by_label("E-Mail-Adresse").fill(f"{given.lower()}@mail.example")
    go_on(page)


def facts(page: Page, said: Mapping[str, Any]) -> None:
    for names in FACT_PAGES.values():
        for name in names:
            choice = page.locator(f"input[type=radio][name='{name}'][value='{german(said[name])}']")
            if choice.count():
                choice.check()
            else:
                page.locator(f"#{name}").fill(german(said[name]))
        go_on(page)


def apply_together(page: Page, address: str, ines: Mapping[str, Any] = STRONG) -> None:
    """Ines and Jonas, from the start page to the summary."""
    page.goto(address)
    go_on(page)
    page.get_by_label("Kreditbetrag").fill("3.000")
    page.locator("#term_months").select_option("24")
    page.locator("#purpose").select_option("furniture")
    page.get_by_label("Mitantragsteller").check()
    go_on(page)
    page.get_by_label("weitere Person").check()
    go_on(page)
    for given, year, said in (("Ines", "1985", ines), ("Jonas", "1983", STRONG)):
        about(page, given, year)
        facts(page, said)
    for _ in range(2):
        for box in page.get_by_role("checkbox").all():
            box.check()
        go_on(page)


def test_a_joint_application_on_a_phone(
    page: Page,
    complaints: list[str],
    live_server: object,
    hanse: Organization,
    policy: PolicyVersion,
    slow_worker: None,
) -> None:
    apply_together(page, f"{live_server}{BASE}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Prüfen Sie Ihre Angaben")
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Antrag ist da")
    work(hanse)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Antrag ist bewilligt")
    with page.expect_navigation():
        page.get_by_role("button", name="Angebot annehmen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sie haben das Angebot angenommen")
    page.goto(f"{live_server}{BASE}status/{link(hanse, 1)}/")
    expect(page.locator("main")).to_contain_text("Jonas")
    expect(page.locator("main")).not_to_contain_text("Ines")
    assert complaints == []


def test_mistakes_lead_back_to_their_fields_by_keyboard(
    page: Page, complaints: list[str], live_server: object, policy: PolicyVersion
) -> None:
    page.goto(f"{live_server}{BASE}")
    go_on(page)
    page.get_by_label("Kreditbetrag").fill("viel")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".errors")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Kreditbetrag")).to_be_focused()
    expect(page.get_by_label("Kreditbetrag")).to_have_value("viel")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    assert complaints == []


def test_switching_the_language_keeps_what_was_typed(
    page: Page, live_server: object, policy: PolicyVersion
) -> None:
    page.goto(f"{live_server}{BASE}")
    go_on(page)
    page.get_by_label("Kreditbetrag").fill("1.250,50")
    with page.expect_navigation():
        page.get_by_role("button", name="English").click()
    expect(page.get_by_label("Loan amount")).to_have_value("1,250.50")


def test_a_referral_is_approved_at_the_desk_and_both_applicants_see_it(
    page: Page, browser: Browser, live_server: object, hanse: Organization,
    policy: PolicyVersion, uma: User, slow_worker: None,
) -> None:  # fmt: skip
    apply_together(page, f"{live_server}{BASE}", JOBLESS)
    go_on(page)
    work(hanse)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Ein Mensch sieht sich Ihren Antrag an")
    approve_at_the_desk(browser, f"{live_server}", uma)
    page.get_by_role("link", name="Jetzt nachsehen").click()
    expect(title).to_have_text("Ihr Antrag ist bewilligt")
    page.goto(f"{live_server}{BASE}status/{link(hanse, 1)}/")
    expect(title).to_have_text("Ihr Antrag ist bewilligt")
    expect(page.locator("main")).not_to_contain_text("9.000,00")


def approve_at_the_desk(browser: Browser, address: str, underwriter: User) -> None:
    """From signing in, over the queue and the claim, to the verdict."""
    desk = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900}).new_page()
    desk.goto(f"{address}/accounts/login/?next=/admin/underwriting/review/")
    desk.locator("input[name=login]").fill(underwriter.email)
    desk.locator("input[name=password]").fill(PASSWORD)
    desk.locator("input[name=password]").press("Enter")
    desk.locator("#result_list tbody a").first.click()
    desk.get_by_role("button", name="Claim").click()
    desk.locator("details.verdict summary", has_text="Approve").click()
    desk.locator("details.verdict[open]").get_by_role("button", name="Approve").click()
    expect(desk.get_by_role("heading", name="Approved").first).to_be_visible()
    desk.context.close()
