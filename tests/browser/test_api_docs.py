"""The API's pages are drawn without a network and without a complaint under the strict policy."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def at_home(address: str, asked: list[str]) -> Callable[[Request], None]:
    """Notes every address that is not the server's own."""

    def note(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            asked.append(request.url)

    return note


def test_reference_and_guides_are_drawn_by_our_own_files(
    page: Page, live_server: Any, complaints: list[str]
) -> None:
    elsewhere: list[str] = []
    page.on("request", at_home(live_server.url, elsewhere))
    page.goto(f"{live_server.url}/v1/docs")
    send = page.get_by_text("Send an application", exact=True)
    expect(send).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Getting started").click()
    expect(page.get_by_role("heading", name="A first application")).to_be_visible()
    page.get_by_role("link", name="The sandbox").click()
    expect(page.get_by_role("cell", name="Counteroffer")).to_be_visible()
    assert (complaints, elsewhere) == ([], [])
