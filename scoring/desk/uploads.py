"""Sending a file of past loans: the first page of a new lender's first hour."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.desk.forms import ServiceForm
from scoring.desk.receiving import TOO_LARGE
from scoring.models import DictionaryDraft
from scoring.selectors.products import product_by_slug
from scoring.services.uploads import too_large, upload_receive
from tenancy.enter import enter
from tenancy.errors import NotFound
from tenancy.selectors import organization_current

MIB = 1 << 20


class TargetForm(ServiceForm):
    """Which column tells how a loan went, and what it says of a bad one."""

    target = forms.CharField(
        label=_("Column with the outcome"),
        required=False,
        max_length=200,
        help_text=_("As its name stands in the file. Leave empty, and Assay looks for it."),
    )
    bad = forms.CharField(
        label=_("What it says of a bad loan"),
        required=False,
        max_length=500,
        help_text=_("For example 1, or default. Several are separated by semicolons."),
    )

    def clean_bad(self) -> list[str]:
        return [text.strip() for text in self.cleaned_data["bad"].split(";") if text.strip()]


class UploadForm(TargetForm):
    """The file, and what it was lent as."""

    renamed = {"slug": "product_slug"}

    file = forms.FileField(
        label=_("File of past loans"),
        help_text=_(
            "CSV (also .csv.gz) or Parquet, one row for each loan, with the names of the columns"
            " in the first row. Encoding, separator and decimal mark are found."
        ),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.gz,.txt,.tsv,.parquet,.pq"}),
    )
    product_name = forms.CharField(
        label=_("Name of the product"),
        max_length=100,
        help_text=_("As applicants read it, for example Personal loan."),
    )
    product_slug = forms.SlugField(
        label=_("Short name"),
        max_length=63,
        help_text=_("In addresses and files, for example personal-loan."),
    )
    currency = forms.CharField(
        label=_("Currency"),
        max_length=3,
        validators=[RegexValidator(r"^[A-Za-z]{3}$", _("Three letters, such as EUR."))],
        help_text=_("Three letters, such as EUR."),
    )
    field_order = ("file", "product_name", "product_slug", "currency", "target", "bad")

    def __init__(self, *args: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        limit = settings.ASSAY_UPLOAD_MAX_BYTES // MIB
        self.fields["file"].help_text = f"{self.fields['file'].help_text} " + str(
            _("At most %(limit)s MiB.") % {"limit": f"{limit:,}"}
        )

    def clean_currency(self) -> str:
        text: str = self.cleaned_data["currency"]
        return text.upper()

    def clean(self) -> dict[str, Any]:
        """A file that was cut off on its way is told as too large; what came after it is lost."""
        if self.request is not None and TOO_LARGE in self.request.META:
            self.errors.clear()
            self.add_error("file", too_large().errors[0].message)
        return super().clean() or {}


def file_received(form: UploadForm, place: dict[str, Any]) -> DictionaryDraft:
    """Keep the file and open its draft; `place` is organization and actor."""
    given = form.cleaned_data
    organization_id = place["organization_id"]
    with enter(organization_id, read_only=True):
        names = _names(organization_id, given["product_slug"], given["product_name"])
    return upload_receive(
        **place,
        stream=given["file"].file,
        name=given["file"].name,
        product_slug=given["product_slug"],
        product_names=names,
        currency=given["currency"],
        target=given["target"],
        bad=given["bad"],
    )


def _names(organization_id: Any, slug: str, name: str) -> dict[str, str]:
    """A known product keeps the names it has."""
    try:
        return dict(product_by_slug(organization_id, slug).names)
    except NotFound:
        return dict.fromkeys(organization_current().languages, name)
