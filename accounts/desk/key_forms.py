"""What is filled in about a key: made, changed, rotated."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.desk.forms import ServiceForm
from accounts.enums import KeyKind, Scope
from accounts.models import ApiKey
from accounts.versions import versions

OVERLAPS = (
    (24, _("A day")),
    (72, _("Three days")),
    (168, _("A week")),
    (1, _("An hour")),
    (720, _("Thirty days")),
    (0, _("Not at all: it stops now")),
)


class KeyUse(ServiceForm):
    """How a key may be used: the part that may change later."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("What uses it: you will look for it later.")
    )
    allowed_networks = forms.CharField(
        label=_("Only from these addresses"),
        help_text=_(
            "Addresses or networks, one a line, such as 203.0.113.0/24 or 2001:db8::/32. Left"
            " empty, the key works from everywhere."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    rate_per_minute = forms.IntegerField(
        label=_("Requests a minute"),
        help_text=_("Left empty, with the next, the installation’s rate holds."),
        required=False,
        min_value=1,
    )
    burst = forms.IntegerField(
        label=_("Requests at once"),
        help_text=_("How many may come together after a pause."),
        required=False,
        min_value=1,
    )

    def clean_allowed_networks(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["allowed_networks"].split() if line]


class ApiKeyForm(KeyUse):
    renamed = {"expires_at": "expires_on"}
    field_order = ("name", "kind", "partner", "scopes", "expires_on")

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=KeyKind.choices,
        initial=KeyKind.KEY,
        help_text=_(
            "An API key is sent with every request. An OAuth 2 client exchanges its secret for"
            " tokens that live a quarter of an hour: for banks that ask for it."
        ),
    )
    partner = forms.ChoiceField(
        label=_("Partner"),
        help_text=_("A partner’s key sees that partner’s applications only."),
        required=False,
    )
    scopes = forms.MultipleChoiceField(
        label=_("May"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, partners: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partner = self.fields["partner"]
        if isinstance(partner, forms.ChoiceField):
            partner.choices = [("", _("None: the lender’s own system")), *partners]

    def clean_expires_on(self) -> datetime | None:
        """The end of the last day, in UTC."""
        given: date | None = self.cleaned_data["expires_on"]
        return None if given is None else datetime.combine(given, time.max, UTC)


class KeyChangeForm(KeyUse):
    version = forms.ChoiceField(
        label=_("API version"),
        help_text=_("What the key’s requests and answers look like, unless a request says."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = self.fields["version"]
        if isinstance(version, forms.ChoiceField):
            version.choices = [(each.name, each.name) for each in versions()]


class RotationForm(ServiceForm):
    overlap = forms.TypedChoiceField(
        label=_("The present secret lives on for"),
        help_text=_("Time to put the new one in place. Both work meanwhile."),
        choices=OVERLAPS,
        coerce=lambda hours: timedelta(hours=int(hours)),
    )


def change_initial(key: ApiKey) -> Mapping[str, Any]:
    """A key as its form shows it."""
    return {
        "name": key.name,
        "allowed_networks": "\n".join(key.allowed_networks),
        "rate_per_minute": key.rate_per_minute,
        "burst": key.burst,
        "version": key.version,
    }
