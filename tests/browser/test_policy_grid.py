"""The grid of a policy in a browser: checked while one types, saved without leaving the page."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visits import Visit, fits, open_desk, severe_findings

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_a_rule_is_checked_moved_by_keyboard_and_saved(
    browser: Browser, live_server: object, policy_grid_page: Visit
) -> None:
    complaints: list[str] = []
    page = open_desk(browser, f"{live_server}", policy_grid_page, complaints)
    cell = page.get_by_label("Severity, 0 to 100, debt_to_income")
    cell.fill("many")
    cell.press("Tab")
    expect(page.locator("#remarks-list")).to_contain_text("whole number")
    expect(page.locator("#l2-severity-error")).to_contain_text("whole number")
    expect(cell).to_have_attribute("aria-invalid", "true")
    cell.fill("31")
    cell.press("Tab")
    expect(page.locator("#l2-severity-error")).to_be_empty()
    page.get_by_role("button", name="Move debt_to_income up").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved as revision 2")
    expect(page.locator("#up-2")).to_be_focused()
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page)
    assert severe_findings(page) == []
    page.context.close()
    assert complaints == []
