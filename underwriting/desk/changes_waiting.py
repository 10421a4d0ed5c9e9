"""For Today: changes of policies and gates that wait for this person. Called inside `enter`."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from scoring.enums import AnswerStatus
from tenancy.clock import now
from tenancy.context import current_organization_id
from underwriting.desk.gate_words import gate_name
from underwriting.desk.place import allowed
from underwriting.desk.policy_change import page_url
from underwriting.desk.words import moment, product_name
from underwriting.enums import Crossing, PolicyStatus
from underwriting.models import GateException, PolicyGates, PolicyVersion
from underwriting.selectors.gates import exceptions_ended
from underwriting.selectors.policies import own_work
from underwriting.selectors.policy_trials import trials_crossed, trials_proposed
from underwriting.services.gates import ANSWER, GRANT

DRAFT, PUBLISH = "underwriting.draft_policy", "underwriting.publish_policy"
TRIALS = "admin:underwriting_policytrial_changelist"
SHOWN = 8
Line = dict[str, str]


def changes_waiting(request: HttpRequest) -> Mapping[str, Any]:
    organization_id = current_organization_id()
    if organization_id is None:
        return {}
    me = str(request.user.pk)
    lines: list[Line] = []
    if allowed(request, PUBLISH):
        lines += [*_submitted(organization_id, me), *_ended(organization_id)]
        lines += _proposed_trials(organization_id, me)
    if allowed(request, PUBLISH) or allowed(request, DRAFT):
        lines += _crossed_trials(organization_id)
    if allowed(request, ANSWER):
        lines += _gates(organization_id, me)
    if allowed(request, GRANT):
        lines += _exceptions(organization_id, me)
    return {"policy_changes": lines}


def _submitted(organization_id: Any, me: str) -> Iterator[Line]:
    rows = (
        PolicyVersion.objects.filter(organization_id=organization_id, status=PolicyStatus.SUBMITTED)
        .select_related("product")
        .order_by("submitted_at")[:SHOWN]
    )
    for version in rows:
        if not own_work(version, me):
            yield _line(_policy(version), _("handed in"), page_url(version, "change"))


def _gates(organization_id: Any, me: str) -> Iterator[Line]:
    rows = (
        PolicyGates.objects.filter(organization_id=organization_id, status=AnswerStatus.OPEN)
        .exclude(asked_by_id=me)
        .select_related("product")[:SHOWN]
    )
    for gates in rows:
        url = reverse("admin:underwriting_policygates_changelist")
        yield _line(product_name(gates.product), _("other gates are proposed"), url)


def _exceptions(organization_id: Any, me: str) -> Iterator[Line]:
    rows = (
        GateException.objects.filter(organization_id=organization_id, status=AnswerStatus.OPEN)
        .exclude(asked_by_id=me)
        .select_related("policy_version__product")[:SHOWN]
    )
    for asked in rows:
        words = _("an exception is asked for: %(gate)s") % {"gate": gate_name(asked.gate)}
        version = asked.policy_version
        yield _line(_policy(version), words, page_url(version, "change"))


def _ended(organization_id: Any) -> Iterator[Line]:
    """Still in force although the exception under which it began has ended: look at it again."""
    for each in exceptions_ended(organization_id, now(organization_id))[:SHOWN]:
        words = _("began under an exception that ended on %(when)s") % {
            "when": moment(each.expires_at)
        }
        version = each.policy_version
        yield _line(_policy(version), words, page_url(version, "change"))


def _proposed_trials(organization_id: Any, me: str) -> Iterator[Line]:
    for trial in trials_proposed(organization_id)[:SHOWN]:
        if trial.requested_by_id != me and not own_work(trial.challenger, me):
            words = _("a split test is proposed")
            yield _line(_policy(trial.challenger), words, reverse(TRIALS))


def _crossed_trials(organization_id: Any) -> Iterator[Line]:
    """What a running trial is about is proved: people say what follows."""
    for look in trials_crossed(organization_id)[:SHOWN]:
        better = look.crossed == Crossing.BETTER
        words = _("proved better in its trial") if better else _("proved worse in its trial")
        yield _line(_policy(look.trial.challenger), words, reverse(TRIALS))


def _policy(version: PolicyVersion) -> str:
    return _("%(product)s, version %(n)s") % {
        "product": product_name(version.product),
        "n": version.number,
    }


def _line(what: str, words: str, url: str) -> Line:
    return {"what": what, "words": words, "url": url}
