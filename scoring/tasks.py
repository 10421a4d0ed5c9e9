"""Background work of scoring: training, and the schedules that ask for it."""

from typing import Any
from uuid import UUID

from celery import shared_task

from scoring.services.alerts import alert_pause, alert_retrain, alert_tell
from scoring.services.challengers import challengers_look
from scoring.services.schedules import schedule_fire, training_propose
from scoring.services.scores import score_facts_empty
from scoring.services.studies import study_execute
from scoring.services.training import training_execute, training_recover
from scoring.services.uploads import upload_import_execute, upload_profile, upload_recover
from scoring.services.validity import validity_warn
from tenancy.selectors import work_pending
from tenancy.tasks import TenantTask

AT_ONCE = 100
RETRAIN = "scoring.tasks.retrain"


@shared_task(base=TenantTask, name="scoring.tasks.train_model")
def train_model(*, organization_id: UUID, run_id: str) -> str:
    """Carry out a training run; delivered twice, it trains once. Tells the run's status."""
    run = training_execute(organization_id=organization_id, run_id=UUID(run_id))
    if run is None:
        return "taken"
    training_propose(run)
    return run.status


@shared_task(base=TenantTask, name="scoring.tasks.explore_dataset")
def explore_dataset(*, organization_id: UUID, study_id: str) -> str:
    """Explore a data set; delivered twice, it is explored once. Tells the study's status."""
    study = study_execute(organization_id=organization_id, study_id=UUID(study_id))
    return "taken" if study is None else study.status


@shared_task(base=TenantTask, name=RETRAIN)
def retrain(*, organization_id: UUID, schedule_id: str) -> bool:
    """Ask for the training one lender's schedule is due."""
    run = schedule_fire(organization_id=organization_id, schedule_id=UUID(schedule_id))
    return run is not None


@shared_task(base=TenantTask, name="scoring.tasks.recover_training")
def recover_training(*, organization_id: UUID, run_id: str) -> None:
    """See to a training whose worker or message was lost."""
    training_recover(organization_id=organization_id, run_id=UUID(run_id))


@shared_task(name="scoring.tasks.retrain_due")
def retrain_due() -> int:
    """The one global beat entry: each due schedule is done inside its own organization."""
    return (
        _fanned_out("retrain", retrain, "schedule_id")
        + _fanned_out("training_silent", recover_training, "run_id")
        + _fanned_out("upload_silent", recover_upload, "upload_id")
    )


@shared_task(base=TenantTask, name="scoring.tasks.tell_alert")
def tell_alert(*, organization_id: UUID, alert_id: str) -> int:
    """An alert opened or became serious: pause where the lender wants it, write, train anew."""
    about: dict[str, Any] = {"organization_id": organization_id, "alert_id": UUID(alert_id)}
    alert_pause(**about)
    told = alert_tell(**about)
    alert_retrain(**about)
    return told


@shared_task(base=TenantTask, name="scoring.tasks.look_at_challengers")
def look_at_challengers(*, organization_id: UUID, product_id: str) -> int:
    """Today's look at one product's challengers."""
    return len(challengers_look(organization_id=organization_id, product_id=UUID(product_id)))


@shared_task(name="scoring.tasks.challengers_due")
def challengers_due() -> int:
    """Every product that has a challenger, each inside its own organization."""
    return _fanned_out("challenger", look_at_challengers, "product_id")


@shared_task(base=TenantTask, name="scoring.tasks.warn_of_validity")
def warn_of_validity(*, organization_id: UUID, model_version_id: str) -> int | None:
    """Announce that one model's validation ends."""
    return validity_warn(organization_id=organization_id, model_version_id=UUID(model_version_id))


@shared_task(name="scoring.tasks.validity_due")
def validity_due() -> int:
    """Every model that decides or shadows and whose validation ends within sixty days."""
    return _fanned_out("validity", warn_of_validity, "model_version_id")


@shared_task(base=TenantTask, name="scoring.tasks.empty_score_facts")
def empty_score_facts(*, organization_id: UUID, call_id: str) -> bool:
    """Empty what one call's scores came from."""
    return score_facts_empty(organization_id=organization_id, call_id=UUID(call_id))


@shared_task(name="scoring.tasks.score_facts_due")
def score_facts_due() -> int:
    """Every call whose facts have been kept long enough."""
    return _fanned_out("score_facts", empty_score_facts, "call_id")


@shared_task(base=TenantTask, name="scoring.tasks.profile_upload")
def profile_upload(*, organization_id: UUID, upload_id: str) -> str:
    """Read a file of past loans and draft a dictionary from it."""
    upload = upload_profile(organization_id=organization_id, upload_id=UUID(upload_id))
    return upload.status if upload else "taken"


@shared_task(base=TenantTask, name="scoring.tasks.import_upload")
def import_upload(*, organization_id: UUID, upload_id: str) -> str:
    """Import a file of past loans by its published draft."""
    upload = upload_import_execute(organization_id=organization_id, upload_id=UUID(upload_id))
    return upload.status if upload else "taken"


@shared_task(base=TenantTask, name="scoring.tasks.recover_upload")
def recover_upload(*, organization_id: UUID, upload_id: str) -> None:
    """See to a file whose worker or message was lost."""
    upload_recover(organization_id=organization_id, upload_id=UUID(upload_id))


def _fanned_out(kind: str, task: Any, argument: str) -> int:
    pending = work_pending(kind, AT_ONCE)
    for work in pending:
        task.delay(organization_id=str(work.organization_id), **{argument: str(work.row_id)})
    return len(pending)
