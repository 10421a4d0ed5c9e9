"""Which columns a file of applications may have: the paths of the API's body, with dots.

The same dictionary that makes the product's JSON Schema says which they are, so what a file may
hold is what a request may hold.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ml.dictionary import Field
from tenancy.errors import FieldError
from underwriting.identity import ADDRESS_OPTIONAL, ADDRESS_REQUIRED, REQUIRED
from underwriting.imports.batch_words import hint, words
from underwriting.submission import OF_AGE, Terms

METADATA = "metadata."
CONSENTS = "consents"
OF_THE_ROW = ("external_id", "language", "device", "product")
OPTIONAL_IDENTITY = ("phone", "national_id")


@dataclass(frozen=True, slots=True)
class Contract:
    """A product's columns: what they are, which of them every file has, which hold numbers."""

    columns: Mapping[str, Field | None]
    required: tuple[str, ...]
    language: str

    def problems(self, names: Sequence[str], *, consents_in_rows: bool = False) -> list[FieldError]:
        """Everything wrong with a header, each column by its name."""
        needed = (*self.required, f"applicant.{CONSENTS}") if consents_in_rows else self.required
        return [*self._twice(names), *self._unknown(names), *self._missing(names, needed)]

    def known(self, name: str) -> bool:
        return name in self.columns or (name.startswith(METADATA) and len(name) > len(METADATA))

    def numbers(self, names: Sequence[str]) -> list[str]:
        """Of these columns, those whose values a decimal mark may stand in."""
        fields = ((name, self.columns.get(name)) for name in names)
        return [name for name, field in fields if field is not None and field.kind == "number"]

    def _twice(self, names: Sequence[str]) -> Iterator[FieldError]:
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            yield self._error(name, "column_twice")

    def _unknown(self, names: Sequence[str]) -> Iterator[FieldError]:
        for name in dict.fromkeys(name for name in names if not self.known(name)):
            near = difflib.get_close_matches(name, self.columns, 1)
            said = hint(near[0] if near else None, self.language)
            yield self._error(name, "column_unknown", hint=said)

    def _missing(self, names: Sequence[str], needed: Sequence[str]) -> Iterator[FieldError]:
        for name in needed:
            if name not in names:
                yield self._error(name, "column_missing")

    def _error(self, name: str, code: str, **values: str) -> FieldError:
        text = words(code, self.language, column=name[:80] or "—", **values)
        return FieldError(f"/file/columns/{escaped(name)}", code, text)


def contract_of(terms: Terms, language: str) -> Contract:
    """The columns of files for a product, in the order of its template."""
    return _Made(terms).contract(language)


@dataclass(frozen=True)
class _Made:
    """Puts a contract together from a product's terms."""

    terms: Terms

    def contract(self, language: str) -> Contract:
        columns: dict[str, Field | None] = dict.fromkeys(OF_THE_ROW)
        columns |= {f"request.{name}": field for name, field in self._asked("request").items()}
        columns |= self._party("applicant")
        for index in range(int(self.terms.product.get("max_parties", 1)) - 1):
            columns |= self._party(f"co_applicants.{index}")
        return Contract(columns, tuple(self._required), language)

    @cached_property
    def _required(self) -> list[str]:
        identity = [f"applicant.identity.{name}" for name in REQUIRED]
        return [
            *self._demanded("request", "request"),
            *identity,
            *self._demanded("party", "applicant.facts"),
        ]

    def _demanded(self, scope: str, prefix: str) -> list[str]:
        wanted = self.terms.dictionary.json_schema(scope, "en")["required"]
        return [f"{prefix}.{name}" for name in wanted if name in self._asked(scope)]

    def _asked(self, scope: str) -> dict[str, Field]:
        """What a door may send: nothing prohibited, nothing known only later, nothing derived."""
        return {
            field.name: field
            for field in self.terms.dictionary.decision_fields(scope)
            if field.known == "application" and field.name != OF_AGE
        }

    def _party(self, prefix: str) -> dict[str, Field | None]:
        identity = f"{prefix}.identity"
        names = [f"{identity}.{name}" for name in (*REQUIRED, *OPTIONAL_IDENTITY)]
        names += [f"{identity}.address.{name}" for name in (*ADDRESS_REQUIRED, *ADDRESS_OPTIONAL)]
        columns: dict[str, Field | None] = dict.fromkeys(names)
        facts = self._asked("party").items()
        columns |= {f"{prefix}.facts.{name}": field for name, field in facts}
        columns[f"{prefix}.{CONSENTS}"] = None
        if prefix != "applicant":
            columns |= dict.fromkeys((f"{prefix}.role", f"{prefix}.liability"))
        return columns


def pointer_of_column(name: str) -> str:
    """Where a column's value stands in a request: `/applicant/facts/monthly_income`."""
    if name.startswith(METADATA):
        return f"/metadata/{escaped(name.removeprefix(METADATA))}"
    return "/" + "/".join(escaped(part) for part in name.split("."))


def escaped(name: str) -> str:
    """A member's name as a JSON pointer writes it (RFC 6901)."""
    return name[:60].replace("~", "~0").replace("/", "~1")
