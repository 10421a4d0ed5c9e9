"""From a profile to a dictionary that `Dictionary.parse` accepts: what a person then edits.

Texts are placeholders made from the column's own name, in each of the lender's languages, and say
no more than is known. A prohibited basis and what is known too late may be monitored, nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ml.profiling import vocabulary as words
from ml.profiling.column import ColumnProfile
from ml.profiling.headers import field_names, safe_name
from ml.profiling.profile import Profile

IN_DICTIONARY = ("field", "amount", "term")
REASON_TEXTS: Mapping[str, str] = {
    "en": "Your {label}",
    "de": "Ihre Angabe: {label}",
    "es": "Su dato: {label}",
    "pt": "Seu dado: {label}",
}
AMOUNT_LABELS = {"en": "Amount", "de": "Betrag", "es": "Importe", "pt": "Valor"}
AMOUNT_REASONS = {
    "en": "The amount asked for",
    "de": "Der gewünschte Betrag",
    "es": "El importe solicitado",
    "pt": "O valor solicitado",
}
OF_AGE_LABELS = {"en": "Of age", "de": "Volljährig", "es": "Mayor de edad", "pt": "Maior de idade"}
UNDER_AGE_TEXTS = {
    "en": "You are not yet of full age",
    "de": "Sie sind noch nicht volljährig",
    "es": "Todavía no es mayor de edad",
    "pt": "Você ainda não é maior de idade",
}
CODE_MEANING = "not known ({code})"
PAGES = (
    ("work", words.terms(
        "employment|employer|job|work|occupation|profession|professional|laboral|empleo|trabajo|"
        "trabalho|emprego|company|empresa|beruf|arbeit|antiguedad|seniority")),
    ("home", words.terms(
        "residence|residencial|residential|housing|home|address|vivienda|moradia|wohnung|city|"
        "ciudad|cidade|zip|cep|plz|phone|telefono|telefone|telephone|property")),
    ("accounts", words.terms(
        "account|accounts|bank|banking|saving|savings|checking|cuenta|conta|konto")),
)  # fmt: skip
MOST_QUESTIONS = 12
"""On one page of the portal."""
MAX_CODE = 40


@dataclass(frozen=True, slots=True)
class Proposal:
    """A dictionary document, and which column each of its fields is read from."""

    document: dict[str, Any]
    fields: dict[str, str]
    """Column to field."""


def draft(profile: Profile, *, languages: Sequence[str], currency: str) -> Proposal:
    """The dictionary document a profile suggests, with texts in each language.

    `Dictionary.parse` takes it as it is. Has a money field of the request for the amount of the
    loan, added where the file has none, and `of_age` for the capacity check.
    """
    columns = [column for column in profile.columns if column.role in IN_DICTIONARY]
    names = field_names((column.header or column.source for column in columns), taken=("of_age",))
    codes = _codes(names)
    fields = [
        field_of(column, name, codes[name], languages, currency)
        for column, name in zip(columns, names, strict=True)
    ]
    if not any(column.role == "amount" for column in columns):
        free = field_names(["amount"], taken=names)[0]
        fields.insert(0, amount_field(free, languages, currency))
    fields.append(of_age_field(languages))
    paged(fields)
    document = {
        "schema": "assay.dictionary/1",
        "languages": list(languages),
        "fields": sorted(fields, key=lambda field: field["scope"] != "request"),
    }
    pairs = zip(columns, names, strict=True)
    return Proposal(document, {column.source: name for column, name in pairs})


def field_of(
    column: ColumnProfile, name: str, code: str, languages: Sequence[str], currency: str
) -> dict[str, Any]:
    """One field as the dictionary writes it."""
    label = (column.header or column.source).strip()
    found: dict[str, Any] = {
        "name": name,
        "scope": "request" if column.role in ("amount", "term") else "party",
        "type": column.type,
        "unit": currency if column.type == "money" else column.unit,
        "uses": uses_of(column),
        "risk": column.risk if not column.basis and not column.late else None,
        "known": "decision" if column.late else "application",
        "prohibited_basis": column.basis,
        "label": dict.fromkeys(languages, label),
    }
    if column.scale and column.type == "decimal":
        found["scale"] = column.scale
    if column.numeric:
        found |= _range(column)
    if column.type == "category":
        values = column.values
        found["values"] = [
            {"value": value, "label": dict.fromkeys(languages, value)} for value in values
        ]
    needed = _always_there(column) and "model" in found["uses"]
    if needed or column.role in ("amount", "term"):
        found |= {"required": True, "missing": "refuse"}
    if {"model", "policy"} & set(found["uses"]):
        found["reason"] = {"code": code, "text": texts(REASON_TEXTS, languages, label=label)}
    return {key: value for key, value in found.items() if value is not None}


def _range(column: ColumnProfile) -> dict[str, Any]:
    whole = column.type == "integer"
    found: dict[str, Any] = {}
    for member, bound in (("min", column.low), ("max", column.high)):
        if bound is not None:
            found[member] = int(bound) if whole else bound
    if column.special:
        found["special"] = {code: CODE_MEANING.format(code=code) for code in column.special}
    return found


def uses_of(column: ColumnProfile) -> list[str]:
    """What the field may be used for, never more than the law and the calendar allow."""
    if column.basis or column.late:
        return ["monitoring"]
    if column.type == "date":
        return ["policy"]
    if column.role in ("amount", "term") and column.missing:
        return ["policy"]
    return ["model", "policy"]


def _always_there(column: ColumnProfile) -> bool:
    unread = column.null_words or None in column.readings.values() or column.others == ""
    return not column.missing and not unread


def amount_field(name: str, languages: Sequence[str], currency: str) -> dict[str, Any]:
    """The amount asked for, of a lender whose file does not tell it."""
    return {
        "name": name, "scope": "request", "type": "money", "unit": currency, "min": "0",
        "required": True, "missing": "refuse", "uses": ["policy"],
        "label": texts(AMOUNT_LABELS, languages),
        "reason": {"code": "AMOUNT_ASKED", "text": texts(AMOUNT_REASONS, languages)},
    }  # fmt: skip


def of_age_field(languages: Sequence[str]) -> dict[str, Any]:
    """Derived from the identity at every submission; the only thing age may decide."""
    return {
        "name": "of_age", "scope": "party", "type": "boolean", "uses": ["capacity", "policy"],
        "required": True, "missing": "refuse", "label": texts(OF_AGE_LABELS, languages),
        "reason": {"code": "UNDER_AGE", "text": texts(UNDER_AGE_TEXTS, languages)},
    }  # fmt: skip


def texts(templates: Mapping[str, str], languages: Sequence[str], **given: str) -> dict[str, str]:
    """A text in each language; English where there is no template of it."""
    return {
        language: templates.get(language[:2], templates["en"]).format(**given)
        for language in languages
    }


def paged(fields: Sequence[dict[str, Any]]) -> None:
    """Give each field that decides a page of the portal, a dozen questions on each."""
    asked: dict[str, int] = {}
    for field in fields:
        field.pop("page", None)
        decides = not field.get("prohibited_basis") and field.get("known") != "decision"
        if not decides or not {"model", "policy"} & set(field["uses"]):
            continue
        page = _page(field)
        asked[page] = asked.get(page, 0) + 1
        part = (asked[page] - 1) // MOST_QUESTIONS
        field["page"] = page if not part else f"{page}_{part + 1}"


def _page(field: Mapping[str, Any]) -> str:
    if field["scope"] == "request":
        return "loan"
    named = tuple(field["name"].split("_"))
    for page, wanted in PAGES:
        if words.found(named, wanted):
            return page
    return "income" if field["type"] == "money" else "credit"


def _codes(names: Sequence[str]) -> dict[str, str]:
    """A reason code per field, none twice."""
    found: dict[str, str] = {}
    taken = {"UNDER_AGE", "AMOUNT_ASKED"}
    for name in names:
        base = code = reason_code(name)
        again = 1
        while code in taken:
            again += 1
            code = f"{base[: MAX_CODE - 4]}_{again}"
        taken.add(code)
        found[name] = code
    return found


def reason_code(name: str) -> str:
    """A field's reason code: its name, in capitals."""
    return (safe_name(name) or "field").upper()[:MAX_CODE].rstrip("_").ljust(2, "X")
