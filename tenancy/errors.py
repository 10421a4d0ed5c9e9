"""What services raise when they refuse. Doors turn these into problems (API) or pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong input: a JSON pointer to it, a stable code, and words for a person."""

    pointer: str
    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)


class DomainError(Exception):
    """A refusal that the caller can understand; `code` is stable, the message is for people."""

    default_code = "refused"

    def __init__(self, message: str = "", *, code: str | None = None) -> None:
        super().__init__(message or self.__class__.__name__)
        self.message = message
        self.code = code or self.default_code


class Conflict(DomainError):
    """The state moved on, or the same key came with other content."""

    default_code = "conflict"


class NotFound(DomainError):
    """No such thing in this organization; another organization's things are not found either."""

    default_code = "not_found"


class Forbidden(DomainError):
    """Known, but not allowed to do this."""

    default_code = "forbidden"


class RefusedWrite(Forbidden):
    """The database refused (42501): row-level security, or a privilege the role lacks."""

    default_code = "refused_write"


class NoTenant(DomainError):
    """Work that needs an organization was started without naming one."""

    default_code = "no_tenant"


class Invalid(DomainError):
    """The input does not hold; every wrong field is named."""

    default_code = "invalid"

    def __init__(self, errors: Sequence[FieldError], message: str = "") -> None:
        self.errors = tuple(errors)
        super().__init__(message or "; ".join(f"{e.pointer}: {e.message}" for e in self.errors))


def refused_write(error: BaseException) -> bool:
    """Whether a database error is a refusal (42501), which Django shows as ProgrammingError."""
    cause = error.__cause__ if getattr(error, "sqlstate", None) is None else error
    return getattr(cause, "sqlstate", None) == "42501"
