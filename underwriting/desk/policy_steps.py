"""The buttons of a policy's life: each page one form and one service."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.forms import ServiceForm
from accounts.desk.pages import ServicePage
from scoring.desk.championships import moment_field
from tenancy.errors import DomainError
from underwriting.desk.gate_words import gate_name, obstacle_words
from underwriting.desk.place import known_or_404
from underwriting.enums import GateExceptionReason
from underwriting.models import GateException, PolicyVersion
from underwriting.services.gates import gate_exception_answer, gate_exception_ask
from underwriting.services.policies import (
    PublicationRefused,
    policy_check,
    policy_copy,
    policy_publish,
    policy_return,
    policy_submit,
    policy_withdraw,
)
from underwriting.services.policy_endings import policy_cancel, policy_retire

Admin = ModelAdmin[Any]
Words = str | Promise
DRAFT, PUBLISH = "underwriting.draft_policy", "underwriting.publish_policy"
ASK, GRANT = "underwriting.view_policyversion", "underwriting.grant_gate_exception"

REFUSED: dict[str, Words] = {
    "status": gettext_lazy("It has moved on meanwhile: look at it again."),
    "meanwhile": gettext_lazy("It has moved on meanwhile: look at it again."),
    "same_person": gettext_lazy("You worked on it yourself: somebody else answers."),
    "permission": gettext_lazy("You may not do this."),
    "not_theirs": gettext_lazy("Only those who worked on it withdraw it."),
    "begun": gettext_lazy("It has begun already."),
    "scheduled": gettext_lazy("It has not begun: take it back instead."),
    "exception_open": gettext_lazy("This exception is asked for already."),
    "answered": gettext_lazy("It is answered already."),
    "has_decided": gettext_lazy("A split test decided by it: draft a new version from it."),
    "gates_open": gettext_lazy("A change of these gates waits for its answer."),
}


class PolicyForm(ServiceForm):
    """A refusal always comes with its reason."""

    def refuse(self, error: DomainError) -> None:
        if isinstance(error, PublicationRefused):
            for found in error.obstructions:
                said = obstacle_words(found, "", 2)
                self.add_error(None, " ".join([str(said["words"]), *said["about"]]))
        elif error.code in REFUSED:
            self.add_error(None, str(REFUSED[error.code]))
        else:
            super().refuse(error)


class NoteForm(PolicyForm):
    note = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("It is kept with the policy."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )


class PublishForm(PolicyForm):
    effective_from = moment_field(
        gettext_lazy("In force from"),
        required=False,
        help_text=gettext_lazy(
            "Leave it empty to begin now. The policy before it decides until then."
        ),
    )


class ExceptionForm(PolicyForm):
    renamed = {"expires_at": "expires_on"}

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=GateExceptionReason.choices)
    words = forms.CharField(
        label=gettext_lazy("Why is it right here?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )
    mitigants = forms.CharField(
        label=gettext_lazy("What makes up for it?"),
        help_text=gettext_lazy("For example a limit on amounts, or a look at it every month."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )
    expires_on = moment_field(
        gettext_lazy("Until"),
        help_text=gettext_lazy("It ends by itself; after that it covers no publication."),
    )


class AnswerForm(PolicyForm):
    agree = forms.TypedChoiceField(
        label=gettext_lazy("Answer"),
        choices=[("yes", gettext_lazy("Agree")), ("no", gettext_lazy("Refuse"))],
        coerce=lambda given: given == "yes",
        widget=forms.RadioSelect,
    )


@dataclass(frozen=True, slots=True)
class Move:
    """One button: what it says, what it asks for, what it calls."""

    name: str
    permission: str
    form: type[PolicyForm]
    service: Callable[..., PolicyVersion]
    title: Words
    button: Words
    lead: Words = ""


MOVES = (
    Move(
        "check", DRAFT, PolicyForm, policy_check,
        gettext_lazy("Check this policy?"), gettext_lazy("Check it"),
        gettext_lazy("Against the product, dictionary and law of today, with its own test cases."),
    ),
    Move(
        "submit", DRAFT, PolicyForm, policy_submit,
        gettext_lazy("Hand this policy in?"), gettext_lazy("Hand it in"),
        gettext_lazy("It is frozen, run against past applications, and waits for an approver."),
    ),
    Move(
        "withdraw", DRAFT, PolicyForm, policy_withdraw,
        gettext_lazy("Withdraw this policy?"), gettext_lazy("Withdraw it"),
        gettext_lazy("It becomes a draft again."),
    ),
    Move(
        "publish", PUBLISH, PublishForm, policy_publish,
        gettext_lazy("Publish this policy"), gettext_lazy("Publish"),
        gettext_lazy("It decides from that moment on; the one in force until then ends."),
    ),
    Move(
        "return", PUBLISH, NoteForm, policy_return,
        gettext_lazy("Return this policy to its author"), gettext_lazy("Return it"),
        gettext_lazy("Say what has to change. It becomes a draft again."),
    ),
    Move(
        "cancel", PUBLISH, NoteForm, policy_cancel,
        gettext_lazy("Take this policy back before it begins?"), gettext_lazy("Take it back"),
        gettext_lazy("The one before it stays in force, in the test organization too."),
    ),
    Move(
        "retire", "underwriting.view_policyversion", NoteForm, policy_retire,
        gettext_lazy("Retire this policy?"), gettext_lazy("Retire it"),
        gettext_lazy("If it is in force, people decide every application from now on."),
    ),
    Move(
        "copy", DRAFT, PolicyForm, policy_copy,
        gettext_lazy("Draft a new version from this one?"), gettext_lazy("Draft it"),
    ),
)  # fmt: skip


def step_urls(admin: Admin) -> list[URLPattern]:
    """Every page under the address of its version, and the exceptions' own."""
    view = admin.admin_site.admin_view
    called = "underwriting_policyversion"
    return [
        *(
            path(
                f"<uuid:row_id>/{move.name}/",
                view(_page(admin, move)),
                name=f"{called}_{move.name}",
            )
            for move in MOVES
        ),
        path(
            "<uuid:row_id>/except/<slug:gate>/",
            view(_except_page(admin)),
            name=f"{called}_except",
        ),
        path("exceptions/<uuid:row_id>/", view(_exception_page(admin)), name=f"{called}_exception"),
    ]


