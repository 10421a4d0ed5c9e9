"""What somebody says of a file of applications that they send for the lender."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.desk.forms import ServiceForm
from scoring.desk.receiving import TOO_LARGE
from scoring.services.uploads import too_large
from tenancy.errors import DomainError, Invalid

MIB = 1 << 20
NAMED = 10
"""Problems of a file that its form tells; the others wait for the next try."""


class BatchForm(ServiceForm):
    """The file, and what holds for every row."""

    file = forms.FileField(
        label=_("File of applications"),
        help_text=_(
            "CSV, NDJSON or Parquet, also gzipped: one application a row, its columns named as the"
            " product's example names them."
        ),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(
            attrs={"accept": ".csv,.txt,.tsv,.ndjson,.jsonl,.gz,.parquet,.pq"}
        ),
    )
    product = forms.ChoiceField(label=_("Product"))
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("Of applicants whose row names none: what they read is in it."),
    )
    decimal_mark = forms.ChoiceField(
        label=_("Decimal mark"),
        choices=[(".", _("Point: 1250.00")), (",", _("Comma: 1.250,00"))],
    )
    agreed = forms.BooleanField(
        label=_("Everybody in this file has agreed to the texts below"),
        help_text=_(
            "In the words in force, in the language chosen above. Rows that bring consents of"
            " their own go before."
        ),
    )

    def __init__(
        self,
        *args: Any,
        request: HttpRequest | None = None,
        products: list[tuple[str, str]],
        languages: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        for name, choices in (("product", products), ("language", languages)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
        limit = settings.ASSAY_UPLOAD_MAX_BYTES // MIB
        self.fields["file"].help_text = f"{self.fields['file'].help_text} " + str(
            _("At most %(limit)s MiB.") % {"limit": f"{limit:,}"}
        )

    def clean(self) -> dict[str, Any]:
        """A file that was cut off on its way is told as too large; what came after it is lost."""
        if self.request is not None and TOO_LARGE in self.request.META:
            self.errors.clear()
            self.add_error("file", too_large().errors[0].message)
        return super().clean() or {}

    def refuse(self, error: DomainError) -> None:
        """The first of a file's problems, each by its row or column."""
        if not isinstance(error, Invalid):
            super().refuse(error)
            return
        for wrong in error.errors[:NAMED]:
            super().refuse(Invalid([wrong]))
