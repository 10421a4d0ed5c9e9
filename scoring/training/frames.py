"""Past loans as the columns a model learns from: one row per loan, its first party's facts."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.columns import Batch, Column, Frame
from ml.dictionary import Dictionary
from ml.features import compile_inputs
from ml.readers import read_columns


def training_frame(
    dictionary: Dictionary, requests: Sequence[str], parties: Sequence[str]
) -> tuple[Frame, npt.NDArray[np.bool_]]:
    """The frame of n loans, and which of them still fit the dictionary, shape (n,).

    `requests` and `parties` are the stored canonical documents. Loans imported under an earlier
    dictionary may no longer fit; the caller leaves them out and says so.
    """
    asked = [json.loads(text) for text in requests]
    told = [json.loads(text)[0]["facts"] for text in parties]
    applications, wrong = _read(dictionary, "request", asked)
    people, wrong_too = _read(dictionary, "party", told)
    size = len(asked)
    batch = Batch(
        applications=applications,
        parties=people,
        party_application=np.arange(size, dtype=np.int64),
        party_position=np.zeros(size, dtype=np.int64),
    )
    filled = compile_inputs(dictionary).columns(batch)
    merged = Frame({**filled.applications.columns, **filled.parties.columns}, size)
    fits = np.ones(size, dtype=np.bool_)
    fits[sorted(wrong | wrong_too)] = False
    return merged, fits


def protected_columns(dictionary: Dictionary, facts: Sequence[str]) -> Mapping[str, Column]:
    """What may never decide, of n loans, from the documents that hold it apart."""
    held = [json.loads(text) for text in facts]
    columns: dict[str, Column] = {}
    for field in dictionary.protected_fields():
        raw = {field.name: [document.get(field.name) for document in held]}
        frame, _ = read_columns(dictionary, field.scope, raw, history=True, protected=True)
        columns[field.name] = frame.columns[field.name]
    return columns


def _read(
    dictionary: Dictionary, scope: str, documents: Sequence[dict[str, Any]]
) -> tuple[Frame, set[int]]:
    names = [field.name for field in dictionary.decision_fields(scope)]
    raw = {name: [document.get(name) for document in documents] for name in names}
    frame, problems = read_columns(dictionary, scope, raw, history=True)
    return frame, {index for index, _ in problems}
