"""A draft's grid in a browser: rows save by themselves, under the strict policy."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visits import Visit, open_desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_row_saves_without_leaving_the_page(
    browser: Browser, live_server: object, draft_page: Visit
) -> None:
    complaints: list[str] = []
    page = open_desk(browser, f"{live_server}", draft_page, complaints)
    row = page.locator(".draft-row", has=page.get_by_role("heading", name="Ingreso Mensual"))
    row.locator("summary").click()
    row.get_by_label("Greatest").fill("5")
    row.get_by_label("Least").fill("900")
    row.get_by_role("button").click()
    expect(row.locator(".error").first).to_contain_text("min is above max")
    row.get_by_label("Greatest").fill("70000")
    row.get_by_role("button").click()
    expect(row.get_by_role("status")).to_have_text("Saved.")
    row.get_by_label("Field").fill("income")
    row.get_by_role("button").click()
    expect(row.get_by_role("status")).to_have_text("Saved.")
    page.context.close()
    assert complaints == []
