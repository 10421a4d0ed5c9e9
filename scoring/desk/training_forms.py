"""What is filled in to start a training; the service says what cannot be done."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.desk.forms import ServiceForm
from scoring.desk.family_words import family_words
from scoring.training.settings import DEFAULT_FAMILIES, PPM, SERVABLE, family_names

OBJECTIVES = (
    ("auc", _("Rank well (AUC)")),
    ("recall_of_bads", _("Find bad loans at the accuracy asked for")),
    ("cost", _("Cost least by the matrix below")),
    ("profit", _("Earn most by the product’s economics")),
)
SPLITS = (
    ("auto", _("The latest loans, where all have dates; else by chance")),
    ("random", _("By chance")),
    ("grouped", _("By applicant: nobody’s loans stand in both parts")),
    ("out_of_time", _("The latest loans")),
)
INFERENCES = (
    ("none", _("None: learn from loans that were made")),
    ("fuzzy", _("Fuzzy augmentation")),
    ("parcelling", _("Parcelling")),
    ("bounds", _("Bounds")),
)
TRIALS, MINUTES = 15, 10
COSTS = ("good_accepted", "good_refused", "bad_accepted", "bad_refused")


class TrainingForm(ServiceForm):
    """Sensible defaults: families that may decide, ranked well, tuned for ten minutes at most."""

    renamed = {"accuracy_ppm": "accuracy", "seconds": "minutes"}

    product = forms.ChoiceField(label=_("Product"))
    families = forms.MultipleChoiceField(
        label=_("Families"),
        help_text=_(
            "The scorecard, the glass box, XGBoost and the blend may decide. The others are"
            " compared only: they show what could be reached."
        ),
        widget=forms.CheckboxSelectMultiple,
    )
    objective = forms.ChoiceField(label=_("What the best one shall do"), choices=OBJECTIVES)
    accuracy = forms.DecimalField(
        label=_("Accuracy to keep, in percent"),
        help_text=_("How many bad loans are found while so many of all decisions are right."),
        min_value=50,
        max_value=Decimal("99.9"),
        decimal_places=1,
        required=False,
    )
    trials = forms.IntegerField(
        label=_("Trials for each family"),
        help_text=_("So many settings are tried. 1 takes each family as it is."),
        min_value=1,
        max_value=1000,
        initial=TRIALS,
    )
    minutes = forms.IntegerField(
        label=_("Minutes for tuning at most"),
        help_text=_("All families together; how many trials were done is recorded."),
        min_value=1,
        max_value=1440,
        initial=MINUTES,
        required=False,
    )
    split = forms.ChoiceField(label=_("Loans held back to judge by"), choices=SPLITS)
    good_refused = forms.IntegerField(
        label=_("Cost of refusing a good loan"), initial=1, required=False
    )
    bad_accepted = forms.IntegerField(
        label=_("Cost of accepting a bad loan"), initial=5, required=False
    )
    good_accepted = forms.IntegerField(
        label=_("Cost of accepting a good loan"),
        help_text=_("Less than nothing where it earns."),
        initial=0,
        required=False,
    )
    bad_refused = forms.IntegerField(
        label=_("Cost of refusing a bad loan"), initial=0, required=False
    )
    reject_inference = forms.ChoiceField(
        label=_("Reject inference"), choices=INFERENCES, required=False
    )

    def __init__(self, *args: Any, products: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("product", list(products)),
            ("families", [(each, family_words(each)) for each in _deciding_first()]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
        self.fields["families"].initial = list(DEFAULT_FAMILIES)

    def settings(self) -> dict[str, Any]:
        """As the service takes them; what was left empty is the service's default."""
        given = self.cleaned_data
        told: dict[str, Any] = {
            name: given[name] for name in ("families", "objective", "trials", "split")
        }
        told["reject_inference"] = given["reject_inference"] or "none"
        if given["minutes"]:
            told["seconds"] = given["minutes"] * 60
        if given["accuracy"]:
            told["accuracy_ppm"] = int(given["accuracy"] * PPM / 100)
        costs = {name: given[name] for name in COSTS if given[name] is not None}
        if costs != {name: self.fields[name].initial for name in costs}:
            told["costs"] = costs
        return told


def _deciding_first() -> list[str]:
    """Families that may decide, simplest first, then the others by name."""
    there = family_names()
    deciding = [name for name in SERVABLE if name in there]
    return [*deciding, *(name for name in there if name not in deciding)]
