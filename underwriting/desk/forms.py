"""The forms of a verdict. They read; the services decide whether it holds."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from underwriting.desk.conditions import condition_choices
from underwriting.desk.words import language
from underwriting.enums import Mitigant, OverrideCode, PolicyExceptionReason
from underwriting.verdicts import MOST_REASONS, Excepted

LONGEST_NOTE = 2_000
LONGEST_CONDITION = 300
EXCEPTION_FIELDS = ("exception_reason", "mitigants", "exception_until")

Choices = Sequence[tuple[str, str]]


class VerdictForm(forms.Form):
    """What every verdict carries: why it departs from the rules, and a note for colleagues."""

    override_codes = forms.MultipleChoiceField(
        label=_("Why you depart from what was computed"),
        help_text=_("Needed only where your verdict differs from the computed one."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=OverrideCode.choices,
    )
    note = forms.CharField(
        label=_("Note for colleagues"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stays in the file; the applicant does not see it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class SofterForm(VerdictForm):
    """A verdict that may be softer than policy's: then it says why, what makes up, until when."""

    exception_reason = forms.ChoiceField(
        label=_("Why an exception from policy"),
        required=False,
        choices=[("", "–"), *PolicyExceptionReason.choices],
    )
    mitigants = forms.MultipleChoiceField(
        label=_("What makes up for it"),
        help_text=_("Say more in the note."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=Mitigant.choices,
    )
    exception_until = forms.DateField(
        label=_("The exception ends on"),
        help_text=_("A loan that is not paid out by then is not paid out."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, excepted: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not excepted:
            for name in EXCEPTION_FIELDS:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """`exception` is what was filled in, for the service to judge; None where nothing was."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        reason, until = data.get("exception_reason"), data.get("exception_until")
        if reason and until is None and "exception_until" not in self.errors:
            self.add_error("exception_until", _("Say until when."))
        data["exception"] = None
        if reason and until:
            end = datetime.combine(until, time.max, tzinfo=UTC)
            data["exception"] = Excepted(reason, tuple(data.get("mitigants", ())), end)
        return data


class ApproveForm(SofterForm):
    conditions = forms.MultipleChoiceField(
        label=_("On conditions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    other_condition = forms.CharField(
        label=_("Another condition, in the applicant's language"),
        required=False,
        max_length=LONGEST_CONDITION,
    )

    field_order = (
        "conditions", "other_condition", "override_codes", *EXCEPTION_FIELDS, "note",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "conditions", condition_choices(language()))


class ReasonedForm(VerdictForm):
    """A verdict that needs one to four reasons of the published catalogue."""

    reasons = forms.MultipleChoiceField(
        label=_("Reasons the applicant will read"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One to four, the most important ones."),
    )

    def __init__(self, *args: Any, reasons: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "reasons", reasons)

    def clean_reasons(self) -> list[str]:
        given: list[str] = self.cleaned_data["reasons"]
        if not 1 <= len(given) <= MOST_REASONS:
            raise forms.ValidationError(_("Choose one to four reasons."), code="reason_count")
        return given


class DeclineForm(ReasonedForm):
    field_order = ("reasons", "override_codes", "note")


class CounterOfferForm(SofterForm, ReasonedForm):
    amount = forms.DecimalField(label=_("Amount"), min_value=0, decimal_places=2, localize=True)
    term_months = forms.IntegerField(label=_("Term in months"), required=False, min_value=1)

    field_order = (
        "amount", "term_months", "reasons", "override_codes", *EXCEPTION_FIELDS, "note",
    )  # fmt: skip

    def __init__(self, *args: Any, terms: Sequence[int] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if terms is None:
            del self.fields["term_months"]
        elif terms:
            self.fields["term_months"] = forms.TypedChoiceField(
                label=_("Term in months"),
                choices=[(term, str(term)) for term in terms],
                coerce=int,
            )


class NoteForm(forms.Form):
    """A note alone: to refer up, to agree, to disagree."""

    note = forms.CharField(
        label=_("Note for colleagues"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class ReferUpForm(NoteForm):
    """A colleague who gets a case wants to know why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].label = _("Why somebody senior should decide")


def _choices(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    if isinstance(field, forms.MultipleChoiceField):
        field.choices = list(choices)
