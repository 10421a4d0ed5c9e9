"""Handing a draft in: once, however often it is clicked; everybody gets a link of their own."""

import json
import logging
from collections.abc import Mapping, Sequence
from smtplib import SMTPException

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from events.actor import Actor
from tenancy.enter import enter
from underwriting.portal.drafts import Draft, Receipt
from underwriting.portal.problems import parties_of, request_of
from underwriting.portal.steps import Asking
from underwriting.portal.visits import Visit
from underwriting.selectors import parties
from underwriting.services.applications import IdempotencyKey, Submitted, application_submit
from underwriting.services.links import party_link

SCOPE = "portal"
log = logging.getLogger(__name__)


def hand_in(visit: Visit, asking: Asking, draft: Draft, device: str | None) -> Receipt:
    """Submit the draft; the same draft again gives the same application. Raises as the service."""
    request, said = request_of(asking, draft), parties_of(asking, draft)
    submitted = application_submit(
        organization_id=visit.organization.id,
        actor=Actor("applicant", f"portal:{draft.nonce}"),
        door="portal",
        product_slug=visit.product,
        request=request,
        parties=said,
        language=visit.lender_language,
        idempotency=IdempotencyKey(SCOPE, draft.nonce, _body(request, said)),
        device=device,
    )
    links = _links(visit, submitted)
    if not submitted.replayed:
        _mail(visit, draft, links)
    return Receipt(draft.nonce, tuple(links))


def _body(request: Mapping[str, object], said: Sequence[object]) -> bytes:
    return json.dumps([request, said], sort_keys=True).encode()


def _links(visit: Visit, submitted: Submitted) -> list[str]:
    with enter(visit.organization.id, read_only=True):
        found = parties.parties_of(
            organization_id=visit.organization.id, application_id=submitted.application.id
        )
        return [party_link(party) for party in found]


def _mail(visit: Visit, draft: Draft, links: Sequence[str]) -> None:
    """A letter that does not go out costs nobody the application: the page shows the link too."""
    for person, token in zip(draft.applicants, links, strict=True):
        context = {
            "visit": visit,
            "name": person.given_names,
            "address": visit.request.build_absolute_uri(visit.url("status", token=token)),
        }
        subject = _("Your application to %(lender)s") % {"lender": visit.organization.name}
        text = render_to_string("portal/mail/link.txt", context)
        try:
            send_mail(subject, text, None, [person.identity["email"]])
        except (OSError, SMTPException):
            log.exception("a link could not be mailed")
