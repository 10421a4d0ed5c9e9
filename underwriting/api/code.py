"""One code of a refusal, as the registry and its page tell of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One code: the HTTP status, a title, what happened and what the caller can do about it.

    `again` says when the same request may be sent again unchanged.
    """

    status: int
    title: str
    happened: str
    todo: str
    again: bool = False
