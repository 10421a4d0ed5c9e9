"""A real browser; where there is none, these tests are skipped and say so."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Error, Page, sync_playwright

from accounts.enums import Role
from accounts.models import User
from scoring.models import Product, TrainingRun
from tenancy.models import Organization
from tests.browser.batch_visits import (
    batch_done_page,
    batch_form,
    batch_running_page,
    batches_page,
    send,
)
from tests.browser.booking_visits import (
    booking_case_page,
    booking_cases_page,
    booking_second_page,
    mismatched,
)
from tests.browser.dataset_visits import (
    dataset,
    dataset_page,
    exploration_page,
    explored_field_page,
    leaking,
    proxies_page,
)
from tests.browser.draft_visits import draft_form, draft_page, drafted
from tests.browser.key_visits import (
    key_change_form,
    key_form,
    key_rotation_form,
    keys_page,
    requests_page,
    rotating,
)
from tests.browser.list_visits import (
    blocked,
    entry_page,
    file_page,
    list_page,
    lists_page,
    making_page,
)
from tests.browser.model_visits import (
    answer_page,
    asked,
    championships_page,
    inventory_form,
    inventory_page,
    model_page,
    today_page,
)
from tests.browser.monitoring_visits import (
    monitoring_actions,
    monitoring_evolution,
    monitoring_field,
    monitoring_page,
    watched,
    whatif_page,
)
from tests.browser.policy_visits import (
    draft,
    policy_cases_page,
    policy_grid_page,
    policy_settings_page,
)
from tests.browser.visits import Visit
from tests.browser.webhook_visits import (
    listened,
    webhook_deliveries_page,
    webhook_delivery_page,
    webhook_form,
    webhook_page,
    webhook_replay_form,
    webhooks_page,
)
from tests.cast_accounts import Hire
from tests.cast_scoring import expert_version
from tests.desk.test_trainings import played, queued
from tests.scoring.evidence_examples import with_evidence

__all__ = [
    "answer_page",
    "asked",
    "batch_done_page",
    "batch_form",
    "batch_running_page",
    "batches_page",
    "blocked",
    "booking_case_page",
    "booking_cases_page",
    "booking_second_page",
    "championships_page",
    "dataset",
    "dataset_page",
    "draft",
    "draft_form",
    "draft_page",
    "drafted",
    "entry_page",
    "exploration_page",
    "explored_field_page",
    "file_page",
    "inventory_form",
    "inventory_page",
    "key_change_form",
    "key_form",
    "key_rotation_form",
    "keys_page",
    "leaking",
    "list_page",
    "listened",
    "lists_page",
    "making_page",
    "mismatched",
    "model_page",
    "monitoring_actions",
    "monitoring_evolution",
    "monitoring_field",
    "monitoring_page",
    "played",
    "policy_cases_page",
    "policy_grid_page",
    "policy_settings_page",
    "proxies_page",
    "requests_page",
    "rotating",
    "send",
    "today_page",
    "watched",
    "webhook_deliveries_page",
    "webhook_delivery_page",
    "webhook_form",
    "webhook_page",
    "webhook_replay_form",
    "webhooks_page",
    "whatif_page",
]

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


@pytest.fixture
def training_page(played: TrainingRun, rita: User) -> Visit:
    """A training that is over."""
    return Visit(f"/admin/scoring/trainingrun/{played.id}/change/", rita)


@pytest.fixture
def training_running(personal_loan: Product, hanse: Organization, rita: User) -> Visit:
    """One that waits for a worker: the page asks how far it is."""
    run = queued(hanse)
    return Visit(f"/admin/scoring/trainingrun/{run.id}/change/", rita)


@pytest.fixture
def training_form(personal_loan: Product, rita: User) -> Visit:
    return Visit("/admin/scoring/trainingrun/start/", rita)


@pytest.fixture
def evidence_page(personal_loan: object, hanse: Organization, hire: Hire) -> Visit:
    """Everything known about one model, as compliance sees it."""
    version = with_evidence(expert_version(hanse.id))
    cora = hire(hanse, "Cora", Role.COMPLIANCE)
    return Visit(f"/admin/scoring/modelevidence/of/{version.id}/", cora)


@pytest.fixture
def economics_page(personal_loan: object, hanse: Organization, hire: Hire) -> Visit:
    """The form that states what a loan earns."""
    rita = hire(hanse, "Rita", Role.RISK_ANALYST)
    return Visit("/admin/scoring/producteconomics/publish/personal-loan/", rita)
