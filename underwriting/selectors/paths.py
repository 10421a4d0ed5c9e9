"""What would have got somebody approved, in words. Call inside `enter`.

The words live here as data, one table a sentence, so that a reviewer reads all languages side by
side. Whoever a check or list stopped reads the very words of those for whom nothing was found: the
absence of a path tells nobody that they were noticed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ml.dictionary import Dictionary, Field
from tenancy.rows import find
from underwriting.enums import DecisionKind, PathStatus
from underwriting.models import ApprovalPath, Decision
from underwriting.selectors.explanations import in_language
from underwriting.selectors.terms import dictionary

Texts = Mapping[str, str]
Written = Callable[[Field, Any], str]

HEADING: Texts = {
    "en": "What would get you approved",
    "de": "Womit Ihr Antrag bewilligt würde",
    "es": "Con qué se aprobaría su solicitud",
    "pt": "O que faria seu pedido ser aprovado",
}
FOUND: Texts = {
    "en": "This is the smallest change we found with which the same rules approve the request:",
    "de": "Dies ist die kleinste Änderung, die wir gefunden haben, mit der dieselben Regeln den"
    " Antrag bewilligen:",
    "es": "Este es el menor cambio que encontramos con el que las mismas reglas aprueban la"
    " solicitud:",
    "pt": "Esta é a menor mudança que encontramos com a qual as mesmas regras aprovam o pedido:",
}
NOTHING: Texts = {
    "en": "We cannot name a change within your reach that would be enough.",
    "de": "Wir können keine Änderung nennen, die in Ihrer Hand läge und ausreichen würde.",
    "es": "No podemos indicar un cambio a su alcance que sea suficiente.",
    "pt": "Não podemos indicar uma mudança ao seu alcance que seja suficiente.",
}
OTHERS: Texts = {
    "en": "A fact of another applicant would have to change; they see it on their own page.",
    "de": "Eine Angabe einer anderen antragstellenden Person müsste sich ändern; sie sieht das auf"
    " ihrer eigenen Seite.",
    "es": "Tendría que cambiar un dato de otra persona solicitante; lo ve en su propia página.",
    "pt": "Um dado de outra pessoa solicitante teria de mudar; ela o vê na própria página.",
}
CAVEAT: Texts = {
    "en": "If you apply again by {date} and this is so, we decide by the same rules as today,"
    " unless something else has become worse by then. We verify every fact again.",
    "de": "Wenn Sie bis {date} erneut beantragen und dies zutrifft, entscheiden wir nach denselben"
    " Regeln wie heute, sofern sich bis dahin nichts anderes verschlechtert hat. Wir prüfen alle"
    " Angaben erneut.",
    "es": "Si vuelve a solicitarlo hasta el {date} y esto se cumple, decidimos con las mismas"
    " reglas que hoy, salvo que algo más haya empeorado para entonces. Verificamos de nuevo todos"
    " los datos.",
    "pt": "Se pedir de novo até {date} e isto se cumprir, decidimos pelas mesmas regras de hoje, a"
    " não ser que algo mais tenha piorado até lá. Verificamos todos os dados outra vez.",
}
CHANGES: Mapping[str, Texts] = {
    "lower": {
        "en": "{label}: {wanted} or less, instead of {current}",
        "de": "{label}: höchstens {wanted} statt {current}",
        "es": "{label}: {wanted} o menos, en lugar de {current}",
        "pt": "{label}: {wanted} ou menos, em vez de {current}",
    },
    "higher": {
        "en": "{label}: {wanted} or more, instead of {current}",
        "de": "{label}: mindestens {wanted} statt {current}",
        "es": "{label}: {wanted} o más, en lugar de {current}",
        "pt": "{label}: {wanted} ou mais, em vez de {current}",
    },
    "other": {
        "en": "{label}: {wanted} instead of {current}",
        "de": "{label}: {wanted} statt {current}",
        "es": "{label}: {wanted} en lugar de {current}",
        "pt": "{label}: {wanted} em vez de {current}",
    },
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change, as data and as a sentence; `party` None where the request would change."""

    party: int | None
    field: str
    label: str
    way: str
    current: Any
    wanted: Any
    text: str


@dataclass(frozen=True, slots=True)
class PathShown:
    """A path for a reader. `changes` are empty where nothing can be named."""

    heading: str
    lead: str
    changes: Sequence[Change]
    others: str
    """Said where another applicant's facts are meant and the reader may not see them."""
    until: datetime | None
    language: str

    @property
    def found(self) -> bool:
        return self.until is not None

    def caveat(self, written: Callable[[datetime], str]) -> str:
        """Until when it is honoured, and that every fact is verified again."""
        if self.until is None:
            return ""
        return in_language(CAVEAT, self.language).format(date=written(self.until))


def path_shown(
    decision: Decision | None, language: str, written: Written, *, party: int | None = None
) -> PathShown | None:
    """The decision's path, None where there is none to show. `party`: the reader's position,
    who sees the request's changes and their own; None sees all."""
    if decision is None:
        return None
    path = paths_shown(decision.organization_id, [decision]).get(decision.id)
    return None if path is None else path_told(decision, path, language, written, party=party)


def paths_shown(organization_id: UUID, decisions: Sequence[Decision]) -> dict[UUID, ApprovalPath]:
    """The paths to show of many decisions, by decision: one statement, none where none can be."""
    may = [
        decision.id
        for decision in decisions
        if decision.in_force and decision.kind == DecisionKind.AUTOMATIC and decision.is_adverse
    ]
    if not may:
        return {}
    condition = "decision_id = ANY (%(decisions)s) AND document IS NOT NULL"
    rows = find(ApprovalPath, organization_id, condition, decisions=may)
    return {row.decision_id: row for row in rows}


def path_told(
    decision: Decision,
    path: ApprovalPath,
    language: str,
    written: Written,
    *,
    party: int | None = None,
) -> PathShown:
    """A path in words."""
    words = dictionary(decision.organization_id, decision.dictionary_hash)
    told = [_change(words, each, language, written) for each in path.document_data["changes"]]
    mine = [each for each in told if party is None or each.party in (None, party)]
    found = path.status == PathStatus.FOUND
    return PathShown(
        heading=in_language(HEADING, language),
        lead=in_language(FOUND if found else NOTHING, language),
        changes=mine,
        others=in_language(OTHERS, language) if len(mine) < len(told) else "",
        until=path.honoured_until,
        language=language,
    )


def _change(
    words: Dictionary, change: Mapping[str, Any], language: str, written: Written
) -> Change:
    entry = words.entries[change["field"]]
    if not isinstance(entry, Field):
        raise TypeError(f"{entry.name} is computed: nobody changes it")
    label = in_language(entry.label, language) or entry.name
    text = in_language(CHANGES[change["way"]], language).format(
        label=label, wanted=written(entry, change["to"]), current=written(entry, change["from"])
    )
    return Change(
        change["party"], entry.name, label, change["way"], change["from"], change["to"], text
    )
