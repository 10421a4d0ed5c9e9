"""What people fill in about lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from underwriting.desk.list_words import ListServiceForm
from underwriting.enums import EntryReason, ListHolds, ListKind, RemovalReason
from underwriting.list_rows import LONGEST_LABEL, LONGEST_VALUE, LONGEST_WORDS, EntryGiven


def _date(label: Any, help_text: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _words(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Why, in words"),
        help_text=help_text,
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ListForm(ListServiceForm):
    code = forms.RegexField(
        r"^[A-Za-z][A-Za-z0-9_]{0,62}$",
        label=_("Code"),
        help_text=_("Policies name the list by it, for example blocked_phones. It never changes."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ListKind.choices)
    holds = forms.ChoiceField(
        label=_("What stands on it"),
        choices=ListHolds.choices,
        help_text=_(
            "Of numbers, addresses and devices only a fingerprint is kept: nobody reads them again,"
            " and they are found by asking for the whole value."
        ),
    )
    sensitive = forms.BooleanField(
        label=_("About fraud"),
        help_text=_("Its entries are shown to compliance and senior underwriters only."),
        required=False,
    )

    def __init__(self, *args: Any, languages: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        for code in languages:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name (%(language)s)") % {"language": code}, max_length=120
            )

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        names = {code: data.pop(f"name_{code}") for code in self.languages}
        return {**data, "names": names}


class EntryForm(ListServiceForm):
    value = forms.CharField(
        label=_("Value"),
        max_length=LONGEST_VALUE,
        help_text=_("As it is written in applications; case, spaces and accents do not count."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=EntryReason.choices)
    starts = _date(_("From"), _("Empty: from now on."))
    ends = _date(_("Until"), _("Its first day off the list. What names a person needs one."))
    label = forms.CharField(
        label=_("Label"),
        required=False,
        max_length=LONGEST_LABEL,
        help_text=_("How you will recognise it, for example a case number. Kept sealed."),
    )
    words = _words(_("Kept sealed, for those who may see identities."))

    def given(self) -> EntryGiven:
        return EntryGiven(**self.cleaned_data)


class RemovalForm(ListServiceForm):
    removal = forms.ChoiceField(label=_("Reason"), choices=RemovalReason.choices)
    words = _words(_("Kept sealed, with the entry."))


class FileForm(ListServiceForm):
    file = forms.FileField(
        label=_("File of entries"),
        help_text=_(
            "CSV in UTF-8 with a first row that names the columns: value and reason, and where you"
            " want from, until (2027-01-31), label and words. At most 10,000 rows."
        ),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt"}),
    )


class SearchForm(forms.Form):
    value = forms.CharField(
        label=_("Find a value"),
        max_length=LONGEST_VALUE,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
