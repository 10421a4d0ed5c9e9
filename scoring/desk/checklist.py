"""The way from a file to the first decision, as a list with the next step marked.

This room knows the steps up to the model in charge; rooms above add theirs (`FURTHER`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from scoring.enums import DraftStatus, TrainingStatus, UploadStatus
from scoring.models import DictionaryDraft
from scoring.selectors.intake import Standing

DONE, NEXT, LATER = "done", "next", "later"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, whether it is done, and where it is done.

    `button`: its words, if the step is a button of the draft's page that posts to `url`.
    """

    label: str
    done: bool
    words: str = ""
    url: str = ""
    button: str = ""
    link: str = ""
    state: str = LATER


Further = Callable[[HttpRequest, DictionaryDraft, Standing], Sequence[Step]]
FURTHER: list[Further] = []


def checklist(request: HttpRequest, draft: DictionaryDraft, standing: Standing) -> list[Step]:
    """Every step in order; the first that is not done is the next. Inside `enter`."""
    steps = [*_of_the_file(draft), *_of_the_model(draft, standing)]
    for further in FURTHER:
        steps += further(request, draft, standing)
    found, marked = [], False
    for step in steps:
        state = DONE if step.done else LATER if marked else NEXT
        marked = marked or not step.done
        found.append(replace(step, state=state))
    return found


def _of_the_file(draft: DictionaryDraft) -> list[Step]:
    upload = draft.upload
    published = draft.status == DraftStatus.PUBLISHED
    arrived = upload is not None and upload.status == UploadStatus.IMPORTED
    return [
        Step(_("Read the file"), bool(draft.document), _("Assay looks at every column.")),
        Step(
            _("Look through the columns and publish"),
            published,
            _("Correct names, types and uses below; a published dictionary never changes."),
            url=_at("publish", draft),
            button=_("Publish dictionary and product") if draft.document else "",
        ),
        Step(
            _("Import the loans"),
            arrived,
            _("Rows that do not hold are refused, each with its reason, and can be downloaded."),
            url=_at("import", draft),
            button=_("Import the loans") if published else "",
        ),
    ]


def _of_the_model(draft: DictionaryDraft, standing: Standing) -> list[Step]:
    run = standing.training
    trained = run is not None and run.status == TrainingStatus.SUCCEEDED
    model = standing.model
    return [
        Step(
            _("Hold a tournament"),
            trained,
            _("Models of several families learn from the loans and are compared."),
            url=_row("trainingrun", run.id) if run else reverse("admin:scoring_trainingrun_start"),
            link=_("Open the tournament") if run else _("Start a tournament"),
        ),
        Step(
            _("Put a model in charge"),
            standing.champion,
            _("One person asks for it, another agrees."),
            url=_row("modelversion", model.id)
            if model
            else reverse("admin:scoring_modelversion_changelist"),
            link=_("Open the model") if model else _("Open models"),
        ),
    ]


def _row(model: str, row_id: UUID) -> str:
    return reverse(f"admin:scoring_{model}_change", args=[row_id])


def _at(action: str, draft: DictionaryDraft) -> str:
    return reverse(f"admin:scoring_dictionarydraft_{action}", args=[draft.id])
