"""Lists and their entries in words: what is wrong with one, in which state it is."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.forms import ServiceForm, refusal_text
from tenancy.errors import DomainError, Invalid
from underwriting.enums import ListKind
from underwriting.models import ListEntry

FINGERPRINT_SHOWN = 10
KIND_TONES = {ListKind.BLOCK: "bad", ListKind.ALLOW: "good", ListKind.WATCH: "warn"}

PROBLEMS = {
    "value": gettext_lazy("This is not written as such values are."),
    "reason": gettext_lazy("There is no such reason."),
    "words_needed": gettext_lazy("Say why in words."),
    "until_needed": gettext_lazy("What names a person needs a last day."),
    "until_before_from": gettext_lazy("The end lies before the beginning."),
    "until_past": gettext_lazy("The end lies in the past."),
    "from_date": gettext_lazy("The beginning is no date, such as 2027-01-31."),
    "until_date": gettext_lazy("The end is no date, such as 2027-01-31."),
    "too_long": gettext_lazy("A label has at most 120 characters, words at most 1,000."),
    "columns": gettext_lazy("The row has another number of columns than the first one."),
    "language": gettext_lazy("Give it a name in each of your languages."),
    "file_too_large": gettext_lazy("The file is larger than 2 MiB."),
    "file_not_utf8": gettext_lazy("The file is not written in UTF-8."),
    "file_not_csv": gettext_lazy("The file cannot be read as CSV."),
    "file_columns": gettext_lazy(
        "The first row names the columns: value and reason, and where you want from, until, label"
        " and words."
    ),
    "file_too_many_rows": gettext_lazy("The file has more than 10,000 rows."),
}
CONFLICTS = {
    "entry_there": gettext_lazy("This stands on the list already."),
    "list_code_taken": gettext_lazy("A list has this code already."),
    "same_person": gettext_lazy("Another person than who added it must do this."),
    "permission": gettext_lazy("You may not change this list."),
}


class ListServiceForm(ServiceForm):
    """A form of the lists' pages, with their words for refusals."""

    def refuse(self, error: DomainError) -> None:
        if not isinstance(error, Invalid):
            self.add_error(None, str(CONFLICTS.get(error.code, refusal_text(error))))
            return
        for wrong in error.errors:
            name = wrong.pointer.strip("/")
            words = str(PROBLEMS.get(wrong.code, wrong.message))
            self.add_error(name if name in self.fields else None, words)


def problem_words(codes: tuple[str, ...]) -> str:
    return " ".join(str(PROBLEMS.get(code, code)) for code in codes)


def entry_state(entry: ListEntry, at: datetime) -> tuple[str, str]:
    """How an entry stands at a time: its words and the tone of its tag."""
    if entry.purged_at is not None:
        return _("emptied"), ""
    if entry.removed_at is not None:
        return _("taken off"), ""
    if entry.ends_at is not None and entry.ends_at <= at:
        return _("over"), ""
    if entry.kind == ListKind.ALLOW and entry.confirmed_at is None:
        return _("to be confirmed"), "warn"
    if entry.starts_at > at:
        return _("not yet"), ""
    return _("stands"), "good"


def value_words(entry: ListEntry) -> str:
    """The value where it is kept, else the beginning of its fingerprint."""
    if entry.value is not None:
        return entry.value
    if entry.digest is None:
        return ""
    return f"#{bytes(entry.digest).hex()[:FINGERPRINT_SHOWN]}"
