"""Reasons in words: what a decision gave, and what a person may give. Call inside `enter`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import override

from ml.dictionary import Dictionary
from scoring.models import DictionaryVersion
from tenancy.rows import find
from underwriting.decisioning.catalogue import reason_catalogue
from underwriting.enums import HoldCode, ReasonSource
from underwriting.models import Decision, DecisionReason, PolicyVersion
from underwriting.personas import TEXTS as PERSONA_TEXTS
from underwriting.policy.document import Policy

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class ReasonText:
    """One reason as people read it; `party` is the position of the party it is about."""

    code: str
    text: str
    source: str
    party: int | None
    field: str | None


def reason_texts(
    decision: Decision, language: str, rows: Sequence[DecisionReason] | None = None
) -> list[ReasonText]:
    """The decision's principal reasons in order, in the language or the nearest there is.

    `rows` are its reasons where somebody has read them already.
    """
    if rows is None:
        rows = reasons_by_decision(decision.organization_id, [decision]).get(decision.id, ())
    texts = catalogue_texts(decision)
    return [
        ReasonText(
            code=reason.code,
            text=_text(texts, reason.code, reason.source, language),
            source=reason.source,
            party=reason.party,
            field=reason.field,
        )
        for reason in rows
    ]


def reasons_by_decision(
    organization_id: UUID, decisions: Sequence[Decision]
) -> dict[UUID, list[DecisionReason]]:
    """The reasons of many decisions, each in order, in one statement."""
    found: dict[UUID, list[DecisionReason]] = {}
    condition = "decision_id = ANY (%(decisions)s) ORDER BY position"
    ids = [each.id for each in decisions]
    for row in find(DecisionReason, organization_id, condition, decisions=ids):
        found.setdefault(row.decision_id, []).append(row)
    return found


def reason_choices(
    organization_id: UUID, application_id: UUID, language: str
) -> list[tuple[str, str]]:
    """What an underwriter may give as a reason for this application, by text."""
    decision = Decision.objects.filter(
        organization_id=organization_id, application_id=application_id, in_force=True
    ).first()
    if decision is None:
        return []
    texts = catalogue_texts(decision)
    choices = [(code, _text(texts, code, "", language)) for code in texts]
    return sorted(choices, key=lambda choice: choice[1])


def document_reasons(
    organization_id: UUID,
    policy_hash: str,
    dictionary_hash: str,
    reasons: Sequence[Mapping[str, Any]],
    language: str,
) -> list[str]:
    """The texts of a decision document's reasons, where no decision was recorded."""
    texts = _published(organization_id, policy_hash, dictionary_hash)
    return [_text(texts, each["code"], each["source"], language) for each in reasons]


def catalogue_texts(decision: Decision) -> Mapping[str, Mapping[str, str]]:
    """Every published reason of the decision's policy and dictionary: code to text per language."""
    return _published(
        decision.organization_id, decision.policy_hash or "", decision.dictionary_hash
    )


def _published(
    organization_id: UUID, policy_hash: str, dictionary_hash: str
) -> Mapping[str, Mapping[str, str]]:
    of = {"organization_id": organization_id}
    key = (policy_hash, dictionary_hash)
    found = _texts.get(key)
    if found is None:
        dictionary = DictionaryVersion.objects.filter(**of, content_hash=key[1])
        policy = PolicyVersion.objects.filter(**of, content_hash=key[0])
        found = _catalogue(
            dictionary.values_list("document", flat=True).first(),
            policy.values_list("document", flat=True).first(),
        )
        _texts[key] = found
    return found


_texts: dict[tuple[str, str], Mapping[str, Mapping[str, str]]] = {}


def _catalogue(dictionary: str | None, policy: str | None) -> Mapping[str, Mapping[str, str]]:
    if dictionary is None:
        return {}
    fields = Dictionary.parse(dictionary)
    if policy is None:
        return fields.reasons()
    return reason_catalogue(fields, Policy.parse(policy))


def _text(texts: Mapping[str, Mapping[str, str]], code: str, source: str, language: str) -> str:
    if source == ReasonSource.HOLD and code in HoldCode.values:
        with override(language):
            return str(HoldCode(code).label)
    words = PERSONA_TEXTS if source == ReasonSource.PERSONA else texts.get(code, {})
    return words.get(language) or words.get(FALLBACK) or next(iter(words.values()), code)
