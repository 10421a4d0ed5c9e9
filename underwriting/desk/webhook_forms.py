"""What is filled in about webhooks. Services decide what is wrong with it."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.desk.forms import ServiceForm
from events.webhooks.types import EVERY, NAMES, TEST

Choices = list[tuple[str, str | Promise]]


def type_choices() -> Choices:
    """Everything, the groups, and each type under its own name, as the API calls them."""
    told = [name for name in NAMES if name != TEST]
    groups = dict.fromkeys(f"{name.partition('.')[0]}.*" for name in told)
    return [(EVERY, _("Everything (*)")), *((name, name) for name in (*groups, *told))]


class TypesField(forms.MultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=type_choices, widget=forms.CheckboxSelectMultiple, label=_("Types"), **kwargs
        )


class EndpointForm(ServiceForm):
    url = forms.CharField(
        label=_("Address"), max_length=500, help_text=_("Begins with https://, at a public host.")
    )
    types = TypesField(help_text=_("A group takes in types that are added to it later."))
    description = forms.CharField(label=_("Description"), max_length=200, required=False)
    contact = forms.EmailField(
        label=_("Is written to"),
        required=False,
        help_text=_(
            "When a message is given up or the endpoint is switched off. Left empty, owners and"
            " developers are."
        ),
    )


class NewEndpointForm(EndpointForm):
    partner = forms.ChoiceField(
        label=_("Partner"),
        required=False,
        help_text=_("A partner’s endpoint hears of that partner’s applications only."),
    )
    renamed = {"partner_id": "partner"}

    def __init__(self, *args: Any, partners: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partner = self.fields["partner"]
        if isinstance(partner, forms.ChoiceField):
            partner.choices = [("", _("None: it hears of everything")), *partners]


class RotationForm(ServiceForm):
    overlap_hours = forms.IntegerField(
        label=_("Hours until the former secret no longer signs"),
        min_value=0,
        max_value=168,
        initial=24,
        help_text=_("Until then each message carries two signatures. 0 ends it at once."),
    )

    @property
    def overlap(self) -> timedelta:
        return timedelta(hours=self.cleaned_data["overlap_hours"])


class EnableForm(ServiceForm):
    skip_missed = forms.BooleanField(
        label=_("Leave out what happened meanwhile"),
        required=False,
        help_text=_("Otherwise it goes on where it stopped, in order."),
    )


class MomentField(forms.DateTimeField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)


class ReplayForm(ServiceForm):
    since = MomentField(label=_("From (UTC)"))
    until = MomentField(label=_("To (UTC)"))
    types = TypesField(required=False, help_text=_("None ticked: whatever the endpoint takes."))
    missed_only = forms.BooleanField(
        label=_("Only what was not delivered"), required=False, initial=True
    )

    @classmethod
    def of_the_last_day(cls, now: datetime) -> "ReplayForm":
        return cls(initial={"since": now - timedelta(days=1), "until": now, "missed_only": True})
