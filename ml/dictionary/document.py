"""The dictionary: parsed once, checked, immutable, known by the hash of its canonical bytes."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, Literal

from pydantic import ConfigDict, ValidationError
from pydantic import Field as Described

from ml.canonical import canonical, content_hash
from ml.dictionary.entries import Derived, Field, Group, Part, Texts, Use
from ml.dictionary.problems import DictionaryError, FieldProblem
from ml.dictionary.reading import FieldReader, Reading
from ml.dictionary.rules import broken_rules
from ml.dictionary.schema import schema_of
from ml.values import Human, Value


class Dictionary(Part):
    """A data dictionary version. Equal documents have equal `content_hash`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    schema_id: Literal["assay.dictionary/1"] = Described(alias="schema")
    languages: tuple[str, ...] = Described(min_length=1)
    fields: tuple[Field, ...]
    derived: tuple[Derived, ...] = ()
    groups: tuple[Group, ...] = ()

    @classmethod
    def parse(cls, document: bytes | str | Mapping[str, Any]) -> "Dictionary":
        """Read and check a document; DictionaryError names every field that is wrong.

        Parsing the same bytes again gives the same object.
        """
        if isinstance(document, Mapping):
            return _parsed(_spelled(document))
        return _parsed(document.encode() if isinstance(document, str) else bytes(document))

    @cached_property
    def _canonical(self) -> bytes:
        return canonical(self.model_dump(mode="json", by_alias=True))

    def canonical(self) -> bytes:
        """The one spelling of this dictionary; what versions pin."""
        return self._canonical

    @cached_property
    def content_hash(self) -> str:
        return content_hash(self._canonical)

    @cached_property
    def entries(self) -> Mapping[str, Field | Derived]:
        """Fields and derived fields by name."""
        return {entry.name: entry for entry in self._all()}

    @cached_property
    def told(self) -> Mapping[str, tuple[str, bool, bool]]:
        """By name, of what has a reason: its code, whether it is a party's own fact, and whether
        other entries of that kind share the code."""
        codes = {
            entry.name: (entry.reason.code, entry.scope == "party")
            for entry in self._all()
            if entry.reason is not None
        }
        times = Counter(codes.values())
        return {name: (*key, times[key] > 1) for name, key in codes.items()}

    def _all(self) -> list[Field | Derived]:
        return [*self.fields, *self.derived]

    def fields_of(self, scope: str) -> tuple[Field, ...]:
        """Stated fields of a scope (request, party, or a group's name), in the document's order."""
        for group in self.groups:
            if group.name == scope:
                return group.fields
        return tuple(field for field in self.fields if field.scope == scope)

    def usable(self, use: Use) -> tuple[Field | Derived, ...]:
        """Fields and derived fields that the lender may put to that use."""
        return tuple(entry for entry in self._all() if use in entry.uses)

    def model_inputs(self) -> tuple[str, ...]:
        """Names a model may take, in the document's order; text is never one."""
        return tuple(entry.name for entry in self.usable("model") if entry.type != "text")

    def policy_inputs(self) -> tuple[str, ...]:
        """Names a policy may take."""
        return tuple(entry.name for entry in self.usable("policy"))

    def protected_fields(self) -> tuple[Field, ...]:
        """Fields on a prohibited basis: held apart from everything that decides."""
        return tuple(field for field in self.fields if field.prohibited_basis)

    def decision_fields(self, scope: str) -> tuple[Field, ...]:
        """What may enter a decision's inputs: known in time, on no prohibited basis, of a use."""
        return tuple(field for field in self.fields_of(scope) if decides(field))

    def reasons(self) -> Mapping[str, Texts]:
        """The catalogue: reason code to its text per language."""
        return {entry.reason.code: entry.reason.text for entry in self._all() if entry.reason}

    def pages(self) -> Mapping[str, tuple[Field, ...]]:
        """The portal's question pages in the document's order; no page, no question."""
        pages: dict[str, list[Field]] = {}
        for field in self.fields:
            if field.page and not field.prohibited_basis and field.known == "application":
                pages.setdefault(field.page, []).append(field)
        return {page: tuple(fields) for page, fields in pages.items()}

    @cached_property
    def _readings(self) -> Mapping[str, Reading]:
        scopes = ("request", "party", *(group.name for group in self.groups))
        return {scope: Reading(self.fields_of(scope)) for scope in scopes}

    def read(
        self,
        scope: str,
        document: Any,
        *,
        as_of: int | None = None,
        history: bool = False,
        only: frozenset[str] | None = None,
    ) -> tuple[dict[str, Value], list[FieldProblem]]:
        """Typed values of a document in human form, and every problem in it.

        `as_of` (days since 1970) refuses later dates. `history` does not demand fields that no
        model uses: past loans may lack them. `only` limits which fields are known.
        """
        return self._readings[scope].read(document, as_of=as_of, history=history, only=only)

    def write(self, scope: str, values: Mapping[str, Value]) -> dict[str, Human]:
        """Typed values in human form, missing ones left out; `read` gives them back."""
        return self._readings[scope].write(values)

    def reader(self, name: str) -> FieldReader:
        """How one stated field of request or party is read; KeyError where there is none."""
        field = self.entries[name]
        return self._readings[field.scope].readers[name]

    def readers(self, scope: str) -> Mapping[str, FieldReader]:
        """How the fields of a scope are read, by name."""
        return self._readings[scope].readers

    def json_schema(self, scope: str, language: str = "en") -> dict[str, Any]:
        """JSON Schema (2020-12) of a scope's document, as partners send it.

        Fields that may not decide are not in it: nobody is asked for them.
        """
        asked = tuple(field for field in self.fields_of(scope) if decides(field))
        return schema_of(asked, language)

    def __hash__(self) -> int:
        return hash(self.content_hash)


def decides(field: Field) -> bool:
    """Whether a field may enter a decision."""
    return not field.prohibited_basis and field.known != "decision"


def _spelled(document: Mapping[str, Any]) -> bytes:
    try:
        return canonical(dict(document))
    except (TypeError, ValueError, RecursionError) as error:
        raise DictionaryError([("", str(error))]) from error


@lru_cache(maxsize=256)
def _parsed(data: bytes) -> Dictionary:
    try:
        dictionary = Dictionary.model_validate_json(data)
    except ValidationError as error:
        names = _names_in(data)
        problems = [_problem(e, names) for e in error.errors(include_url=False)]
        raise DictionaryError(problems) from error
    if problems := broken_rules(dictionary):
        raise DictionaryError(problems)
    return dictionary


def _problem(error: Any, names: Mapping[tuple[Any, ...], str]) -> tuple[str, str]:
    """Where, as a JSON pointer, and what, beginning with the name of the field it is about."""
    where = error["loc"]
    named = [names[where[:depth]] for depth in (4, 2) if where[:depth] in names]
    what = ": ".join([*named[:1], str(error["msg"])])
    return "/" + "/".join(str(step) for step in where), what


def _names_in(data: bytes) -> dict[tuple[Any, ...], str]:
    """The names in a document that did not parse, by their place in it."""
    try:
        document = json.loads(data)
    except ValueError:
        return {}
    found: dict[tuple[Any, ...], str] = {}
    for place, entry in _entries_in(document):
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            found[place] = entry["name"]
    return found


def _entries_in(document: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    for member in ("fields", "derived", "groups"):
        entries = document.get(member) if isinstance(document, dict) else None
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            yield (member, index), entry
            if member == "groups":
                inner = _entries_in(entry)
                yield from (((member, index, *place), each) for place, each in inner)
