"""What is known of a member: plain values that the sign-in, the desk and services pass on."""

from dataclasses import dataclass
from uuid import UUID

from accounts.enums import Role
from accounts.permissions import permissions_of


@dataclass(frozen=True, slots=True)
class Member:
    """A person's active membership, as the sign-in and the desk need it."""

    organization_id: UUID
    slug: str
    organization: str
    role: str
    approval_limit: int | None
    mode: str = "live"

    @property
    def permissions(self) -> frozenset[str]:
        return permissions_of(self.role)

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)

    @property
    def is_test(self) -> bool:
        """Whether this lender is a test twin, which pages say on every screen."""
        return self.mode == "test"


@dataclass(frozen=True, slots=True)
class Authority:
    """What somebody may decide at a lender; `approval_limit` in minor units."""

    role: str
    approval_limit: int | None

    @property
    def permissions(self) -> frozenset[str]:
        return permissions_of(self.role)

    def covers(self, amount: int) -> bool:
        """Whether the amount may be approved without a second person."""
        return self.approval_limit is not None and amount <= self.approval_limit
