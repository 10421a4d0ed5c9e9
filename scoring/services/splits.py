"""Split tests: a share of the applicants decided by the challenger, begun by a second person."""

from uuid import UUID

from django.db import IntegrityError

from events.actor import Actor
from events.services import event_record
from scoring.enums import ModelStatus, SplitStatus
from scoring.models import SplitTest
from scoring.selectors.models import model_version_by_id
from scoring.services.charge import in_charge
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

MOST_SHARE_PPM = 500_000


def split_propose(
    *, organization_id: UUID, actor: Actor, challenger_id: UUID, share_ppm: int, reason: str
) -> SplitTest:
    """Propose that a challenger decides for a share of the applicants.

    Conflict unless it is a challenger made for the same dictionary as the model in charge, and
    while another split test of the product is proposed or running.
    """
    _refuse_unsaid(share_ppm, reason)
    try:
        with enter(organization_id):
            split = _proposed(organization_id, actor, challenger_id, share_ppm, reason.strip())
            _recorded(split, actor, "proposed")
            return split
    except IntegrityError as error:
        if "split_test_one_at_a_time" not in str(error):
            raise
        message = "a split test of this product is proposed or running"
        raise Conflict(message, code="split_active") from error


def split_begin(*, organization_id: UUID, actor: Actor, split_id: UUID) -> SplitTest:
    """A second person's yes: from now on the share is the challenger's."""
    with enter(organization_id):
        split = _proposal(organization_id, split_id, actor)
        present = in_charge(split.product)
        if present is None or present.model_version_id != split.champion_id:
            raise Conflict("another model is in charge by now", code="champion_changed")
        if split.challenger.status != ModelStatus.CHALLENGER:
            raise Conflict("the model is no challenger any more", code="not_a_challenger")
        split.status = SplitStatus.RUNNING
        split.answered_by = actor.id
        split.answered_at = split.started_at = now(organization_id)
        split.save(update_fields=["status", "answered_by", "answered_at", "started_at"])
        _recorded(split, actor, "begun")
    return split


def split_refuse(*, organization_id: UUID, actor: Actor, split_id: UUID) -> SplitTest:
    """A second person's no."""
    with enter(organization_id):
        split = _proposal(organization_id, split_id, actor)
        split.status = SplitStatus.REFUSED
        split.answered_by = actor.id
        split.answered_at = now(organization_id)
        split.save(update_fields=["status", "answered_by", "answered_at"])
        _recorded(split, actor, "refused")
    return split


def split_end(*, organization_id: UUID, actor: Actor, split_id: UUID, reason: str) -> SplitTest:
    """Give every applicant back to the model in charge. Anybody who may propose may end."""
    if not reason.strip():
        raise Invalid([FieldError("/reason", "required", "say why the test ends")])
    with enter(organization_id):
        split = _locked(organization_id, split_id)
        if split.status != SplitStatus.RUNNING:
            raise Conflict("the split test is not running", code="split_over")
        split.status = SplitStatus.ENDED
        split.ended_at = now(organization_id)
        split.ended_reason = reason.strip()
        split.save(update_fields=["status", "ended_at", "ended_reason"])
        _recorded(split, actor, "ended")
    return split


def _refuse_unsaid(share_ppm: int, reason: str) -> None:
    problems = []
    if not 1 <= share_ppm <= MOST_SHARE_PPM:
        message = "the challenger decides for more than nobody and at most half"
        problems.append(FieldError("/share_ppm", "range", message))
    if not reason.strip():
        problems.append(FieldError("/reason", "required", "say what the test shall show"))
    if problems:
        raise Invalid(problems)


def _proposed(
    organization_id: UUID, actor: Actor, challenger_id: UUID, share_ppm: int, reason: str
) -> SplitTest:
    challenger = model_version_by_id(organization_id, challenger_id)
    if challenger.status != ModelStatus.CHALLENGER:
        raise Conflict("only a challenger can be tested", code="not_a_challenger")
    present = in_charge(challenger.product)
    if present is None:
        raise Conflict("no model is in charge to test against", code="champion_missing")
    champion = present.model_version
    if champion.id == challenger.id:
        raise Conflict("the model is in charge already", code="in_charge")
    if champion.dictionary_version_id != challenger.dictionary_version_id:
        message = "the challenger was made for another dictionary than the model in charge"
        raise Conflict(message, code="other_dictionary")
    return SplitTest.objects.create(
        organization_id=organization_id,
        product=challenger.product,
        champion=champion,
        challenger=challenger,
        share_ppm=share_ppm,
        reason=reason,
        requested_by_kind=actor.kind,
        requested_by_id=actor.id,
        requested_at=now(organization_id),
    )


def _locked(organization_id: UUID, split_id: UUID) -> SplitTest:
    found = (
        SplitTest.objects.select_for_update(of=("self",))
        .filter(organization_id=organization_id, id=split_id)
        .select_related("product", "challenger")
        .first()
    )
    if found is None:
        raise NotFound("no such split test")
    return found


def _proposal(organization_id: UUID, split_id: UUID, actor: Actor) -> SplitTest:
    """Locked, unanswered, and this person's to answer."""
    split = _locked(organization_id, split_id)
    if split.status != SplitStatus.PROPOSED:
        raise Conflict("the split test is answered", code="answered")
    if actor.kind != "user":
        raise Forbidden("a person answers, nobody else", code="not_a_person")
    if actor.id == split.requested_by_id:
        raise Forbidden("somebody else must answer", code="same_person")
    return split


def _recorded(split: SplitTest, actor: Actor, what: str) -> None:
    event_record(
        organization_id=split.organization_id,
        actor=actor,
        type=f"split_test.{what}",
        subject=("split_test", split.id),
        data={"challenger": str(split.challenger_id), "share_ppm": split.share_ppm},
    )
