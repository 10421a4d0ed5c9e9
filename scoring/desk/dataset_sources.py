"""Where the rows of a new data set may come from; rooms above add theirs.

Applications decided here live in the room above, which may not be imported from this one: it says
at start-up how their rows are brought.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from scoring.models import Dataset
from scoring.models.history import HISTORY
from scoring.services.datasets import dataset_register

Register = Callable[..., Dataset]
"""Takes what `dataset_register` takes, but for source and rows."""


@dataclass(frozen=True, slots=True)
class Source:
    """One choice of the form."""

    name: str
    label: StrOrPromise
    register: Register


SOURCES: dict[str, Source] = {
    HISTORY: Source(HISTORY, _("Past applications that were imported"), dataset_register)
}


def source_add(source: Source) -> None:
    SOURCES[source.name] = source
