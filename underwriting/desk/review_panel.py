"""What this person may do with this review now, and what they should know before they click.

Call inside `enter`.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext

from accounts.members import Member
from underwriting.authority import is_exception
from underwriting.desk.authority_words import AuthorityWords, authority_words, exception_words
from underwriting.desk.case import CaseFile
from underwriting.desk.forms import (
    ApproveForm,
    CounterOfferForm,
    DeclineForm,
    NoteForm,
    ReferUpForm,
)
from underwriting.desk.place import allowed, member_of
from underwriting.desk.words import language, moment, money, months
from underwriting.enums import Outcome, OverrideCode, ReviewCause, ReviewStatus
from underwriting.models import Review, ReviewStep
from underwriting.selectors.authority import policy_outcome_of
from underwriting.selectors.reasons import reason_choices
from underwriting.selectors.terms import parsed
from underwriting.services.reviews import REVIEW, SECOND
from underwriting.verdicts import Verdict

VERDICTS = ("approve", "counter_offer", "decline", "refer_up")


@dataclass(frozen=True, slots=True)
class PendingVerdict:
    """A first person's verdict as the second one reads it."""

    words: str
    by: str
    terms: str
    reasons: list[str]
    overrides: list[str]
    conditions: list[str]
    note: str
    exception: str


@dataclass(slots=True)
class ReviewPanel:
    review: Review
    status: str
    cause: str
    claimed_by: str
    opened: str
    senior_needed: bool
    may_claim: bool = False
    may_release: bool = False
    may_judge: bool = False
    may_second: bool = False
    why_not: str = ""
    limit: str = ""
    above_limit: bool = False
    authority: AuthorityWords | None = None
    pending: PendingVerdict | None = None
    steps: list[Any] = dataclasses.field(default_factory=list)
    forms: dict[str, Form] = dataclasses.field(default_factory=dict)
    opened_form: str = ""


def review_panel(
    request: HttpRequest, case: CaseFile, bound: Mapping[str, Form] | None = None
) -> ReviewPanel | None:
    """None where nothing waits for a person. `bound` is a form that was refused: shown again."""
    review = case.detail.review
    if review is None:
        return None
    member, me = member_of(request), str(request.user.pk)
    panel = ReviewPanel(
        review=review,
        status=str(ReviewStatus(review.status).label),
        cause=str(ReviewCause(review.cause).label),
        claimed_by=case.names.get(review.claimed_by or "", ""),
        opened=moment(review.opened_at),
        senior_needed=review.level > 0,
    )
    _limit(panel, case, member)
    panel.authority = authority_words(case, review, member)
    _rights(panel, request, me, case)
    panel.pending = _pending(review, case)
    panel.steps = _steps(review, case)
    if panel.may_judge or panel.may_second or panel.may_claim:
        panel.forms = verdict_forms(case)
    for name, form in (bound or {}).items():
        panel.forms[name] = form
        panel.opened_form = name
    return panel


def verdict_forms(
    case: CaseFile, name: str | None = None, data: QueryDict | None = None
) -> dict[str, Form]:
    """The forms of one case, unbound; with a name, that one alone, bound to what came in."""
    application = case.application
    reasons = reason_choices(application.organization_id, application.id, language())
    policy = policy_outcome_of(case.detail.decision) if case.detail.decision else ""
    likely = [reason.code for reason in case.reasons]
    ordered = sorted(reasons, key=lambda choice: choice[0] not in likely)
    made: dict[str, Any] = {
        "approve": lambda: ApproveForm(
            data, prefix="approve", excepted=is_exception(policy, Outcome.APPROVE)
        ),
        "counter_offer": lambda: CounterOfferForm(
            data,
            prefix="counter_offer",
            excepted=is_exception(policy, Outcome.COUNTER_OFFER),
            reasons=ordered,
            terms=_terms(case),
            initial={"term_months": application.term_months},
        ),
        "decline": lambda: DeclineForm(data, prefix="decline", reasons=ordered),
        "refer_up": lambda: ReferUpForm(data, prefix="refer_up"),
        "agree": lambda: NoteForm(data, prefix="agree"),
        "disagree": lambda: NoteForm(data, prefix="disagree"),
    }
    return {key: make() for key, make in made.items() if name in (None, key)}


def _terms(case: CaseFile) -> list[int] | None:
    """The product's terms; None for a product without any."""
    term = parsed(case.application.product_version.document).get("term")
    return list(term.get("values", [])) if term else None


def _limit(panel: ReviewPanel, case: CaseFile, member: Member) -> None:
    application, limit = case.application, member.approval_limit
    panel.above_limit = limit is None or application.amount > limit
    if limit is not None:
        panel.limit = money(limit, application.currency, case.digits)


def _rights(panel: ReviewPanel, request: HttpRequest, me: str, case: CaseFile) -> None:
    review = panel.review
    if not allowed(request, REVIEW):
        panel.why_not = gettext("Your role lets you look at this file, not decide it.")
    elif panel.senior_needed and not allowed(request, SECOND):
        panel.why_not = gettext("This was referred up: a senior underwriter decides it.")
    elif review.status == ReviewStatus.SECOND_PERSON:
        _second_rights(panel, request, me, case)
    elif review.claimed_by not in (None, me):
        panel.why_not = gettext("%(name)s is working on this.") % {"name": panel.claimed_by}
    else:
        panel.may_claim = review.claimed_by is None
        panel.may_release = panel.may_judge = review.claimed_by == me


def _second_rights(panel: ReviewPanel, request: HttpRequest, me: str, case: CaseFile) -> None:
    if panel.review.verdict_by == me:
        panel.why_not = gettext("You gave this verdict; another person has to agree.")
    elif not allowed(request, SECOND):
        panel.why_not = gettext("A senior underwriter has to agree with this verdict.")
    else:
        panel.may_second = True


def _pending(review: Review, case: CaseFile) -> PendingVerdict | None:
    if review.status != ReviewStatus.SECOND_PERSON or review.verdict is None:
        return None
    verdict = Verdict.parse(review.verdict)
    texts = dict(reason_choices(case.application.organization_id, case.application.id, language()))
    note = (
        ReviewStep.objects.filter(
            organization_id=review.organization_id, review=review, actor_id=review.verdict_by
        )
        .order_by("-number")
        .values_list("note", flat=True)
        .first()
    )
    return PendingVerdict(
        words=str(Outcome(verdict.outcome).label),
        by=case.names.get(review.verdict_by or "", ""),
        terms=_verdict_terms(verdict, case),
        reasons=[texts.get(code, code) for code in verdict.reasons],
        overrides=[str(OverrideCode(code).label) for code in verdict.override_codes],
        conditions=[text for _, text in verdict.conditions],
        note=note or "",
        exception=exception_words(verdict),
    )


def _verdict_terms(verdict: Verdict, case: CaseFile) -> str:
    if verdict.amount is None:
        return case.asked
    amount = f"{verdict.amount}\u00a0{case.application.currency}"
    return f"{amount} · {months(verdict.term_months)}" if verdict.term_months else amount


def _steps(review: Review, case: CaseFile) -> list[dict[str, str]]:
    rows = ReviewStep.objects.filter(organization_id=review.organization_id, review=review)
    return [
        {
            "words": row.get_kind_display(),
            "by": case.names.get(row.actor_id, gettext("former colleague")),
            "at": moment(row.taken_at),
            "note": row.note,
        }
        for row in rows.order_by("number")
    ]
