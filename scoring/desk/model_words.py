"""Words and names that the pages about models share. Call inside `enter`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from accounts.desk.forms import ServiceForm
from scoring.enums import AnswerStatus, ModelStatus
from scoring.models import ModelVersion
from tenancy.errors import DomainError, Invalid

ASKS, ANSWERS = "scoring.request_model_move", "scoring.answer_model_move"
TONES: Mapping[str, str] = {
    ModelStatus.CHAMPION: "good",
    ModelStatus.CHALLENGER: "info",
    ModelStatus.VALIDATED: "info",
    ModelStatus.RETIRED: "quiet",
    AnswerStatus.OPEN: "warn",
    AnswerStatus.APPROVED: "good",
    AnswerStatus.REFUSED: "bad",
}
REFUSALS = {
    "answered": gettext_lazy("Somebody has answered already."),
    "same_person": gettext_lazy("You asked or have agreed already: somebody else must answer."),
    "developer": gettext_lazy("You trained this model: somebody else validates it."),
    "inventory_missing": gettext_lazy(
        "The model stands in no inventory: say first who answers for it and what it is for."
    ),
    "model_not_validated": gettext_lazy("The model is not validated yet: answer that first."),
    "validation_over": gettext_lazy("The model’s validation has ended: validate it anew first."),
    "other_dictionary": gettext_lazy(
        "The model was made for another dictionary than the product asks with."
    ),
    "model_retired": gettext_lazy("A retired model does not come back."),
    "model_in_charge": gettext_lazy("The model is in charge: take it out of charge first."),
    "superseded": gettext_lazy("This is known better by now."),
    "altered": gettext_lazy("The file was altered after it was signed."),
    "unknown_key": gettext_lazy(
        "The file is signed by a key that this installation does not know."
    ),
    "foreign": gettext_lazy("This is no model taken out of Assay."),
    "pickle": gettext_lazy("The file holds a pickle, which could run code: it is refused."),
}


class ModelForm(ServiceForm):
    """A form about a model; refusals are said in words."""

    def refuse(self, error: DomainError) -> None:
        if isinstance(error, Invalid):
            for wrong in error.errors:
                name = wrong.pointer.strip("/")
                self.add_error(name if name in self.fields else None, wrong.message)
            return
        self.add_error(None, str(REFUSALS.get(error.code, error.message)))


class ReasonForm(ModelForm):
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Whoever answers reads this; it is kept for good."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )


def tag(status: str, label: object) -> SafeString:
    return format_html('<span class="tag {}">{}</span>', TONES.get(status, ""), label)


def moment(value: datetime | None) -> str:
    return date_format(value, "j M Y, H:i") if value else "–"


def day(value: Any) -> str:
    return date_format(value, "j M Y") if value else "–"


def model_name(version: ModelVersion) -> str:
    return gettext("Model %(number)s (%(family)s)") % {
        "number": version.number,
        "family": version.family,
    }


def posted(request: Any) -> Any:
    """What was sent, an empty confirmation included; None where nothing was."""
    return request.POST if request.method == "POST" else None
