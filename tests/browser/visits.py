"""Pages of the desk that are opened in a browser, at a desk's and a phone's width."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.models import User

WIDTHS = (1280, 390)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SEVERE = ("serious", "critical")


@dataclass(frozen=True)
class Visit:
    """A page, and who opens it: what a fixture named in `test_desk_pages.PAGES` gives."""

    path: str
    user: User


def open_desk(browser: Browser, address: str, visit: Visit, complaints: list[str]) -> Page:
    """The page, signed in, with what the console and the security policy complained about."""
    client = Client()
    client.force_login(visit.user, "allauth.account.auth_backends.AuthenticationBackend")
    cookie = {"name": settings.SESSION_COOKIE_NAME, "url": address}
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(locale="en-GB", viewport={"width": WIDTHS[0], "height": 900})
    context.set_default_timeout(15_000)
    context.add_cookies([{**cookie, "value": value}])
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = page.goto(f"{address}{visit.path}")
    assert answer is not None
    assert answer.status == 200, answer.status
    drawn(page)
    return page


def drawn(page: Page) -> None:
    """Wait until every chart with figures stands on its canvas."""
    undrawn = "document.querySelectorAll('figure.chart:not([data-drawn]) canvas').length"
    assert came_true(page, f"{undrawn} === 0"), "a chart was not drawn"


def came_true(page: Page, expression: str, seconds: float = 10) -> bool:
    """Whether it becomes true in time. Playwright's own waiting evaluates inside the page, which
    the security policy forbids."""
    until = monotonic() + seconds
    while not page.evaluate(expression):
        if monotonic() > until:
            return False
        page.wait_for_timeout(50)
    return True


def severe_findings(page: Page) -> Sequence[str]:
    """What axe finds that would keep somebody from using the page (WCAG 2.2 AA)."""
    found: Any = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(RULES)}})
    return [
        f"{each['id']}: {each['help']}: {[node['html'][:160] for node in each['nodes'][:3]]}"
        for each in found.response["violations"]
        if each["impact"] in SEVERE
    ]


def fits(page: Page) -> bool:
    """Whether the page gets no wider than its window, once its charts have been drawn again."""
    width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    return came_true(page, width)
