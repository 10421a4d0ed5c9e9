"""A draft's grid: one row per column of the file, as a person sees and changes it.

A row is the column's profile, the field proposed for it (none where it is left out) and how it is
used. Saving a row gives back documents that hold as a whole, or names the inputs that are wrong.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ml.dictionary import Dictionary, DictionaryError
from ml.profiling import ColumnProfile
from ml.profiling.headers import safe_name
from ml.profiling.proposal import REASON_TEXTS, field_of, paged, reason_code, texts
from scoring.imports.proposal import field_put, format_of, meanings
from tenancy.canonical import canonical, content_hash
from tenancy.errors import FieldError, Invalid

TYPES = ("integer", "decimal", "money", "boolean", "category", "date", "text")
USES = ("model", "policy", "monitoring", "ignore", "reference", "applied_on")
"""What a person may do with a column; the outcome's row is not theirs to change."""
IN_DICTIONARY = ("model", "policy", "monitoring")
AS_USES = {"model": ["model", "policy"], "policy": ["policy"], "monitoring": ["monitoring"]}

SEEN_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Documents:
    """A draft's two documents, parsed."""

    dictionary: dict[str, Any]
    mapping: dict[str, Any]

    @property
    def languages(self) -> list[str]:
        return list(self.dictionary["languages"])

    def field_named(self, name: str | None) -> dict[str, Any] | None:
        return next((f for f in self.dictionary["fields"] if f["name"] == name), None)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One column as the grid shows it. `given` are the inputs' texts by name.

    `stored` is the `seen` of what is stored, where `given` is what somebody typed instead.
    """

    column: ColumnProfile
    use: str
    given: dict[str, str]
    refused: dict[str, str] = field(default_factory=dict)
    stored: str = ""

    @property
    def seen(self) -> str:
        """Changes with anything a person could have changed; a save says which it was made on."""
        return (
            self.stored or content_hash(canonical(self.given)).removeprefix("sha256:")[:SEEN_DIGITS]
        )

    @property
    def fixed(self) -> bool:
        return self.use == "outcome"


def draft_rows(documents: Documents, columns: Sequence[ColumnProfile]) -> list[DraftRow]:
    """Every row of the grid, in the file's order."""
    return [draft_row(documents, column) for column in columns]


def draft_row(documents: Documents, column: ColumnProfile) -> DraftRow:
    """The row of one column as it stands."""
    use = use_of(documents, column)
    found = documents.field_named(documents.mapping["columns"].get(column.source))
    shown = found or _unused(column, documents.languages)
    given = {
        "use": use,
        "name": str(shown["name"]),
        "type": str(shown["type"]),
        "unit": str(shown.get("unit") or ""),
        "scale": str(shown.get("scale") or ""),
        "min": _text(shown.get("min")),
        "max": _text(shown.get("max")),
        "special": lines_of(shown.get("special") or {}),
        "values": lines_of({v["value"]: _label(v, documents) for v in shown.get("values") or ()}),
        "basis": str(shown.get("prohibited_basis") or ""),
        "known": str(shown.get("known") or "application"),
        "risk": str(shown.get("risk") or ""),
    }
    reason = (shown.get("reason") or {}).get("text") or {}
    for language in documents.languages:
        given[f"label-{language}"] = shown["label"].get(language, "")
        given[f"reason-{language}"] = reason.get(language, "")
    return DraftRow(column, use, given)


def _label(value: Mapping[str, Any], documents: Documents) -> str:
    return str((value.get("label") or {}).get(documents.languages[0], value["value"]))


def _text(bound: Any) -> str:
    return "" if bound is None else str(bound)


def _unused(column: ColumnProfile, languages: Sequence[str]) -> dict[str, Any]:
    """What the field would be if the column were used."""
    name = safe_name(column.header) or f"column_{column.place + 1}"
    return field_of(column, name, reason_code(name), languages, "")