def _page(admin: Admin, move: Move) -> Callable[[HttpRequest, UUID], HttpResponse]:
    def view(request: HttpRequest, row_id: UUID) -> HttpResponse:
        known_or_404(request, PolicyVersion.objects.all(), row_id)

        def call(data: dict[str, Any]) -> HttpResponse:
            version = move.service(**place_of(request), policy_version_id=row_id, **data)
            return _back(version.id)

        return ServicePage(
            admin=admin,
            permission=move.permission,
            form=move.form(_posted(request)),
            call=call,
            title=str(move.title),
            lead=str(move.lead),
            button=str(move.button),
            done="",
            extra={"list_url": _url(row_id)},
        ).answer(request)

    return view


def _except_page(admin: Admin) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, row_id: UUID, gate: str) -> HttpResponse:
        known_or_404(request, PolicyVersion.objects.all(), row_id)

        def call(data: dict[str, Any]) -> HttpResponse:
            gate_exception_ask(
                **place_of(request),
                policy_version_id=row_id,
                gate=gate,
                expires_at=data.pop("expires_on"),
                **data,
            )
            return _back(row_id)

        usual = {"expires_on": timezone.now() + timedelta(days=90)}
        return ServicePage(
            admin=admin,
            permission=ASK,
            form=ExceptionForm(_posted(request), initial=usual),
            call=call,
            title=_("Ask for an exception: %(gate)s") % {"gate": gate_name(gate)},
            lead=_("For this very document. Somebody with the authority answers, not you."),
            button=_("Ask for it"),
            done="",
            extra={"list_url": _url(row_id)},
        ).answer(request)

    return view


def _exception_page(admin: Admin) -> Callable[[HttpRequest, UUID], HttpResponse]:
    def view(request: HttpRequest, row_id: UUID) -> HttpResponse:
        known_or_404(request, GateException.objects.all(), row_id)

        def call(data: dict[str, Any]) -> HttpResponse:
            answered = gate_exception_answer(
                **place_of(request), exception_id=row_id, agree=data["agree"]
            )
            return _back(answered.policy_version_id)

        return ServicePage(
            admin=admin,
            permission=GRANT,
            form=AnswerForm(_posted(request)),
            call=call,
            title=_("Answer this exception"),
            lead=_("Your name is kept with the answer, and the answer does not change."),
            button=_("Answer"),
            done="",
        ).answer(request)

    return view


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _url(version_id: UUID) -> str:
    return reverse("admin:underwriting_policyversion_change", args=[version_id])


def _back(version_id: UUID) -> HttpResponse:
    return redirect(_url(version_id))
