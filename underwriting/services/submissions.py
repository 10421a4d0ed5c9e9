"""What a submission stores beside its application: parties, their facts, their consents."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from events.actor import Actor
from tenancy.canonical import canonical
from tenancy.errors import FieldError, Invalid
from tenancy.rows import insert
from tenancy.statements import Row, Statement, ask_together
from tenancy.vault import salted_hash
from underwriting.enums import Provenance
from underwriting.messages import message
from underwriting.models import Application, Consent, ConsentText, FactSet, Party
from underwriting.models.application import HASH
from underwriting.selectors.terms import ProductTerms
from underwriting.services.customers import Resolved
from underwriting.submission import Submission, pointer_of

_HASH = re.compile(HASH)
_TEXTS = """
SELECT id, purpose, language, version, content_hash, published_at FROM underwriting_consenttext
WHERE organization_id = %(organization)s AND content_hash = ANY (%(hashes)s)
"""


def consents_published(
    organization_id: UUID, parties: Sequence[Any]
) -> dict[tuple[str, str], ConsentText]:
    """The published texts among the hashes that came in, without their words."""
    (answer,) = ask_together(texts_asked(organization_id, parties))
    return texts_read(organization_id, answer.rows)


def texts_asked(organization_id: UUID, parties: Sequence[Any]) -> Statement:
    """The question of `consents_published`, to be asked together with others."""
    hashes = {
        consent.get("text_hash")
        for party in parties
        if isinstance(party, Mapping)
        for consent in _listed(party.get("consents"))
        if isinstance(consent, Mapping) and _HASH.match(str(consent.get("text_hash")))
    }
    return Statement(_TEXTS, {"organization": organization_id, "hashes": sorted(hashes)})


def texts_read(organization_id: UUID, rows: Sequence[Row]) -> dict[tuple[str, str], ConsentText]:
    """Its answer: the texts by purpose and hash."""
    return {
        (purpose, content_hash): ConsentText(
            id=row_id,
            organization_id=organization_id,
            purpose=purpose,
            language=language,
            version=version,
            content_hash=content_hash,
            published_at=published_at,
        )
        for row_id, purpose, language, version, content_hash, published_at in rows
    }


def consents_known(
    submission: Submission, texts: Mapping[tuple[str, str], ConsentText]
) -> list[list[ConsentText]]:
    """The texts each party agreed to; Invalid when one was never published."""
    errors = [
        FieldError(
            f"{pointer_of(index)}/consents/{place}",
            "consent_unknown",
            message("consent_unknown", submission.language),
        )
        for index, party in enumerate(submission.parties)
        for place, consent in enumerate(party.consents)
        if consent not in texts
    ]
    if errors:
        raise Invalid(errors)
    return [[texts[consent] for consent in party.consents] for party in submission.parties]


def parties_store(
    application: Application,
    product: ProductTerms,
    submission: Submission,
    resolved: Sequence[Resolved],
) -> tuple[list[Party], list[FactSet]]:
    """The parties in order, each with its facts."""
    own = {"organization_id": application.organization_id, "application": application}
    parties = [
        Party(
            **own,
            customer=found.customer,
            identity=found.identity,
            position=position,
            role=said.role,
            liability=said.liability,
            match=found.match,
            possible_customer=found.possible,
        )
        for position, (said, found) in enumerate(zip(submission.parties, resolved, strict=True))
    ]
    facts = [
        _fact_set(product, party, canonical(dict(said.facts)))
        for party, said in zip(parties, submission.parties, strict=True)
    ]
    insert(parties)
    insert(facts)
    return parties, facts


def _fact_set(product: ProductTerms, party: Party, document: bytes) -> FactSet:
    salt = bytes(party.customer.salt or b"")
    return FactSet(
        organization_id=party.organization_id,
        application_id=party.application_id,
        party_id=party.id,
        dictionary_hash=product.dictionary_hash,
        document=document.decode(),
        content_hash=f"hmac-sha256:{salted_hash(salt, document).hex()}",
        provenance=Provenance.DECLARED,
        as_of=product.at.date(),
        recorded_at=product.at,
    )


def consents_store(
    application: Application,
    actor: Actor,
    parties: Sequence[Party],
    texts: Sequence[Sequence[ConsentText]],
    *,
    at: datetime | None = None,
) -> None:
    """`at` is when they agreed, where that was not when the application was made."""
    insert(
        [
            Consent(
                organization_id=application.organization_id,
                application_id=application.id,
                party_id=party.id,
                text_id=text.id,
                agreed_at=at or application.created_at,
                actor_kind=actor.kind,
                actor_id=actor.id,
            )
            for party, agreed in zip(parties, texts, strict=True)
            for text in agreed
        ]
    )


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