def use_of(documents: Documents, column: ColumnProfile) -> str:
    """How a column is used now."""
    mapping, source = documents.mapping, column.source
    if (mapping.get("outcome") or {}).get("column") == source:
        return "outcome"
    if mapping.get("external_ref") == source:
        return "reference"
    if (mapping.get("applied_on") or {}).get("column") == source:
        return "applied_on"
    found = documents.field_named(mapping["columns"].get(source))
    if found is None:
        return "ignore"
    return next((use for use in IN_DICTIONARY if use in found["uses"]), "monitoring")


def row_put(
    documents: Documents, column: ColumnProfile, given: Mapping[str, str], currency: str
) -> Documents:
    """The documents with one row as a person wants it. Invalid names each wrong input."""
    use = given.get("use", "ignore")
    if use not in USES:
        raise Invalid([FieldError("/use", "not_a_use", "choose one of the uses")])
    made = _without(documents, column)
    if use in IN_DICTIONARY:
        _put(made, documents, column, given, currency)
    elif use == "ignore":
        made.mapping["ignore"].append(column.source)
    else:
        _labelled(made, column, use)
    paged(made.dictionary["fields"])
    _refuse(made, given.get("name", ""))
    return made


def _without(documents: Documents, column: ColumnProfile) -> Documents:
    """A copy in which nothing is read from the column."""
    made: Documents = Documents(*json.loads(json.dumps([documents.dictionary, documents.mapping])))
    mapping, source = made.mapping, column.source
    name = mapping["columns"].pop(source, None)
    made.dictionary["fields"] = [f for f in made.dictionary["fields"] if f["name"] != name]
    mapping["ignore"] = [each for each in mapping["ignore"] if each != source]
    for member in ("values", "others"):
        mapping.get(member, {}).pop(name, None)
    mapping.get("formats", {}).pop(source, None)
    if mapping.get("external_ref") == source:
        mapping["external_ref"] = None
    if (mapping.get("applied_on") or {}).get("column") == source:
        mapping["applied_on"] = None
    return made


def _labelled(made: Documents, column: ColumnProfile, use: str) -> None:
    """The column is the row's reference, or the day of application; another one gives way."""
    mapping = made.mapping
    if use == "reference":
        before, mapping["external_ref"] = mapping.get("external_ref"), column.source
    else:
        before = (mapping.get("applied_on") or {}).get("column")
        mapping["applied_on"] = {"column": column.source, "values": meanings(column)}
        if column.spelling.kind == "date":
            mapping["formats"][column.source] = format_of(column)
        elif column.type != "date":
            raise Invalid([FieldError("/use", "no_date", "the column holds no dates")])
    if before and before != column.source:
        mapping["ignore"].append(before)


def _put(
    made: Documents,
    before: Documents,
    column: ColumnProfile,
    given: Mapping[str, str],
    currency: str,
) -> None:
    old = before.field_named(before.mapping["columns"].get(column.source))
    entry = _field(made, old, column, given, currency)
    place = _place(before, old)
    made.dictionary["fields"].insert(place, entry)
    field_put(made.mapping, column, entry["name"])
    if entry["type"] != "category":
        made.mapping["others"].pop(entry["name"], None)


def _place(before: Documents, old: Mapping[str, Any] | None) -> int:
    names = [entry["name"] for entry in before.dictionary["fields"]]
    return names.index(old["name"]) if old else max(0, len(names) - 1)


def _field(
    made: Documents,
    old: Mapping[str, Any] | None,
    column: ColumnProfile,
    given: Mapping[str, str],
    currency: str,
) -> dict[str, Any]:
    """The dictionary's field from what was typed."""
    problems: list[FieldError] = []
    kind, use = given.get("type", ""), given["use"]
    name = given.get("name", "").strip()
    if kind not in TYPES:
        problems.append(FieldError("/type", "not_a_type", "choose one of the types"))
    found: dict[str, Any] = {
        "name": name,
        "scope": (old or {}).get("scope", "party"),
        "type": kind,
        "unit": given.get("unit", "").strip() or (currency if kind == "money" else None),
        "uses": AS_USES[use],
        "risk": given.get("risk") or None,
        "known": given.get("known") or "application",
        "prohibited_basis": given.get("basis", "").strip() or None,
        "label": _texts(made, given, "label"),
    }
    found |= _numbers(kind, given, problems)
    if kind == "category":
        found["values"] = _values(made, given)
    if use != "monitoring":
        code = (old or {}).get("reason", {}).get("code") or _free_code(made, name)
        found["reason"] = {"code": code, "text": _reason(made, given)}
    for member in ("required", "missing"):
        if old and member in old and (use == "model" or found["scope"] == "request"):
            found[member] = old[member]
    if problems:
        raise Invalid(problems)
    return {key: value for key, value in found.items() if value is not None}


