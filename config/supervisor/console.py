"""What the person at the terminal reads."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

TO_TRY = """\
What to try
  1  Apply as a customer      {base}/apply/{slug}/{product}/
  2  Settle a referral        {base}/admin/ (sign in as an underwriter)
  3  Ask for a decision       curl -H "Authorization: Bearer {key}" {base}/v1/products
  4  Read the API             {base}/v1/docs
  5  Verify every record      .venv/bin/python manage.py verify_events"""


def say(text: str = "") -> None:
    hold(f"{text}\n")


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Name a silent step while it runs, and how long it took."""
    started = time.monotonic()
    hold(f"  {what:<44}")
    try:
        yield
    except BaseException:
        say("stopped")
        raise
    say(f"{time.monotonic() - started:6.1f} s")


@contextmanager
def chapter(title: str) -> Iterator[None]:
    """The same for a step that says things itself."""
    started = time.monotonic()
    say(f"  {title}")
    yield
    say(f"  {title + ': done':<44}{time.monotonic() - started:6.1f} s")


def hold(text: str) -> None:
    """The line goes on later."""
    sys.stdout.write(text)
    sys.stdout.flush()


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Left-aligned columns as wide as they need to be."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [head, rule, *rows]
    )


def closing_table(base_url: str, demo_file: Path) -> str:
    """Addresses, the demo's sign-ins, and what to try."""
    addresses = [
        ("Desk of the underwriters", f"{base_url}/admin/"),
        ("API and its documentation", f"{base_url}/v1/docs"),
        ("Is it ready?", f"{base_url}/readyz"),
    ]
    if not demo_file.exists():
        return table(("Assay is ready", "Address"), addresses)
    organizations = json.loads(demo_file.read_text())["organizations"]
    portals = [
        (f"Portal of {each['name']}", f"{base_url}/apply/{each['slug']}/{each['product']}/")
        for each in organizations
    ]
    sign_ins = [
        (each["name"], user["role"], user["email"], user["password"])
        for each in organizations
        for user in each["users"]
    ]
    keys = [(each["name"], each["api_key_live"], each["api_key_test"]) for each in organizations]
    first = organizations[0]
    return "\n\n".join(
        [
            table(("Assay is ready", "Address"), [*portals, *addresses]),
            table(("Lender", "Role", "E-mail", "Password"), sign_ins),
            table(("Lender", "API key (live)", "API key (test)"), keys),
            TO_TRY.format(
                base=base_url,
                slug=first["slug"],
                product=first["product"],
                key=first["api_key_test"],
            ),
            f"All of it for scripts: {demo_file}",
        ]
    )
