"""A demo lender's lists, made before the policy that asks for them."""

import json
from pathlib import Path
from uuid import UUID

from events.actor import SYSTEM
from tenancy.enter import enter
from underwriting.list_rows import EntryGiven
from underwriting.models import ReferenceList
from underwriting.services.list_entries import entry_add
from underwriting.services.lists import list_create


def lists_present(folder: Path, organization_id: UUID) -> None:
    """Every list of the lender's `lists.json` that is not there yet, with its entries."""
    file = folder / "lists.json"
    if not file.exists():
        return
    with enter(organization_id, read_only=True):
        rows = ReferenceList.objects.filter(organization_id=organization_id)
        there = set(rows.values_list("code", flat=True))
    for given in json.loads(file.read_text("utf-8")):
        entries = given.pop("entries")
        if given["code"] in there:
            continue
        made = list_create(organization_id=organization_id, actor=SYSTEM, **given)
        for entry in entries:
            entry_add(
                organization_id=organization_id,
                actor=SYSTEM,
                list_id=made.id,
                entry=EntryGiven(**entry),
            )
