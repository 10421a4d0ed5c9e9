"""Making the demo lenders: every step finds out what is there, so a broken-off run goes on."""

import json
from pathlib import Path
from typing import Any

from accounts.services.organizations import organization_open
from config.demo.applications import applications_everywhere
from config.demo.connecting import connectors_present
from config.demo.drift import drift_present
from config.demo.lenders import LENDERS, DemoLender
from config.demo.people import (
    key_made,
    keys_known,
    operator_present,
    partner_present,
    people_present,
)
from config.demo.publishing import Say, champion_present, policy_present, product_present
from config.home import Home, write_private
from events.actor import SYSTEM
from tenancy.errors import NotFound
from tenancy.selectors import OrganizationRef, organization_by_slug

FIRST_APPLICATIONS = 30
"""For each lender; enough to look at, few enough not to wait for."""


def demo_present(home: Home, base_url: str, say: Say, applications: int) -> None:
    """Both lenders ready to decide, and `demo.json` (0600) that tells how to sign in.

    What is known by then is written down after each lender, so that a second run of a
    broken-off first one keeps passwords and keys; `demo.json` itself says that all is done.
    """
    home.create()
    document = _known(home)
    passwords = _passwords(document)
    written: dict[str, Any] = {
        "base_url": base_url,
        "operator": operator_present(passwords),
        "organizations": [],
    }
    for lender in LENDERS:
        before = _of(document, lender)
        written["organizations"].append(_lender(lender, passwords, before, say))
        write_private(_unfinished(home), json.dumps(written, indent=2))
    for line in applications_everywhere(dict.fromkeys(LENDERS, applications), seed=1):
        say(f"  {line}")
    write_private(home.demo_file, json.dumps(written, indent=2))
    _unfinished(home).unlink()


def _lender(
    lender: DemoLender,
    passwords: dict[str, str],
    before: dict[str, Any] | None,
    say: Say,
) -> dict[str, Any]:
    live, twin = _organization(lender)
    people = people_present(lender, live.id, twin.id, passwords)
    product = product_present(lender, live.id)
    champion_present(lender, product, people, say)
    policy_present(lender, product, twin.id, people)
    connectors_present(lender, twin.id)
    drift_present(lender, product)
    keys = keys_known(before) or _keys(lender, live, twin)
    return {
        "slug": lender.slug,
        "name": lender.name,
        "product": lender.product_slug,
        **keys,
        "users": [person.document() for person in people.values()],
    }


def _organization(lender: DemoLender) -> tuple[OrganizationRef, OrganizationRef]:
    try:
        organization_by_slug(lender.slug)
    except NotFound:
        organization_open(
            actor=SYSTEM,
            slug=lender.slug,
            name=lender.name,
            country=lender.country,
            default_language=lender.languages[0],
            languages=lender.languages,
            regulation_pack=lender.regulation_pack,
        )
    return organization_by_slug(lender.slug), organization_by_slug(f"{lender.slug}-test")


def _keys(lender: DemoLender, live: OrganizationRef, twin: OrganizationRef) -> dict[str, Any]:
    partner = partner_present(lender, live.id)
    return {
        "api_key_live": key_made(live.id, "demo"),
        "api_key_test": key_made(twin.id, "demo"),
        "partners": [
            {"slug": partner.slug, "api_key_live": key_made(live.id, "demo partner", partner)}
        ],
    }


def _unfinished(home: Home) -> Path:
    return home.demo_file.with_suffix(".unfinished.json")


def _known(home: Home) -> dict[str, Any]:
    """What an earlier run wrote down, finished or not."""
    for file in (home.demo_file, _unfinished(home)):
        if file.exists():
            found: dict[str, Any] = json.loads(file.read_text())
            return found
    return {}


def _passwords(document: dict[str, Any]) -> dict[str, str]:
    users = [user for each in document.get("organizations", []) for user in each["users"]]
    if "operator" in document:
        users.append(document["operator"])
    return {user["email"]: user["password"] for user in users}


def _of(document: dict[str, Any], lender: DemoLender) -> dict[str, Any] | None:
    found = (each for each in document.get("organizations", []) if each["slug"] == lender.slug)
    return next(found, None)