def _numbers(kind: str, given: Mapping[str, str], problems: list[FieldError]) -> dict[str, Any]:
    """Bounds, decimals and special codes, as the type writes them."""
    found: dict[str, Any] = {}
    if kind in ("integer", "decimal", "money", "date"):
        for member in ("min", "max"):
            text = given.get(member, "").strip().replace(",", ".")
            if text:
                found[member] = int(text) if kind == "integer" and _whole(text) else text
    if kind == "decimal" and (scale := given.get("scale", "").strip()):
        if scale.isdigit():
            found["scale"] = int(scale)
        else:
            problems.append(FieldError("/scale", "not_whole", "give a whole number"))
    if kind in ("integer", "decimal", "money", "category") and given.get("special", "").strip():
        found["special"] = lines_read(given["special"])
    return found


def _whole(text: str) -> bool:
    return text.removeprefix("-").isdigit()


def _values(made: Documents, given: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"value": value, "label": dict.fromkeys(made.languages, label or value)}
        for value, label in lines_read(given.get("values", "")).items()
    ]


def _texts(made: Documents, given: Mapping[str, str], member: str) -> dict[str, str]:
    return {each: given.get(f"{member}-{each}", "").strip() for each in made.languages}


def _reason(made: Documents, given: Mapping[str, str]) -> dict[str, str]:
    """What was typed; where nothing was, the placeholder from the label."""
    written, labels = _texts(made, given, "reason"), _texts(made, given, "label")
    return {
        each: written[each] or texts(REASON_TEXTS, [each], label=labels[each])[each]
        for each in made.languages
    }


def _free_code(made: Documents, name: str) -> str:
    taken = {f["reason"]["code"] for f in made.dictionary["fields"] if "reason" in f}
    base = code = reason_code(name)
    again = 1
    while code in taken:
        again += 1
        code = f"{base[:36]}_{again}"
    return code


def lines_of(pairs: Mapping[str, str]) -> str:
    """`98 = not known`, one a line."""
    return "\n".join(k if k == v else f"{k} = {v}" for k, v in pairs.items())


def lines_read(text: str) -> dict[str, str]:
    """Pairs from lines; a line without a sign means itself."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line.strip():
            key, _, meaning = line.partition("=")
            found[key.strip()] = meaning.strip() or key.strip()
    return found


def _refuse(made: Documents, name: str) -> None:
    """What the dictionary says of the documents; where it can be told, at the input."""
    try:
        Dictionary.parse(made.dictionary)
    except DictionaryError as error:
        problems = [_problem(where, what, name) for where, what in error.problems]
        raise Invalid(problems) from error


MEMBERS = {
    "prohibited_basis": "basis", "uses": "use", "values": "values", "special": "special",
    "min": "min", "max": "max", "scale": "scale", "name": "name", "unit": "unit", "type": "type",
    "known": "known", "risk": "risk",
}  # fmt: skip
ABOUT = (
    ("stands twice", "name"), ("reserved", "name"), ("a value stands", "values"),
    ("category has values", "values"), ("min", "min"), ("prohibited basis", "use"),
    ("after the decision", "use"), ("cannot be scored", "use"), ("special", "special"),
    ("scale", "scale"), ("label", "label"), ("reason", "reason"),
)  # fmt: skip


def _problem(where: str, what: str, name: str) -> FieldError:
    parts = where.strip("/").split("/")
    member = next((MEMBERS[p] for p in reversed(parts) if p in MEMBERS), "")
    if not member and where != name:
        return FieldError("", "elsewhere", f"{where}: {what}")
    member = member or next((input_ for words, input_ in ABOUT if words in what), "name")
    return FieldError(f"/{member}", "dictionary", what)
