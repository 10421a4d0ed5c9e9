"""Many past applications as columns and as bytes: what a backtest reads instead of JSON.

A part holds applications that were read under one dictionary. `fitted` gives them to a plan of
another: the fields that both have in common stay, those that only the other has are missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from ml.columns import Batch, Column, Frame, GroupRows
from ml.dictionary import Dictionary
from ml.frame_bytes import frames_from_bytes, frames_to_bytes, kind_of, missing_column
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.inputs import ROLES, Unknown

Ints = npt.NDArray[np.int64]

OWNER, ROLE, LIABLE, PARTY = "~owner", "~role", "~liable", "~party"
ROW, FIELD = "~row", "~field"
HIGH, LOW = "~ref_high", "~ref_low"
GROUP = "group:"
HALF = 2**64


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """n applications with their references: UUIDs as pairs of whole numbers, shape (n, 2)."""

    refs: Ints
    applications: Applications

    @property
    def rows(self) -> int:
        return len(self.refs)

    @property
    def uuids(self) -> list[UUID]:
        return [UUID(int=(a % HALF) * HALF + b % HALF) for a, b in self.refs.tolist()]

    def take(self, rows: Ints) -> "Part":
        """These rows, in this order."""
        return Part(self.refs[rows], self.applications.take(rows))

    def to_bytes(self) -> bytes:
        """As columns: applications, parties, each repeated group, and what could not be read."""
        given = self.applications
        batch = given.batch
        names = {HIGH: _number(self.refs[:, 0]), LOW: _number(self.refs[:, 1])}
        frames = {
            "applications": batch.applications.joined(names),
            "parties": batch.parties.joined(_party_columns(given)),
            "unknown": _unknown_frame(given.unknown),
        }
        for name, group in batch.groups.items():
            frames[GROUP + name] = group.frame.joined({PARTY: _number(group.row_party)})
        return frames_to_bytes(frames)


def refs_of(uuids: Sequence[UUID]) -> Ints:
    """References as whole numbers, shape (n, 2)."""
    both = np.frombuffer(b"".join(each.bytes for each in uuids), dtype=">i8")
    return both.reshape(-1, 2).astype(np.int64)


def part_read(body: bytes) -> Part:
    """The part of these bytes; FramesRefused where they are none."""
    frames = frames_from_bytes(body)
    requests, kept = _without(frames["applications"], (HIGH, LOW))
    parties, told = _without(frames["parties"], (OWNER, ROLE, LIABLE))
    groups = {}
    for name, frame in frames.items():
        if name.startswith(GROUP):
            rows, own = _without(frame, (PARTY,))
            groups[name.removeprefix(GROUP)] = GroupRows(rows, own[PARTY].values)
    owners = told[OWNER].values
    batch = Batch(requests, parties, owners, _positions(owners, requests.rows), groups)
    roles = [ROLES[code] for code in told[ROLE].values.tolist()]
    unknown = _unknown(frames["unknown"])
    return Part(
        np.column_stack([kept[HIGH].values, kept[LOW].values]),
        Applications(batch, roles, told[LIABLE].values, unknown),
    )


def joined(parts: Sequence[Part]) -> Part:
    """Parts of one dictionary, one after another; there is at least one."""
    given = [part.applications for part in parts]
    offsets = np.cumsum([0, *(each.rows for each in given)]).tolist()
    party_offsets = np.cumsum([0, *(len(each.roles) for each in given)]).tolist()
    owners = np.concatenate(
        [each.batch.party_application + at for each, at in zip(given, offsets, strict=False)]
    )
    names = dict.fromkeys(name for each in given for name in each.batch.groups)
    groups = {name: _groups_joined(given, name, party_offsets) for name in names}
    batch = Batch(
        frames_joined([each.batch.applications for each in given]),
        frames_joined([each.batch.parties for each in given]),
        owners,
        np.concatenate([each.batch.party_position for each in given]),
        groups,
    )
    unknown = {
        row + at: facts
        for each, at in zip(given, offsets, strict=False)
        for row, facts in each.unknown.items()
    }
    roles = [role for each in given for role in each.roles]
    liable = np.concatenate([each.liable for each in given])
    refs = np.concatenate([part.refs for part in parts])
    return Part(refs, Applications(batch, roles, liable, unknown))


def fitted(given: Applications, read_by: Dictionary, wanted: Dictionary) -> Applications:
    """Applications that one dictionary read, as a plan of another may take them.

    Fields that are of another type, scale or unit there are missing, as are new ones. What could
    not be read stays unread where the field is still asked for.
    """
    if read_by.content_hash == wanted.content_hash:
        return given
    batch = given.batch
    groups = {}
    for group in wanted.groups:
        old = batch.groups.get(group.name)
        rows = old.frame if old else Frame({}, 0)
        owners = old.row_party if old else np.zeros(0, np.int64)
        groups[group.name] = GroupRows(_fitted(rows, group.name, read_by, wanted), owners)
    context = {n: c for n, c in batch.applications.columns.items() if "." in n}
    requests = _fitted(batch.applications, "request", read_by, wanted).joined(context)
    parties = _fitted(batch.parties, "party", read_by, wanted)
    owners, positions = batch.party_application, batch.party_position
    named = {*wanted.entries, *(group.name for group in wanted.groups)}
    unknown = {
        row: kept
        for row, facts in given.unknown.items()
        if (kept := tuple(f for f in facts if f.field in named or "." in f.field))
    }
    fits = Batch(requests, parties, owners, positions, groups)
    return Applications(fits, given.roles, given.liable, unknown)


def _fitted(frame: Frame, scope: str, read_by: Dictionary, wanted: Dictionary) -> Frame:
    before = {field.name: field for field in read_by.decision_fields(scope)}
    columns = {}
    for field in wanted.decision_fields(scope):
        old, column = before.get(field.name), frame.columns.get(field.name)
        same = old is not None and (old.type, old.digits, old.unit) == (
            field.type,
            field.digits,
            field.unit,
        )
        if same and column is not None:
            columns[field.name] = column
        else:
            columns[field.name] = missing_column(_kind(field.kind), frame.rows)
    return Frame(columns, frame.rows)


def _kind(kind: str) -> str:
    return "number" if kind == "date" else kind


def _number(values: Any) -> Column:
    found = np.asarray(values, np.int64)
    return Column(found, np.zeros(len(found), bool))


def _party_columns(given: Applications) -> dict[str, Column]:
    codes = {role: code for code, role in enumerate(ROLES)}
    none = np.zeros(len(given.roles), bool)
    return {
        OWNER: _number(given.batch.party_application),
        ROLE: _number([codes[role] for role in given.roles]),
        LIABLE: Column(given.liable, none),
    }


def _unknown_frame(unknown: Mapping[int, Sequence[Unknown]]) -> Frame:
    facts = [(row, fact) for row, each in sorted(unknown.items()) for fact in each]
    return Frame(
        {
            ROW: Column.of([row for row, _ in facts], kind="number"),
            PARTY: Column.of([fact.party for _, fact in facts], kind="number"),
            FIELD: Column.of([fact.field for _, fact in facts], kind="category"),
        },
        len(facts),
    )


def _unknown(frame: Frame) -> dict[int, tuple[Unknown, ...]]:
    found: dict[int, tuple[Unknown, ...]] = {}
    columns = (frame.columns[name].items() for name in (ROW, PARTY, FIELD))
    for row, party, field in zip(*columns, strict=True):
        if isinstance(row, int) and (party is None or isinstance(party, int)):
            found[row] = (*found.get(row, ()), Unknown(str(field), party))
    return found


def _without(frame: Frame, names: Sequence[str]) -> tuple[Frame, dict[str, Column]]:
    """The frame without these columns, and these."""
    rest = {name: column for name, column in frame.columns.items() if name not in names}
    return Frame(rest, frame.rows), {name: frame.columns[name] for name in names}


def _positions(owners: Ints, rows: int) -> Ints:
    return np.arange(len(owners)) - np.searchsorted(owners, np.arange(rows))[owners]


def _groups_joined(given: Sequence[Applications], name: str, offsets: Sequence[int]) -> GroupRows:
    with_it = [(each.batch.groups[name], at) for each, at in zip(given, offsets, strict=False)
               if name in each.batch.groups]  # fmt: skip
    return GroupRows(
        frames_joined([group.frame for group, _ in with_it]),
        np.concatenate([group.row_party + at for group, at in with_it]),
    )


def frames_joined(frames: Sequence[Frame]) -> Frame:
    """Frames one after another; a column that one of them lacks is missing there."""
    kinds = {name: kind_of(column) for frame in frames for name, column in frame.columns.items()}
    columns = {
        name: columns_joined(
            [frame.columns.get(name) or missing_column(kind, frame.rows) for frame in frames]
        )
        for name, kind in kinds.items()
    }
    return Frame(columns, sum(frame.rows for frame in frames))


def columns_joined(columns: Sequence[Column]) -> Column:
    """Columns of one kind, one after another; categories by their names."""
    null = np.concatenate([column.null for column in columns])
    if columns[0].categories is None:
        return Column(np.concatenate([column.values for column in columns]), null)
    names = tuple(dict.fromkeys(name for column in columns for name in column.categories or ()))
    codes = {name: code for code, name in enumerate(names)}
    parts = [
        np.array([*(codes[name] for name in column.categories or ()), -1], np.int32)[column.values]
        for column in columns
    ]
    return Column(np.concatenate(parts), null, names)
