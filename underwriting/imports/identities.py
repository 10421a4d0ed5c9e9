"""Who applies, of n rows: checked by column, and spelled for sealing, searching and marking."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

import numpy as np

from underwriting.enums import IndexKind, MarkKind
from underwriting.identity import (
    ADDRESS_OPTIONAL,
    ADDRESS_REQUIRED,
    OPTIONAL,
    REQUIRED,
    TEXTS,
    birth_fault,
    line_fault,
    normalized,
    text_fault,
)
from underwriting.imports.cells import Cells, Coded, Ints, Mask, objects, spread
from underwriting.marks import address_line, spelled

ADDRESS = "address"
BIRTH = "birth_date"
PLAIN = tuple(name for name in (*REQUIRED, *OPTIONAL) if name != ADDRESS)
LINES = (*ADDRESS_REQUIRED, *ADDRESS_OPTIONAL)

Texts = list[str | None]
_Spelling = Callable[[str | None], str | None]


class Identities(NamedTuple):
    """Identities of n rows, by member; an address is told by its own members."""

    plain: Mapping[str, Coded]
    address: Mapping[str, Coded]
    rows: int

    def take(self, rows: Ints) -> "Identities":
        return Identities(
            {name: column.take(rows) for name, column in self.plain.items()},
            {name: column.take(rows) for name, column in self.address.items()},
            len(rows),
        )

    @property
    def births(self) -> Coded:
        return self.plain[BIRTH]

    def texts(self) -> list[str]:
        """Canonical text of each identity: what is sealed."""
        return self._spelled(ensure_ascii=False)

    def bodies(self) -> list[str]:
        """What was sent, as `content_bytes` spells it."""
        return self._spelled(ensure_ascii=True)

    def _spelled(self, *, ensure_ascii: bool) -> list[str]:
        plain = {
            name: _members(name, column, ensure_ascii=ensure_ascii)
            for name, column in self.plain.items()
        }
        lines = [
            _members(name, self.address[name], ensure_ascii=ensure_ascii)
            for name in sorted(self.address)
        ]
        address = [
            None if text == "{}" else f'"{ADDRESS}":{text}' for text in objects(lines, self.rows)
        ]
        members = {**plain, ADDRESS: address}
        return objects([members[name] for name in sorted(members)], self.rows)

    def terms(self) -> dict[IndexKind, Texts]:
        """What each can be found by, normalized; as `identity.index_terms` of each."""
        emails = self.plain["email"].each(lambda text: normalized(IndexKind.EMAIL, text or ""))
        births = self.births.rows()
        names = self._names()
        named = [f"{name}|{born}" for name, born in zip(names, births, strict=True)]
        found: dict[IndexKind, Texts] = {
            IndexKind.EMAIL: emails,
            IndexKind.NAME_BIRTH: list(named),
            IndexKind.PERSON: [f"{mail}|{name}" for mail, name in zip(emails, named, strict=True)],
        }
        for kind in (IndexKind.PHONE, IndexKind.NATIONAL_ID):
            column = self.plain.get(kind.value)
            if column is not None:
                found[kind] = column.each(_normalizing(kind))
        return found

    def marks(self) -> dict[MarkKind, Texts]:
        """What each comes with, spelled; as `marks.party_marks` of each, employers aside."""
        found = {
            MarkKind(name): self.plain[name].each(_spelling(MarkKind(name)))
            for name in ("national_id", "phone", "email")
            if name in self.plain
        }
        found[MarkKind.EMAIL_DOMAIN] = self.plain["email"].each(_spelling(MarkKind.EMAIL_DOMAIN))
        found[MarkKind.ADDRESS] = self._addresses()
        return found

    def _names(self) -> list[str]:
        given, family = self.plain["given_names"].rows(), self.plain["family_name"].rows()
        whole = [f"{one} {other}" for one, other in zip(given, family, strict=True)]
        known = {name: normalized(IndexKind.NAME_BIRTH, name) for name in set(whole)}
        return [known[name] for name in whole]

    def _addresses(self) -> Texts:
        lines = [self.address[name].rows() for name in self.address]
        if not lines:
            return [None] * self.rows
        names = list(self.address)
        cells = list(zip(*lines, strict=True))
        known = {
            each: spelled(MarkKind.ADDRESS, address_line(dict(zip(names, each, strict=True))))
            for each in set(cells)
        }
        return [known[each] or None for each in cells]


def identities_of(cells: Cells, prefix: str, today: date) -> tuple[Identities, Mask]:
    """The identities below a path, and the rows that an API would refuse for them."""
    given = cells.under(prefix)
    plain = {name: cells.get(f"{prefix}.{name}") for name in PLAIN if name in given}
    plain |= {name: cells.get(f"{prefix}.{name}") for name in REQUIRED}
    address = {name: given[f"{ADDRESS}.{name}"] for name in LINES if f"{ADDRESS}.{name}" in given}
    refused = _lacking(cells, prefix, address)
    for name, column in plain.items():
        refused |= ~column.holds(lambda text, name=name: _holds(name, text, today))  # type: ignore[misc]
    for name, column in address.items():
        refused |= ~column.holds(lambda text, name=name: line_fault(name, text) is None)  # type: ignore[misc]
    known = {*PLAIN, *(f"{ADDRESS}.{name}" for name in LINES)}
    for name in given.keys() - known:
        refused |= given[name].given
    return Identities(plain, address, cells.rows), refused


def _lacking(cells: Cells, prefix: str, address: Mapping[str, Coded]) -> Mask:
    """Rows in which something that is required was not given."""
    lacking = np.zeros(cells.rows, bool)
    for name in REQUIRED:
        lacking |= ~cells.get(f"{prefix}.{name}").given
    lived: Mask = np.zeros(cells.rows, bool)
    for column in address.values():
        lived |= column.given
    for name in ADDRESS_REQUIRED:
        lacking |= lived & ~(address[name].given if name in address else np.zeros(cells.rows, bool))
    return lacking


def _holds(name: str, text: str, today: date) -> bool:
    fault = birth_fault(text, today) if name not in TEXTS else text_fault(name, text)
    return fault is None


def _members(name: str, column: Coded, *, ensure_ascii: bool) -> Texts:
    key = f"{json.dumps(name)}:"
    return spread(
        [
            None if t is None else key + json.dumps(t, ensure_ascii=ensure_ascii)
            for t in column.texts
        ],
        column.codes,
    )


def _normalizing(kind: IndexKind) -> _Spelling:
    return lambda text: None if text is None else normalized(kind, text)


def _spelling(kind: MarkKind) -> _Spelling:
    return lambda text: (spelled(kind, text) or None) if text else None
