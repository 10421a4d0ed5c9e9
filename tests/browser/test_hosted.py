"""The page a partner sends an applicant to, on a phone: filled in, agreed to, sent."""

import pytest
from playwright.sync_api import Page, expect

from events.actor import SYSTEM
from tenancy.enter import enter
from tenancy.models import Organization
from tests.browser.visits import severe_findings
from tests.cast_underwriting import INES, REQUEST, STRONG
from tests.portal.conftest import BASE, german, link
from underwriting.models import Application, PolicyVersion
from underwriting.services.drafts import Beginning, application_begin

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def begun(hanse: Organization, policy: PolicyVersion, monkeypatch: pytest.MonkeyPatch) -> str:
    """A shop knows Ines and what she earns; the address of her page."""
    monkeypatch.setattr("underwriting.services.facts.enqueue", lambda *_, **__: None)
    application_begin(
        organization_id=hanse.id,
        actor=SYSTEM,
        beginning=Beginning(
            product_slug="personal-loan",
            request=REQUEST,
            parties=[{"identity": INES, "facts": {"monthly_income": "4200.00"}}],
            language="de",
            return_url="https://shop.example/basket",
        ),
    )
    return f"{BASE}finish/{link(hanse, 0)}/"


def test_an_applicant_finishes_on_a_phone(
    page: Page, complaints: list[str], live_server: object, hanse: Organization, begun: str
) -> None:
    page.goto(f"{live_server}{begun}")
    expect(page.locator("#monthly_income")).to_have_value("4.200,00")
    assert severe_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_navigation():
        page.locator("main form .button").click()
    expect(page.locator(".errors")).to_be_focused()
    for name, value in STRONG.items():
        choice = page.locator(f"input[type=radio][name='{name}'][value='{german(value)}']")
        if choice.count():
            choice.check()
        else:
            page.locator(f"#{name}").fill(german(value))
    for box in page.get_by_role("checkbox").all():
        box.check()
    with page.expect_navigation():
        page.locator("main form .button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Antrag ist da")
    expect(page.locator("a[href='https://shop.example/basket']")).to_be_visible()
    with enter(hanse.id, read_only=True):
        assert Application.objects.get().status == "submitted"
    assert complaints == []
