"""What a draft's page shows, put together inside the lender; a refusal stands at its input."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ml.profiling import Finding
from scoring.desk.checklist import Step, checklist
from scoring.desk.draft_grid import (
    SEVERITIES,
    GridRow,
    Remark,
    grid_row,
    grid_rows,
    posted_row,
    posted_rows,
)
from scoring.enums import DraftStatus, UploadStatus
from scoring.imports.draft_rows import Documents, DraftRow, draft_row, draft_rows
from scoring.models import DictionaryDraft
from scoring.selectors.intake import Standing, standing_of
from scoring.services.drafts import columns_of, documents_of
from scoring.services.uploads import BUSY
from tenancy.errors import DomainError, Invalid

Typed = Mapping[int, Mapping[str, str]]
Refused = Mapping[int, Mapping[str, str]]


@dataclass(frozen=True)
class DraftPage:
    """A draft with its steps and its rows; `typed` is what a refused save had in its inputs."""

    draft: DictionaryDraft
    standing: Standing
    steps: Sequence[Step]
    refusal: DomainError | None = None
    typed: Typed = field(default_factory=dict)
    refused: Refused = field(default_factory=dict)

    @cached_property
    def documents(self) -> Documents | None:
        return documents_of(self.draft) if self.draft.document else None

    @cached_property
    def draft_rows(self) -> list[DraftRow]:
        if self.documents is None:
            return []
        return draft_rows(self.documents, columns_of(self.draft))

    @cached_property
    def grid(self) -> list[GridRow]:
        languages = self.documents.languages if self.documents else []
        return grid_rows((self._as_typed(row) for row in self.draft_rows), languages)

    def _as_typed(self, row: DraftRow) -> DraftRow:
        place = row.column.place
        if place not in self.typed:
            return row
        return typed_row(row, self.typed[place], self.refused.get(place, {}))

    @property
    def editable(self) -> bool:
        return self.draft.status == DraftStatus.OPEN and bool(self.draft.document)

    @property
    def busy(self) -> bool:
        return self.draft.upload is not None and self.draft.upload.status in BUSY

    @property
    def failed(self) -> bool:
        upload = self.draft.upload
        return upload is not None and upload.status == UploadStatus.FAILED

    @property
    def failure(self) -> str:
        """Why it failed, in a sentence."""
        error = self.draft.upload.error if self.draft.upload else ""
        if error == "stopped":
            return _("Somebody stopped it.")
        return f"{error[:1].upper()}{error[1:]}."

    @property
    def result(self) -> Mapping[str, Any] | None:
        return self.draft.upload.result if self.draft.upload else None

    @property
    def outcome(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.draft.profile.get("outcome") or {}
        return found

    @property
    def findings(self) -> list[Remark]:
        """What was found of the file as a whole."""
        language = get_language() or "en"
        found = [Finding.of(each) for each in self.draft.profile.get("findings", ())]
        return [Remark(f.severity, SEVERITIES[f.severity], "", f.sentence(language)) for f in found]

    @cached_property
    def look_at(self) -> list[GridRow]:
        """Rows with something serious."""
        return [row for row in self.grid if row.worst == "bad" and not row.row.fixed]

    @property
    def amount_fields(self) -> list[str]:
        return self._fields("money", "decimal", "integer")

    @property
    def term_fields(self) -> list[str]:
        return self._fields("integer")

    def _fields(self, *types: str) -> list[str]:
        if self.documents is None:
            return []
        return [
            entry["name"] for entry in self.documents.dictionary["fields"]
            if entry["type"] in types and not entry.get("prohibited_basis")
            and entry.get("known") != "decision"
        ]  # fmt: skip

    @property
    def terms(self) -> dict[str, Any]:
        given = self.draft.terms or {}
        amount, term = given.get("amount") or {}, given.get("term") or {}
        values = " ".join(str(value) for value in term.get("values", ()))
        return {**amount, "term": term.get("field", ""), "values": values}

    @property
    def refusals(self) -> list[str]:
        """What is wrong in words, for the top of the page."""
        if isinstance(self.refusal, Invalid):
            return [
                f"{_where(error.pointer, self)}{error.message}" for error in self.refusal.errors
            ]
        return [str(self.refusal)] if self.refusal else []

    def posted(self, post: QueryDict, only: int | None = None) -> dict[int, dict[str, str]]:
        """The rows of a form: all that were touched, or one."""
        if only is None:
            return posted_rows(post, self.draft_rows)
        rows = [row for row in self.draft_rows if row.column.place == only and not row.fixed]
        given = posted_row(post, rows[0]) if rows else None
        return {} if given is None else {only: given}


def _where(pointer: str, page: DraftPage) -> str:
    place = pointer.strip("/").partition("/")[0]
    if not place.isdigit():
        return ""
    column = next((r.column for r in page.draft_rows if r.column.place == int(place)), None)
    return f"{column.source}: " if column else ""


def page_of(
    request: HttpRequest,
    draft: DictionaryDraft,
    *,
    refusal: DomainError | None = None,
    typed: Typed | None = None,
    refused: Refused | None = None,
) -> DraftPage:
    """Inside `enter`."""
    standing = standing_of(draft)
    steps = checklist(request, draft, standing)
    return DraftPage(draft, standing, steps, refusal, typed or {}, refused or {})


def typed_row(row: DraftRow, typed: Mapping[str, str], refused: Mapping[str, str]) -> DraftRow:
    """The row as somebody typed it, with what is wrong at each input."""
    given = {name: typed.get(name, text) for name, text in row.given.items()}
    return replace(row, given=given, refused=dict(refused), stored=row.seen)


def refused_rows(rows: Typed, error: DomainError) -> dict[int, dict[str, str]]:
    """Input to what is wrong with it, by row; a conflict concerns every row that was sent."""
    found: dict[int, dict[str, str]] = {}
    if not isinstance(error, Invalid):
        return {place: {"": str(error)} for place in rows}
    for wrong in error.errors:
        place, _slash, name = wrong.pointer.strip("/").partition("/")
        if place.isdigit():
            found.setdefault(int(place), {}).setdefault(name, wrong.message)
    return found


def row_page(
    request: HttpRequest,
    draft: DictionaryDraft,
    place: int,
    rows: Typed,
    refusal: DomainError | None,
) -> dict[str, Any]:
    """One row after it was saved, or refused."""
    documents = documents_of(draft)
    column = next(c for c in columns_of(draft) if c.place == place)
    row = draft_row(documents, column)
    if refusal is not None:
        refused = refused_rows(rows, refusal).get(place, {"": str(refusal)})
        row = typed_row(row, rows.get(place, {}), refused)
    shown = grid_row(row, documents.languages, saved=refusal is None)
    return {"row": shown, "draft": draft, "editable": True, "fragment": True}
