"""What a list is narrowed and filled up by: filters and `expand[]`, each checked and named.

A parameter that is none is refused: a filter with a slip in its name would show too much.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from rest_framework.request import Request

from tenancy.errors import FieldError, Invalid
from tenancy.ids import parse_public_id
from underwriting.api.pagination import PARAMETERS

EXPAND = ("expand", "expand[]")
EVERYWHERE = (*EXPAND, "language")
MAX_TEXT = 200


def parameters_known(request: Request, *names: str, listing: bool = True) -> None:
    """Refuse what this address does not know; `listing` adds the page's own parameters."""
    known = {*names, *EVERYWHERE, *(PARAMETERS if listing else ())}
    errors = [
        FieldError(f"/{name[:60]}", "unknown", "There is no such parameter.")
        for name in request.query_params
        if name not in known
    ]
    if errors:
        raise Invalid(errors)


def choice_of(request: Request, name: str, values: Collection[str]) -> str | None:
    """One of the values that there are today, None where it was not asked."""
    wanted = request.query_params.get(name)
    if wanted is not None and wanted not in values:
        raise Invalid([FieldError(f"/{name}", name, f"There is no such {name}.")])
    return wanted


def text_of(request: Request, name: str) -> str | None:
    wanted = request.query_params.get(name)
    if wanted is not None and (not 1 <= len(wanted) <= MAX_TEXT or "\x00" in wanted):
        message = f"This is a text of 1 to {MAX_TEXT} characters."
        raise Invalid([FieldError(f"/{name}", "type", message)])
    return wanted


def id_of(request: Request, name: str, prefix: str) -> UUID | None:
    """An id of ours; one that could never have been is named."""
    wanted = request.query_params.get(name)
    if wanted is None:
        return None
    found = parse_public_id(prefix, wanted)
    if found is None:
        raise Invalid([FieldError(f"/{name}", "id", f"This is not an id with {prefix}_.")])
    return found


def flag_of(request: Request, name: str) -> bool | None:
    wanted = choice_of(request, name, ("true", "false"))
    return None if wanted is None else wanted == "true"


def moment_of(request: Request, name: str) -> datetime | None:
    """A moment as RFC 3339 writes it. A plus sign not escaped arrives as a space: it is taken."""
    wanted = request.query_params.get(name)
    if wanted is None:
        return None
    found = _moment(wanted.replace(" ", "+"))
    if found is None or found.tzinfo is None:
        message = "A moment as RFC 3339 writes it, such as 2026-11-21T18:45:00Z."
        raise Invalid([FieldError(f"/{name}", "type", message)])
    return found


def expansions_of(request: Request, allowed: Collection[str]) -> frozenset[str]:
    """What the caller wants in full instead of by its id: `expand[]=decision`.

    In a list the names begin with `data.`, as Stripe has it.
    """
    wanted = {each for name in EXPAND for each in request.query_params.getlist(name)}
    if unknown := sorted(wanted - set(allowed)):
        listed = ", ".join(sorted(allowed)) or "nothing"
        message = f"{unknown[0][:60]!r} cannot be expanded here; {listed} can."
        raise Invalid([FieldError("/expand", "expand", message)])
    return frozenset(wanted)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
