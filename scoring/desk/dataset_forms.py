"""What an analyst fills in about data sets. A form only reads what was typed: services decide."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.desk.forms import ServiceForm
from scoring.training.exclusions import Period

OPERATORS = {
    "=": "eq", "!=": "ne", "≠": "ne", "<=": "le", "≤": "le", ">=": "ge", "≥": "ge", "<": "lt",
    ">": "gt",
}  # fmt: skip
CONDITION = re.compile(
    r"(?P<field>[a-z][a-z0-9_]*)\s*(?:(?P<state>missing|known)|in\s+(?P<list>.+)"
    r"|(?P<operator>!=|<=|>=|[=≠<≤≥>])\s*(?P<value>.+))"
)


class RegisterForm(ServiceForm):
    """Which rows, up to when, and what to leave out."""

    renamed = {"exclusions": "exclusions", "definition": "definition", "rows": "exclusions"}

    product = forms.ChoiceField(label=_("Product"))
    source = forms.ChoiceField(label=_("Rows"))
    first = forms.DateField(
        label=_("Applied for from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=_("Applied for until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    as_of = forms.DateField(
        label=_("As known on"),
        help_text=_("Applications and performance of later days do not count. Empty: today."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    definition = forms.ChoiceField(
        label=_("How loans turned out"),
        help_text=_("By a published outcome definition and the performance known then."),
        required=False,
    )
    exclusions = forms.CharField(
        label=_("Leave out"),
        help_text=_(
            "One condition a line, with its reason behind a bar: amount > 50000.00 | another"
            " product. Also =, !=, <, <=, >=, in A, B, missing, known."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def __init__(
        self,
        *args: Any,
        products: Iterable[tuple[str, str]],
        sources: Iterable[tuple[str, Any]],
        definitions: Iterable[tuple[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "product": list(products),
            "source": list(sources),
            "definition": [("", _("By the file’s own word")), *definitions],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def clean_as_of(self) -> datetime | None:
        """The end of that day, in UTC."""
        given: date | None = self.cleaned_data["as_of"]
        return None if given is None else datetime.combine(given, time.max, UTC)

    def clean_definition(self) -> tuple[str, int] | None:
        """The product it belongs to, and its number."""
        slug, _bar, number = self.cleaned_data["definition"].rpartition(":")
        return (slug, int(number)) if number else None

    def clean_exclusions(self) -> list[dict[str, Any]]:
        lines = [line.strip() for line in self.cleaned_data["exclusions"].splitlines()]
        return [_condition(line) for line in lines if line]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("definition")
        if chosen and chosen[0] != cleaned.get("product"):
            self.add_error("definition", _("This definition is another product’s."))
        return cleaned

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])


def _condition(line: str) -> dict[str, Any]:
    condition, _bar, reason = line.partition("|")
    found = CONDITION.fullmatch(condition.strip())
    if found is None or not reason.strip():
        raise forms.ValidationError(
            _("“%(line)s” is no condition with a reason behind a bar."), params={"line": line}
        )
    made: dict[str, Any] = {"field": found["field"], "reason": reason.strip()}
    if found["state"]:
        return made | {"operator": found["state"], "value": None}
    if found["list"]:
        values = [each.strip() for each in found["list"].split(",")]
        return made | {"operator": "in", "value": values}
    return made | {"operator": OPERATORS[found["operator"]], "value": found["value"].strip()}


class AcceptanceForm(ServiceForm):
    reason = forms.CharField(
        label=_("Why may it be learnt from?"),
        help_text=_("Say how the fields were known when the loan was asked for."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )


class DefinitionForm(ServiceForm):
    product = forms.ChoiceField(label=_("Product"))
    bad_days_past_due = forms.IntegerField(
        label=_("Bad from so many days past due"), min_value=1, initial=90
    )
    indeterminate_days_past_due = forms.IntegerField(
        label=_("Neither good nor bad from so many"), min_value=1, initial=30
    )
    window_months = forms.IntegerField(
        label=_("Within so many months"),
        help_text=_("A loan not followed for so long, and not bad, counts as too young to say."),
        min_value=1,
        max_value=120,
        initial=12,
    )

    def __init__(self, *args: Any, products: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["product"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(products)
