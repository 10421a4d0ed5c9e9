"""What owners fill in on the desk. A form only reads what was typed: services decide."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import PartnerKind, Role
from tenancy.errors import DomainError, Invalid

MINOR_UNITS = 100
"""A limit is typed in whole currency with cents; every demo and supported currency has two."""


class ServiceForm(forms.Form):
    """A form whose service may refuse; its refusals come back to the fields they name."""

    renamed: dict[str, str] = {}
    """Service input (a JSON pointer's name) to field, where they differ."""

    def refuse(self, error: DomainError) -> None:
        if not isinstance(error, Invalid):
            self.add_error(None, refusal_text(error))
            return
        for wrong in error.errors:
            given = wrong.pointer.strip("/").partition("/")[0]
            name = self.renamed.get(given, given)
            words = INPUTS_REFUSED.get((given, wrong.code), wrong.message)
            self.add_error(name if name in self.fields else None, str(words))


class InvitationForm(ServiceForm):
    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("They get a link that works once, for seven days.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.UNDERWRITER)
    approval_limit = forms.DecimalField(
        label=_("Approval limit"),
        help_text=_(
            "The highest amount they may approve alone. Underwriters only; without a limit they"
            " always need a second person."
        ),
        required=False,
        min_value=Decimal(0),
        max_digits=15,
        decimal_places=2,
    )

    def clean_approval_limit(self) -> int | None:
        """Minor units, as services take it."""
        given: Decimal | None = self.cleaned_data["approval_limit"]
        return None if given is None else int(given * MINOR_UNITS)


class PartnerForm(ServiceForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    slug = forms.SlugField(
        label=_("Short name"), help_text=_("In addresses and files, for example nord-broker.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=PartnerKind.choices)


class ConfirmForm(ServiceForm):
    """Nothing to fill in: the button is the answer."""


INPUTS_REFUSED = {
    ("approval_limit", "role"): _("Only underwriters have an approval limit."),
    ("expires_at", "past"): _("The last day lies in the past."),
    ("allowed_networks", "too_many"): _("At most fifty networks."),
    ("burst", "together"): _("Requests a minute and at once are given together, or neither."),
}
"""Words for what only a service can know is wrong; the form itself asks for the rest."""

REFUSALS = {
    "already_member": _("This person is a member already."),
    "rotated_meanwhile": _("Somebody rotated this key meanwhile: look at it again."),
    "slug_taken": _("A partner has this short name already."),
    "last_owner": _("This is the last owner: make somebody else an owner first."),
}


def refusal_text(error: DomainError) -> str:
    """Words for a refusal; what has none is something that happened meanwhile."""
    return str(REFUSALS.get(error.code, _("This is no longer possible: somebody was faster.")))
