"""A real browser; where there is none, these tests are skipped and say so."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Error, Page, sync_playwright

from accounts.models import User
from tests.browser.visits import Visit

TEMPLATES = Path(__file__).parent / "templates"
INSTALLED = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Playwright's own Chromium, or the machine's.

    Its event loop runs in this thread, beside the database's calls, and ends with the module:
    other tests must not find a loop running.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        try:
            found = _launched(playwright.chromium)
        except Error as error:
            pytest.skip(f"no browser here: {error.message.splitlines()[0]}")
        yield found
        found.close()


def _launched(chromium: BrowserType) -> Browser:
    installed = next(filter(None, map(shutil.which, INSTALLED)), None)
    return chromium.launch(args=["--no-sandbox"], executable_path=installed)


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console said, the answers to wrong input left out."""
    return []


@pytest.fixture
def page(
    browser: Browser, complaints: list[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    """A German phone. The browser's event loop runs in this thread, beside the database's calls."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    context = browser.new_context(locale="de-DE", viewport={"width": 390, "height": 844})
    context.set_default_timeout(15_000)
    opened = context.new_page()
    opened.on("console", lambda said: _complain(complaints, said.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()


def _complain(complaints: list[str], text: str) -> None:
    if "Failed to load resource" not in text:
        complaints.append(text)


@pytest.fixture
def charts_page(alice: User, settings: Any) -> Visit:
    """Every kind of chart on one page."""
    templates = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], TEMPLATES]}]
    settings.TEMPLATES = templates
    return Visit("/admin/charts/", alice)
