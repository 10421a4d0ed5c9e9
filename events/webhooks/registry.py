"""What rooms above tell this one at start: whom an event concerns, and who is written to.

`concerns("application", partners)` says how to find the partner behind each subject of a kind.
A subject of a kind that nobody has told of is the lender's alone.
"""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

Partners = Callable[[UUID, Collection[UUID]], Mapping[UUID, UUID | None]]
"""(organization, subjects) -> the partner each belongs to. Called inside `enter`."""
Contacts = Callable[[UUID], Collection[str]]
"""organization -> addresses of whoever looks after its endpoints. Called inside `enter`."""

_partners: dict[str, Partners] = {}
_contacts: list[Contacts] = []


def concerns(subject_kind: str, partners: Partners) -> None:
    """Register, at start, how partners are found behind subjects of a kind."""
    _partners[subject_kind] = partners


def partners_behind(
    organization_id: UUID, subjects: Collection[tuple[str, UUID]]
) -> dict[UUID, UUID]:
    """The partner behind each subject that has one; one question for each kind."""
    found: dict[UUID, UUID] = {}
    for kind in {kind for kind, _ in subjects}:
        ask = _partners.get(kind)
        if ask is not None:
            asked = {subject for other, subject in subjects if other == kind}
            answered = ask(organization_id, asked)
            found |= {subject: partner for subject, partner in answered.items() if partner}
    return found


def answers_for(contacts: Contacts) -> None:
    """Register, at start, who is written to about a lender's endpoints."""
    _contacts.append(contacts)


def contacts_of(organization_id: UUID) -> list[str]:
    """Everybody who is written to where an endpoint names nobody."""
    return sorted({address for ask in _contacts for address in ask(organization_id)})
