"""What can be wrong: with a dictionary itself, or with one field of one document."""

import dataclasses
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class FieldProblem:
    """A wrong field: its name, a stable code (see ml.messages) and what the message needs."""

    field: str
    code: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class DictionaryError(ValueError):
    """A dictionary that cannot be used; `problems` are (where, what) pairs."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{where}: {what}" for where, what in problems))
