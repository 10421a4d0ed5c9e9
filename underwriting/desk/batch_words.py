"""A batch as its page shows it: how far it is, what became of its rows, what went wrong."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.charts import Chart, Series
from underwriting.desk.words import NOTHING, moment, number, product_name, span
from underwriting.enums import BATCH_STOPPED, BATCH_UNDER_WAY, BatchStatus, Outcome
from underwriting.models import Batch, BatchChunk
from underwriting.selectors.batches import Progress, batch_progress
from underwriting.services.batch_contract import UNDECIDED

TAGS = {
    BatchStatus.WAITING: "info",
    BatchStatus.READING: "warn",
    BatchStatus.DECIDING: "warn",
    BatchStatus.DONE: "good",
    BatchStatus.FAILED: "bad",
}
ERRORS = {
    "worker_lost": gettext_lazy("Its workers were lost again and again."),
    "chunks_failed": gettext_lazy("Some parts could not be decided."),
    "product_unknown": gettext_lazy("The product is not there."),
    "product_not_published": gettext_lazy("The product is not published."),
}


@dataclass(frozen=True)
class Failure:
    """A part that was given up, with the rows it holds."""

    chunk: BatchChunk

    @property
    def words(self) -> str:
        return _("Rows %(first)s to %(last)s, tried %(times)s times:") % {
            "first": number(self.chunk.first_row),
            "last": number(self.chunk.last_row),
            "times": self.chunk.attempts,
        }


@dataclass(frozen=True)
class Shown:
    """One batch. Made inside `enter`."""

    batch: Batch
    progress: Progress
    sender: str

    @classmethod
    def of(cls, batch: Batch, sender: str) -> "Shown":
        return cls(batch, batch_progress(batch), sender)

    @property
    def active(self) -> bool:
        return self.batch.status in BATCH_UNDER_WAY

    @property
    def may_resume(self) -> bool:
        return self.batch.status in BATCH_STOPPED and not self.batch.problems

    @property
    def tag(self) -> str:
        return TAGS.get(BatchStatus(self.batch.status), "")

    @property
    def percent(self) -> int:
        return self.progress.ppm // 10_000

    @property
    def sentence(self) -> str:
        if self.batch.status == BatchStatus.WAITING:
            return _("Waiting for a worker")
        if self.batch.status == BatchStatus.READING:
            return _("The whole file is read before the first row is decided.")
        if not self.progress.rows:
            return ""
        told = {"done": number(self.progress.settled), "rows": number(self.progress.rows)}
        left, words = self.progress.ends_in, _("%(done)s of %(rows)s rows") % told
        if left is None:
            return words
        soon = _("less than a minute") if left < timedelta(minutes=1) else span(left)
        return _("%(words)s, about %(time)s left") % {"words": words, "time": soon}

    @property
    def sent(self) -> str:
        return _("sent %(at)s") % {"at": moment(self.batch.created_at)}

    @property
    def over(self) -> str:
        return _("over at %(at)s") % {"at": moment(self.batch.finished_at)}

    @property
    def problems(self) -> list[str]:
        """Why the file as a whole was refused, or the batch failed."""
        if self.batch.problems:
            return [f"{_where(each['pointer'])}{each['message']}" for each in self.batch.problems]
        if not self.batch.error:
            return []
        return [str(ERRORS.get(self.batch.error, self.batch.error))]

    @property
    def counts(self) -> list[tuple[str, str]]:
        progress, states = self.progress, self.progress.chunks
        return [
            (_("Rows"), number(progress.rows)),
            (_("Became applications"), number(progress.placed)),
            (_("Of these known before"), number(progress.repeated)),
            (_("Refused"), number(progress.refused)),
            (
                _("Parts done"),
                _("%(done)s of %(all)s")
                % {"done": number(states["done"]), "all": number(sum(states.values()))},
            ),
        ]

    @property
    def failures(self) -> list[Failure]:
        return [Failure(chunk) for chunk in self.progress.failures]

    @property
    def told(self) -> list[tuple[str, str]]:
        batch = self.batch
        kind = batch.get_format_display() if batch.format else NOTHING
        return [
            (_("File"), batch.name),
            (_("Kind"), str(kind)),
            (_("Size"), filesizeformat(batch.file.size) if batch.file else NOTHING),
            (_("Product"), product_name(batch.product)),
            (_("Language"), batch.language),
            (_("Sent by"), self.sender),
            (_("Partner"), batch.partner.name if batch.partner else NOTHING),
            *sorted(batch.metadata.items()),
        ]

    @cached_property
    def chart(self) -> Chart:
        """Outcomes of the rows so far, and the refused ones."""
        names = {**dict(Outcome.choices), UNDECIDED: _("Not decided yet")}
        found = {str(names.get(key, key)): n for key, n in self.progress.outcomes.items()}
        found[_("Refused row")] = self.progress.refused
        return Chart(
            kind="bar",
            title=_("What became of the rows"),
            summary=_("How many rows came to which outcome; refused rows became no application."),
            labels=tuple(found),
            series=(Series(_("Rows"), tuple(found.values())),),
            x_title=_("Outcome"),
            y_title=_("Rows"),
        )


def _where(pointer: str) -> str:
    """The row or column that a file's problem names."""
    place: Any = pointer.removeprefix("/file").strip("/").partition("/")
    kind, _slash, name = place
    if kind == "rows":
        return _("Row %(row)s: ") % {"row": name}
    return f"{name}: " if kind == "columns" else ""
