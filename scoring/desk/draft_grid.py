"""The grid's rows in the reader's words: what was found, what is proposed, what may be chosen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from ml.profiling.bases import SPOKEN
from scoring.imports.draft_rows import TYPES, USES, DraftRow

SEVERITIES = {"bad": "!!", "warn": "!", "info": "i"}
ORDER = ("bad", "warn", "info")
Choice = tuple[str, StrOrPromise]


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a row: its name in the form, its text, and what is wrong with it."""

    name: str
    id: str
    label: str
    value: str
    error: str = ""
    choices: Sequence[Choice] = ()
    lines: int = 0
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding as it is read."""

    severity: str
    sign: str
    spoken: str
    words: str


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row of the grid."""

    row: DraftRow
    first: Sequence[Input]
    more: Sequence[Input]
    texts: Sequence[Input]
    remarks: Sequence[Remark]
    general: str = ""
    saved: bool = False

    @property
    def place(self) -> int:
        return self.row.column.place

    @property
    def wrong(self) -> bool:
        return bool(self.row.refused)

    @property
    def worst(self) -> str:
        return self.remarks[0].severity if self.remarks else ""

    @property
    def summary(self) -> str:
        """What the range or the values are, in a few words."""
        column = self.row.column
        if column.values:
            return _("%(n)s values") % {"n": len(column.values)}
        if column.seen_low is not None:
            return f"{column.seen_low} – {column.seen_high}"
        return ""

    @property
    def missing(self) -> int:
        return round(self.row.column.missing_share * 100)


def grid_rows(
    rows: Iterable[DraftRow], languages: Sequence[str], *, saved: int | None = None
) -> list[GridRow]:
    """Rows as the page shows them; `saved` is the place of one that was just saved."""
    return [grid_row(row, languages, saved=row.column.place == saved) for row in rows]


def grid_row(row: DraftRow, languages: Sequence[str], *, saved: bool = False) -> GridRow:
    def of(name: str, label: str, **more: Any) -> Input:
        place = row.column.place
        error = row.refused.get(name) or row.refused.get(name.partition("-")[0], "")
        text = row.given.get(name, "")
        return Input(f"r{place}.{name}", f"r{place}-{name}", label, text, error, **more)

    texts = []
    for language in languages:
        texts.append(of(f"label-{language}", _("Label (%s)") % language, lang=language))
        texts.append(of(f"reason-{language}", _("Reason (%s)") % language, lang=language))
    return GridRow(
        row=row,
        first=(
            of("name", _("Field")),
            of("type", _("Type"), choices=type_choices()),
            of("use", _("Use"), choices=use_choices()),
        ),
        more=(
            of("unit", _("Unit")),
            of("scale", _("Decimals")),
            of("min", _("Least")),
            of("max", _("Greatest")),
            of("risk", _("Higher value means"), choices=risk_choices()),
            of("known", _("Known"), choices=known_choices()),
            of("basis", _("Prohibited basis"), choices=basis_choices()),
            of("special", _("Special codes (98 = not known)"), lines=2),
            of("values", _("Values (value = label)"), lines=4),
        ),
        texts=texts,
        remarks=_remarks(row),
        general=row.refused.get("", ""),
        saved=saved,
    )


def _remarks(row: DraftRow) -> list[Remark]:
    language = get_language() or "en"
    spoken = {"bad": _("Serious"), "warn": _("Look"), "info": _("Note")}
    found = sorted(row.column.findings, key=lambda finding: ORDER.index(finding.severity))
    return [
        Remark(f.severity, SEVERITIES[f.severity], spoken[f.severity], f.sentence(language))
        for f in found
    ]


def type_choices() -> list[Choice]:
    words = {
        "integer": _("whole number"), "decimal": _("decimal"), "money": _("money"),
        "boolean": _("yes or no"), "category": _("category"), "date": _("date"),
        "text": _("text"),
    }  # fmt: skip
    return [(kind, words[kind]) for kind in TYPES]


def use_choices() -> list[Choice]:
    words = {
        "model": _("models and policy"), "policy": _("policy only"),
        "monitoring": _("monitoring only"), "ignore": _("leave out"),
        "reference": _("names the row"), "applied_on": _("day of application"),
    }  # fmt: skip
    return [(use, words[use]) for use in USES]


def risk_choices() -> list[Choice]:
    return [("", _("not said")), ("higher", _("more risk")), ("lower", _("less risk"))]


def known_choices() -> list[Choice]:
    return [
        ("application", _("when applying")),
        ("bureau", _("from a bureau")),
        ("decision", _("only after the decision")),
    ]


def basis_choices() -> list[Choice]:
    words = {
        "sex": _("sex"), "age": _("age"), "marital_status": _("marital status"),
        "race": _("race"), "national_origin": _("national origin"), "religion": _("religion"),
        "disability": _("disability"), "public_assistance": _("public assistance"),
        "health": _("health"), "sexual_orientation": _("sexual orientation"),
        "political_opinion": _("political opinion"),
    }  # fmt: skip
    return [("", _("none")), *((basis, words[basis]) for basis in SPOKEN)]


def posted_rows(post: QueryDict, rows: Iterable[DraftRow]) -> dict[int, dict[str, str]]:
    """What was typed, by row; rows that were not touched are left out."""
    found: dict[int, dict[str, str]] = {}
    for row in rows:
        if row.fixed:
            continue
        given = posted_row(post, row)
        if given is not None and not _untouched(given, row):
            found[row.column.place] = given
    return found


def posted_row(post: QueryDict, row: DraftRow) -> dict[str, str] | None:
    """One row's inputs, None where the form did not send it."""
    prefix = f"r{row.column.place}."
    if f"{prefix}seen" not in post:
        return None
    given = {name: _typed(str(post.get(prefix + name, ""))) for name in row.given}
    return {**given, "seen": str(post[f"{prefix}seen"])}


def _untouched(given: Mapping[str, str], row: DraftRow) -> bool:
    """Whether the inputs say what their author saw, whatever the row says by now."""
    sent = {name: text for name, text in given.items() if name != "seen"}
    return DraftRow(row.column, row.use, sent).seen == given["seen"]


def _typed(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip()
