"""Which parameters an address knows, and `expand[]`.

A parameter that is none is refused: a filter with a slip in its name would show too much.
"""

import re
from collections.abc import Collection

from rest_framework.request import Request

from tenancy.errors import FieldError, Invalid
from underwriting.api.pagination import PARAMETERS
from underwriting.api.query import MAX_TEXT, word_asked

EXPAND = ("expand", "expand[]")
EVERYWHERE = (*EXPAND, "language")
METADATA = "metadata"
"""As a name: every parameter that begins with it, which `metadata_of` reads."""
MOST_PAIRS = 5
_METADATA = re.compile(r"^metadata\[([^\[\]]+)\]$")


def parameters_known(request: Request, *names: str, listing: bool = True) -> None:
    """Refuse what this address does not know; `listing` adds the page's own parameters."""
    known = {*names, *EVERYWHERE, *(PARAMETERS if listing else ())}
    if METADATA in names:
        known |= {name for name in request.query_params if name.startswith(METADATA)}
    errors = [
        FieldError(f"/{name[:60]}", "unknown", "There is no such parameter.")
        for name in request.query_params
        if name not in known
    ]
    errors += [
        FieldError(f"/{name}", "repeated", "Say this once.")
        for name, values in request.query_params.lists()
        if name in known
        and name not in EXPAND
        and len(values) > 1
        and not name.startswith(METADATA)
    ]
    if errors:
        raise Invalid(errors)


def plain_parameters(request: Request, *names: str, listing: bool = True) -> None:
    """The same for an address where nothing can be expanded."""
    parameters_known(request, *names, listing=listing)
    expansions_of(request, ())


def choice_of(request: Request, name: str, values: Collection[str]) -> str | None:
    """One of the values that there are today, None where it was not asked."""
    return word_asked(request, name, list(values))


def flag_of(request: Request, name: str) -> bool | None:
    wanted = choice_of(request, name, ("true", "false"))
    return None if wanted is None else wanted == "true"


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


def metadata_of(request: Request) -> dict[str, str]:
    """Pairs that are asked for: `metadata[branch]=Kiel`. Each parameter is said once."""
    found, errors = {}, []
    for parameter, values in request.query_params.lists():
        if not parameter.startswith(METADATA):
            continue
        named = _METADATA.match(parameter)
        if named is None or len(values) > 1 or not _is_label(named[1]) or not _is_label(values[0]):
            words = f"Write metadata[name]=value, once, of 1 to {MAX_TEXT} characters each."
            errors.append(FieldError(f"/{parameter[:60]}", "metadata", words))
        else:
            found[named[1]] = values[0]
    if len(found) > MOST_PAIRS:
        errors.append(FieldError("/metadata", "metadata", f"Ask for {MOST_PAIRS} at most."))
    if errors:
        raise Invalid(errors)
    return found


def _is_label(text: str) -> bool:
    return 1 <= len(text) <= MAX_TEXT and "\x00" not in text
