"""Every page with charts works on a desk and on a phone, for everybody, under the strict policy.

To have a page looked at: write a fixture in this folder's conftest that gives a `Visit`, and add
its name to PAGES.
"""

import pytest
from playwright.sync_api import Browser

from tests.browser.visits import WIDTHS, Visit, fits, open_desk, severe_findings

PAGES = (
    "model_page",
    "today_page",
    "answer_page",
    "inventory_page",
    "inventory_form",
    "championships_page",
    "charts_page",
    "training_page",
    "training_running",
    "training_form",
    "evidence_page",
    "economics_page",
    "dataset_page",
    "exploration_page",
    "explored_field_page",
    "proxies_page",
    "draft_form",
    "draft_page",
    "monitoring_page",
    "monitoring_field",
    "monitoring_evolution",
    "monitoring_actions",
    "whatif_page",
    "policy_grid_page",
    "policy_settings_page",
    "policy_cases_page",
    "lists_page",
    "list_page",
    "making_page",
    "entry_page",
    "file_page",
    "batches_page",
    "batch_form",
    "batch_running_page",
    "batch_done_page",
    "booking_cases_page",
    "booking_case_page",
    "booking_second_page",
    "webhooks_page",
    "webhook_page",
    "webhook_form",
    "webhook_replay_form",
    "webhook_deliveries_page",
    "webhook_delivery_page",
    "keys_page",
    "key_form",
    "key_change_form",
    "key_rotation_form",
    "requests_page",
)

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.browser.urls"),
]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_charts(
    name: str, browser: Browser, live_server: object, request: pytest.FixtureRequest
) -> None:
    visit: Visit = request.getfixturevalue(name)
    complaints: list[str] = []
    page = open_desk(browser, f"{live_server}", visit, complaints)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert fits(page), f"{width} px"
        assert severe_findings(page) == [], f"{width} px"
    page.context.close()
    assert complaints == []


def test_every_kind_of_chart_is_drawn_with_its_table(
    browser: Browser, live_server: object, charts_page: Visit
) -> None:
    page = open_desk(browser, f"{live_server}", charts_page, [])
    figures = page.locator("figure.chart:has(canvas)")
    assert figures.count() == 7
    blank = page.evaluate(
        """() => [...document.querySelectorAll('figure.chart canvas')].filter((canvas) =>
        !canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)
        ).length"""
    )
    assert blank == 0
    assert figures.locator("details table tbody tr").count() > 7
    assert page.locator("canvas[role=img][aria-label]").count() == 7
    page.context.close()
