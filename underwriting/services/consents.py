"""Consent texts, published in versions: what is shown is kept word for word."""

from uuid import UUID

from events.actor import Actor
from events.services import event_record
from tenancy.canonical import content_hash
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import FieldError, Invalid
from tenancy.selectors import organization_current
from underwriting.consent_texts import built_in
from underwriting.models import ConsentText
from underwriting.regulation import pack


def consent_texts_publish(*, organization_id: UUID, actor: Actor) -> int:
    """Publish the built-in text of each purpose and language that has none yet; how many."""
    with enter(organization_id):
        organization = organization_current()
        there = set(
            ConsentText.objects.filter(organization_id=organization_id).values_list(
                "purpose", "language"
            )
        )
        texts = [
            (purpose, language, body)
            for purpose in pack(organization.regulation_pack).consents
            for language in organization.languages
            if (purpose, language) not in there
            and (body := built_in(purpose, language, organization.name)) is not None
        ]
        for purpose, language, body in texts:
            _publish(organization_id, actor, purpose, language, body, version=1)
    return len(texts)


def consent_text_present(organization_id: UUID, actor: Actor, purpose: str) -> None:
    """The built-in text of one purpose, in each language that has none. In the caller's `enter`."""
    organization = organization_current()
    there = ConsentText.objects.filter(organization_id=organization_id, purpose=purpose)
    for language in set(organization.languages) - set(there.values_list("language", flat=True)):
        body = built_in(purpose, language, organization.name)
        if body is not None:
            _publish(organization_id, actor, purpose, language, body, version=1)


def consent_text_publish(
    *, organization_id: UUID, actor: Actor, purpose: str, language: str, body: str
) -> ConsentText:
    """A lender's own wording: a new version, shown from now on; the same words change nothing."""
    if not body.strip():
        raise Invalid([FieldError("/body", "required", "A consent says something.")])
    with enter(organization_id):
        newest = (
            ConsentText.objects.filter(
                organization_id=organization_id, purpose=purpose, language=language
            )
            .order_by("-version")
            .first()
        )
        if newest is not None and newest.body == body:
            return newest
        version = newest.version + 1 if newest else 1
        return _publish(organization_id, actor, purpose, language, body, version=version)


def _publish(
    organization_id: UUID, actor: Actor, purpose: str, language: str, body: str, *, version: int
) -> ConsentText:
    text = ConsentText(
        organization_id=organization_id,
        purpose=purpose,
        language=language,
        version=version,
        body=body,
        content_hash=content_hash(body.encode()),
        published_at=now(organization_id),
    )
    text.save(force_insert=True)
    event_record(
        organization_id=organization_id,
        actor=actor,
        type="consent_text.published",
        subject=("consent_text", text.id),
        data={"purpose": purpose, "language": language, "content": text.content_hash},
    )
    return text
