"""What the guides show is run, as it stands there, against a running server."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from accounts.services.api_keys import api_key_create
from config.home import PROJECT
from events.actor import SYSTEM
from tenancy.ids import public_id
from tenancy.models import Organization
from tests.cast_accounts import key_of

GUIDES = [PROJECT / "README.md", *sorted((PROJECT / "docs" / "api").glob("*.md"))]
FIRST = PROJECT / "docs" / "api" / "README.md"
BLOCK = re.compile(r"^ *```(bash|python)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
TOOLS = ("bash", "curl", "jq")
PREAMBLE = """set -euo pipefail
curl() { command curl --silent --show-error --fail-with-body "$@"; }
"""


def blocks(page: Path, language: str) -> str:
    """All of a page's blocks of one language, one after another."""
    found = BLOCK.findall(page.read_text("utf-8"))
    return "\n".join(dedent(text) for kind, text in found if kind == language)


def credentials(organization: Organization) -> dict[str, str]:
    """A key, and the client of a bank that asks for OAuth 2."""
    client, secret = api_key_create(
        organization_id=organization.id,
        actor=SYSTEM,
        name="bank",
        scopes=["applications:write", "decisions:read"],
        kind="client",
    )
    return {
        "ASSAY_KEY": key_of(organization)[1],
        "ASSAY_CLIENT_ID": public_id("key", client.id),
        "ASSAY_CLIENT_SECRET": secret,
    }


def run(command: list[str], folder: Path, given: dict[str, str]) -> None:
    environment = {
        **os.environ,
        **given,
        "PYTHONPATH": str(PROJECT / "clients" / "python"),
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"


def guide(page: Path) -> Any:
    """The first guide is tried in every run, the others in the long ones."""
    marks = () if page == FIRST else (pytest.mark.exhaustive,)
    return pytest.param(page, id=f"{page.parent.name}/{page.stem}", marks=marks)


@pytest.mark.parametrize("page", [guide(page) for page in GUIDES])
def test_what_a_guide_shows_works(
    page: Path, live_server: Any, twin: Organization, tmp_path: Path
) -> None:
    given = {"ASSAY_URL": live_server.url, **credentials(twin)}
    if script := blocks(page, "bash"):
        if not all(shutil.which(tool) for tool in TOOLS):
            pytest.skip("bash, curl and jq are needed")
        run(["bash", "-c", PREAMBLE + script], tmp_path, given)
    if program := blocks(page, "python"):
        run([sys.executable, "-c", program], tmp_path, given)


def test_the_guides_hold_what_is_run() -> None:
    shown = {
        page.relative_to(PROJECT).as_posix(): (blocks(page, "bash"), blocks(page, "python"))
        for page in GUIDES
    }
    assert all(shown["docs/api/README.md"])
    assert all(shown["docs/api/sandbox.md"])
    assert any(shown["README.md"])
