"""A draft that is being edited: what is saved, what was typed over it, and what both come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import Http404, QueryDict
from django.utils.functional import cached_property

from tenancy.errors import NotFound
from underwriting.desk.policy_posts import (
    keys_of,
    posted_keys,
    posted_table,
    shown_lines,
    with_step,
)
from underwriting.desk.policy_remarks import PAGE, Remark, remarks_of
from underwriting.desk.policy_sheet import Sheet
from underwriting.enums import PolicyStatus
from underwriting.models import PolicyVersion
from underwriting.policy.document import Policy
from underwriting.policy.inputs import Input
from underwriting.policy.sheets import editing
from underwriting.policy.sheets.editing import Tables
from underwriting.policy.sheets.table import HEADED, RULES, WHEN, Table, blank, kind_of
from underwriting.policy.sheets.whole import Whole, policy_of
from underwriting.policy.sheets.writing import empty_table, tables_of
from underwriting.selectors.policies import policy_by_id
from underwriting.selectors.policy_grounds import Ground, ground_of
from underwriting.selectors.terms import parsed

OPEN = (PolicyStatus.DRAFT, PolicyStatus.CHECKED)
NEW_NAMES = {RULES: "rules", "prices": "prices"}


@dataclass(frozen=True)
class Draft:
    """A version that may still be changed, and what it is checked against."""

    version: PolicyVersion
    ground: Ground

    @cached_property
    def policy(self) -> Policy:
        return Policy.parse(self.version.document)

    @cached_property
    def inputs(self) -> Mapping[str, Input]:
        return self.ground.inputs(self.policy)

    @cached_property
    def tables(self) -> Tables:
        """Every part as it is saved."""
        return tables_of(parsed(self.version.document), self.inputs)

    def with_part(self, part: str) -> Tables:
        """The tables with this part among them; one past the last rule set is a new one."""
        if part in self.tables:
            return self.tables
        kind = kind_of(part)
        if kind not in HEADED:
            raise Http404
        added = editing.part_added(self.tables, kind, NEW_NAMES[kind])
        if part not in added:
            raise Http404
        return added


@dataclass(frozen=True)
class Edited:
    """The tables as they are in the form, and which lines of the part the page shows."""

    draft: Draft
    part: str
    tables: Tables
    first: int
    count: int
    keys: Sequence[int]

    @cached_property
    def whole(self) -> Whole:
        return policy_of(self.tables, self.draft.inputs)

    @property
    def policy(self) -> Policy:
        """What the choices of the page are taken from: this policy, or the one that is saved."""
        return self.whole.policy or self.draft.policy

    @cached_property
    def remarks(self) -> list[Remark]:
        findings = self.draft.ground.findings(self.whole.policy) if self.whole.policy else []
        return remarks_of(self.whole, findings, self.tables, self.draft.ground.dictionary)

    @property
    def sheet(self) -> Sheet:
        return Sheet(
            table=self.tables[self.part],
            policy=self.policy,
            ground=self.draft.ground,
            remarks=self.remarks,
            first=self.first,
            count=self.count,
            shown=len(self.keys),
            keys=self.keys,
        )


def draft_of(organization_id: UUID, policy_version_id: UUID) -> Draft:
    """Inside `enter`. Whether it may still be changed is the caller's to ask."""
    try:
        version = policy_by_id(organization_id, policy_version_id)
        return Draft(version, ground_of(organization_id, version.product_id))
    except NotFound as error:
        raise Http404 from error


def opened(draft: Draft, part: str, first: int = 0) -> Edited:
    """A part as it is saved, from this line on."""
    tables = draft.with_part(part)
    lines = len(tables[part].lines)
    first = max(0, min(first, lines - 1))
    keys = range(first, min(lines, first + PAGE))
    saved = len(keys) if part in draft.tables else 0
    return Edited(draft, part, tables, first, saved, keys)


def typed(draft: Draft, part: str, post: QueryDict, do: str) -> Edited:
    """A part as it was typed, after the step whose button was pressed."""
    before = draft.with_part(part)
    saved = before[part] if part in draft.tables else replace(before[part], lines=())
    table = posted_table(post, saved)
    keys = posted_keys(post, table)
    first, count = shown_lines(post)
    shown = len(post.getlist("line")) + _more(table, do)
    if do == "column":
        table = editing.column_added(table, WHEN + str(post.get("new_column", "")))
    tables = with_step({**before, part: table}, part, do)
    moved = with_step({part: keys}, part, do)[part]
    tables[part] = editing.named_rows(tables[part])
    return Edited(draft, part, tables, first, count, keys_of(moved, first, first + shown))


def kept(edited: Edited, saved: Draft) -> Edited:
    """The page after it was saved: texts as the document says them, blank lines where they were."""
    part, table = edited.part, edited.tables[edited.part]
    fresh = saved.tables.get(part, empty_table(part))
    written = iter(fresh.lines)
    lines = [{} if blank(line) else next(written) for line in table.lines]
    columns = dict.fromkeys((*table.columns, *fresh.columns))
    shown = lines[edited.first : edited.first + len(edited.keys)]
    merged = replace(fresh, columns=tuple(columns), lines=tuple(lines))
    return replace(
        edited,
        draft=saved,
        tables={**saved.tables, part: merged},
        count=sum(not blank(line) for line in shown),
    )


def _more(table: Table, do: str) -> int:
    name, _dot, place = do.partition(".")
    if name == "duplicate" and place.isdigit() and int(place) < len(table.lines):
        return 1
    if name == "delete" and place.isdigit() and int(place) < len(table.lines):
        return -1
    return 1 if name == "add" and place.isdigit() else 0
