"""What people fill in beside monitoring: a case's note, a plan, a reason to pause, months."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.desk.forms import ServiceForm

LARGEST_FILE = 20 * 1024 * 1024


class CaseForm(ServiceForm):
    note = forms.CharField(
        label=_("What you make of it"),
        help_text=_("Who reads this later should understand what was found and what follows."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )


class PauseForm(ServiceForm):
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )


class PlanForm(ServiceForm):
    window_days = forms.IntegerField(
        label=_("Days looked at together"),
        help_text=_("Longer sees smaller shifts, shorter sees them sooner."),
        min_value=7,
        max_value=366,
    )
    segment_field = forms.ChoiceField(
        label=_("Look apart by"),
        help_text=_("Each value of this field is looked at by itself, too."),
        required=False,
    )
    pauses = forms.BooleanField(
        label=_("A serious alert about the score or its calibration refers all applications"),
        help_text=_("Until a person ends it. Nothing else is ever done by itself."),
        required=False,
    )

    def __init__(self, *args: Any, fields: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["segment_field"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [("", _("Nothing: the product as a whole")), *fields]


class MonthsForm(ServiceForm):
    product = forms.ChoiceField(label=_("Product"))
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, a row for each loan and month: loan_ref, months_on_book, as_of, days_past_due,"
            " balance, and where known charged_off and recovered. loan_ref is the application’s id."
        ),
    )

    def __init__(self, *args: Any, products: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["product"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = list(products)

    def clean_file(self) -> Any:
        """Larger files go by the command, which reads them in chunks."""
        given = self.cleaned_data["file"]
        if given.size > LARGEST_FILE:
            raise forms.ValidationError(
                _("Files above 20 MB are imported by manage.py import_performance.")
            )
        return given
