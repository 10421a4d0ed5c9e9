"""Fields known only after the decision: no model reads them, the leakage alarm compares them."""

import json
from collections.abc import Mapping, Sequence

from ml.columns import Column, Frame
from ml.dictionary import Dictionary
from ml.dictionary.derivations import derivations
from ml.readers import read_columns
from scoring.training.frames import training_frame
from scoring.training.rows import LoanRows

SCOPES = ("request", "party")


def late_fields(dictionary: Dictionary) -> list[str]:
    """Their names; none that is held apart."""
    return [
        field.name
        for field in dictionary.fields
        if field.known == "decision" and field.prohibited_basis is None
    ]


def whole_frame(dictionary: Dictionary, rows: LoanRows) -> Frame:
    """Everything known of the rows but what is held apart: decision facts, derived, late ones."""
    frame, _ = training_frame(dictionary, rows.requests, rows.parties)
    late = set(late_fields(dictionary))
    if not late:
        return frame
    asked = [json.loads(text) for text in rows.requests]
    told = [json.loads(text)[0]["facts"] for text in rows.parties]
    found = {
        **_late(dictionary, "request", asked, late),
        **_late(dictionary, "party", told, late),
    }
    return frame.joined(found)


def _late(
    dictionary: Dictionary,
    scope: str,
    documents: Sequence[Mapping[str, object]],
    late: set[str],
) -> dict[str, Column]:
    names = [field.name for field in dictionary.fields_of(scope) if field.name in late]
    raw = {name: [document.get(name) for document in documents] for name in names}
    if not raw:
        return {}
    frame, _ = read_columns(dictionary, scope, raw, history=True, protected=True)
    return {name: frame.columns[name] for name in names}


def derived_from(dictionary: Dictionary) -> dict[str, set[str]]:
    """For each derived field what it reads, however indirectly."""
    found: dict[str, set[str]] = {}
    for derivation in derivations(dictionary.fields, dictionary.derived, dictionary.groups):
        direct = {name for _, name in derivation.tree.reads()}
        indirect = [found.get(name, set()) for name in direct]
        found[derivation.derived.name] = direct.union(*indirect)
    return found


def digits_of(dictionary: Dictionary) -> dict[str, int]:
    """Decimals of each scaled number."""
    return {name: entry.digits for name, entry in dictionary.entries.items()}
