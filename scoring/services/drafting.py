"""What a worker makes of a file: profile, dictionary, mapping and first terms."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from ml.dictionary import Dictionary
from ml.profiling import Profile, TextTable, dialect_of
from ml.profiling.profile import Progress, profile
from ml.profiling.proposal import draft
from scoring.imports.proposal import mapping_proposed, terms_proposed
from scoring.selectors.intake import draft_of_upload
from tenancy.enter import enter
from tenancy.selectors import organization_current

BYTES_PER_CELL = 6


@dataclass(frozen=True, slots=True)
class Drafted:
    """The columns of a draft's row, and what its upload should know."""

    columns: dict[str, Any]
    rows: int
    target: str
    profile: Profile


def drafted(organization_id: UUID, upload_id: UUID, file: Path, progress: Progress) -> Drafted:
    """Profile the file and propose from it; Unreadable where that cannot be."""
    with enter(organization_id, read_only=True):
        asked = draft_of_upload(organization_id, upload_id)
        languages = list(organization_current().languages)
    return proposed(
        file,
        languages=languages,
        currency=asked.currency,
        target=asked.target,
        bad=asked.profile.get("asked", {}).get("bad", ()),
        progress=progress,
    )


def proposed(
    file: Path,
    *,
    languages: list[str],
    currency: str,
    target: str,
    bad: list[str],
    progress: Progress,
) -> Drafted:
    """The same without a database; every document is checked as it will be when published."""
    with file.open("rb") as stream:
        dialect = dialect_of(stream, whole=True)
    table = TextTable(lambda: file.open("rb"), dialect)
    expected = file.stat().st_size // (BYTES_PER_CELL * max(1, len(table.columns)))
    found = profile(table, target=target, bad=bad, size=expected, progress=progress)
    proposal = draft(found, languages=languages, currency=currency)
    Dictionary.parse(proposal.document)
    terms = terms_proposed(found.columns, proposal.fields, proposal.document, currency)
    return Drafted(
        columns={
            "document": written(proposal.document),
            "mapping": written(mapping_proposed(found, proposal)),
            "profile": found.document(),
            "terms": terms,
            "target": found.outcomes.column,
        },
        rows=found.rows,
        target=found.outcomes.column,
        profile=found,
    )


def written(document: Any) -> str:
    """A document as a draft keeps it."""
    return json.dumps(document, ensure_ascii=False)
