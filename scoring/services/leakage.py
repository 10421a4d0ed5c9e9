"""Leaking fields stop a training, unless they are left out or a second person accepts them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import numpy as np
from django.db import IntegrityError

from events.actor import Actor
from events.services import event_record
from ml.columns import Frame
from ml.dictionary import Dictionary
from ml.leakage import blocking, search
from ml.values import days_of
from scoring.enums import AnswerStatus, Outcome
from scoring.models import Dataset, LeakageAcceptance
from scoring.selectors.datasets import dataset_by_id, leakage_accepted, leakage_of
from scoring.services.dataset_rows import dataset_loans
from scoring.training.late import derived_from, digits_of, late_fields, whole_frame
from scoring.training.rows import LoanRows
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

FEWEST_OF_EACH = 30
"""Goods and bads without which neither learning nor the search for leaks says anything."""


def leaks_among(dictionary: Dictionary, rows: LoanRows, frame: Frame) -> dict[str, Any]:
    """What the alarm finds among loans with a known end; too few of them are said to be that."""
    ended = [i for i, end in enumerate(rows.outcomes) if end in (Outcome.GOOD, Outcome.BAD)]
    bad = np.array([rows.outcomes[i] == Outcome.BAD for i in ended], dtype=bool)
    if min(int(bad.sum()), int((~bad).sum())) < FEWEST_OF_EACH:
        return {"findings": [], "too_few": True, "rows": len(ended), "bads": int(bad.sum())}
    dates = [rows.applied_on[i] for i in ended]
    days = [days_of(day) for day in dates if day is not None]
    found = search(
        frame.take(np.array(ended)),
        bad,
        known_late=late_fields(dictionary),
        derived=derived_from(dictionary),
        days=np.array(days) if len(days) == len(ended) else None,
        digits=digits_of(dictionary),
    )
    return found.document()


def leakage_check(
    dataset: Dataset, features: Collection[str], dictionary: Dictionary | None = None
) -> None:
    """Invalid, naming each leaking field with its evidence, unless it is accepted.

    Inside the caller's `enter`. `features` are what a training is about to read: a field that is
    left out stops nothing. Read by another `dictionary` than it was registered with, which may
    derive other fields, the data set is searched anew.
    """
    found = blocking(_findings(dataset, dictionary), set(features))
    accepted = leakage_accepted(dataset)
    left = [each for each in found if each["fields"] not in accepted]
    if left:
        raise Invalid([_problem(each) for each in left])


def _findings(dataset: Dataset, dictionary: Dictionary | None) -> list[dict[str, Any]]:
    own = dataset.dictionary_version.content_hash
    if dictionary is None or dictionary.content_hash == own:
        return list(leakage_of(dataset)["findings"])
    rows = dataset_loans(dataset)
    return list(leaks_among(dictionary, rows, whole_frame(dictionary, rows))["findings"])


def features_left(dictionary: Dictionary, leave_out: Collection[str]) -> tuple[str, ...]:
    """What a model may take but for the fields left out; Invalid where such a field is none."""
    inputs = dictionary.model_inputs()
    unknown = sorted(set(leave_out) - set(inputs))
    if unknown:
        raise Invalid(
            [
                FieldError(f"/leave_out/{name}", "field_unknown", f"no model reads {name!r}")
                for name in unknown
            ]
        )
    return tuple(name for name in inputs if name not in leave_out)


def fields_to_leave_out(dataset: Dataset, features: Collection[str]) -> list[str]:
    """The fields without which a training may start. Inside the caller's `enter`."""
    found = blocking(leakage_of(dataset)["findings"], set(features))
    return sorted({each["fields"][0] for each in found})


def _problem(finding: Mapping[str, Any]) -> FieldError:
    fields, evidence = finding["fields"], finding["evidence"]
    auc = evidence.get("auc", evidence.get("late_auc"))
    words = f"{' with '.join(fields)} leaks the outcome ({finding['code']}, AUC {auc['value']:.4f})"
    return FieldError(f"/features/{fields[0]}", "leakage", words, {"finding": dict(finding)})


def leakage_acceptance_request(
    *, organization_id: UUID, actor: Actor, dataset_id: UUID, reason: str
) -> LeakageAcceptance:
    """Ask a second person to let a data set be learnt from in spite of what was found.

    Conflict while another request is open, or where nothing was found.
    """
    if not reason.strip():
        raise Invalid([FieldError("/reason", "required", "say why it may be learnt from")])
    try:
        with enter(organization_id):
            dataset = dataset_by_id(organization_id, dataset_id)
            findings = leakage_of(dataset)["findings"]
            if not findings:
                raise Conflict("nothing was found in this data set", code="no_findings")
            asked = LeakageAcceptance.objects.create(
                organization_id=organization_id,
                dataset=dataset,
                findings=findings,
                reason=reason.strip(),
                requested_by_kind=actor.kind,
                requested_by_id=actor.id,
                requested_at=now(organization_id),
            )
            _told(asked, actor, "requested")
            return asked
    except IntegrityError as error:
        if "leakage_acceptance_one_open" not in str(error):
            raise
        raise Conflict("somebody has asked already", code="acceptance_open") from error


def leakage_acceptance_answer(
    *, organization_id: UUID, actor: Actor, acceptance_id: UUID, accept: bool
) -> LeakageAcceptance:
    """Accept or refuse what somebody else asked for; once."""
    with enter(organization_id):
        rows = LeakageAcceptance.objects.filter(organization_id=organization_id, id=acceptance_id)
        asked = rows.first()
        if asked is None:
            raise NotFound("no such request")
        if actor.id == asked.requested_by_id:
            raise Forbidden("a second person answers", code="own_request")
        changed = rows.filter(status=AnswerStatus.OPEN).update(
            status=AnswerStatus.APPROVED if accept else AnswerStatus.REFUSED,
            answered_by=actor.id,
            answered_at=now(organization_id),
        )
        if not changed:
            raise Conflict("the request is answered already", code="answered")
        _told(asked, actor, "accepted" if accept else "refused")
        asked.refresh_from_db()
        return asked


def _told(asked: LeakageAcceptance, actor: Actor, what: str) -> None:
    event_record(
        organization_id=asked.organization_id,
        actor=actor,
        type=f"leakage.{what}",
        subject=("dataset", asked.dataset_id),
        data={"acceptance": str(asked.id), "findings": len(asked.findings)},
    )
