"""Trainings on the desk: started with sensible defaults, watched, cancelled, read."""

import re
from typing import Any

import pytest

from accounts.models import User
from scoring.enums import StepStatus, TrainingStatus
from scoring.models import ModelVersion, Product, TrainingRun, TrainingStep, TrainingTrial
from scoring.services.training import training_request
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.models import Organization
from tests.desk.conftest import SignIn
from tests.scoring.test_training_steps import ANALYST

LIST = "/admin/scoring/trainingrun/"
KEY = "sha256:" + "1" * 64


def evaluation(family: str, auc: float, **more: Any) -> dict[str, Any]:
    """What a tournament says of a candidate."""
    return {
        "family": family, "label": {"en": family}, "simplicity": 10, "explained": "table",
        "servable": True, "content_hash": "", "auc": auc, "auc_low": auc - 0.05,
        "auc_high": auc + 0.05, "gini": 2 * auc - 1, "ks": 0.4, "pr_auc": 0.5, "f1": 0.5,
        "brier": 0.16, "log_loss": 0.5, "ece": 0.04, "accuracy": 0.7, "recall_bads": 0.6,
        "confusion": {"good_accepted": 150, "good_refused": 60, "bad_accepted": 30,
                      "bad_refused": 60},
        "threshold_pd_ppm": 200_000,
        "costs": {"good_accepted": 0.0, "good_refused": 1.0, "bad_accepted": 5.0,
                  "bad_refused": 0.0},
        "cost_per_loan": 0.52, "cost_low": 0.4, "cost_high": 0.6, "objective": auc,
        "objective_low": auc - 0.05, "objective_high": auc + 0.05, "fold_auc": 0.78,
        "fold_cost": 0.53, "trials": 2, "fit_seconds": 0.4, "microseconds_per_row": 4.0,
        "reliability": {"loans": [100.0] * 3, "pd": [0.1, 0.3, 0.5], "bad": [0.12, 0.28, 0.5]},
        "asked": {"accuracy": 0.765, "threshold_pd_ppm": 400_000, "recall": 0.5,
                  "recall_low": 0.4, "recall_high": 0.6, "accuracy_held": 0.75,
                  "fold_recall": 0.52, "fold_accuracy": 0.744, "reached": False},
        "profit": None, **more,
    }  # fmt: skip


def queued(organization: Organization, **settings: Any) -> TrainingRun:
    return training_request(
        organization_id=organization.id,
        actor=ANALYST,
        product_slug="personal-loan",
        settings={"families": ["woe"], **settings},
        background=False,
    )


@pytest.fixture
def played(personal_loan: Product, hanse: Organization) -> TrainingRun:
    """A run that is over: the scorecard is recommended, a forest ranks best and never decides."""
    run = queued(hanse, families=["woe", "forest"], trials=2)
    with enter(hanse.id):
        version = ModelVersion.objects.get()
        moment = now(hanse.id)
        woe = evaluation("woe", 0.79, content_hash=version.artifact_hash)
        forest = evaluation("forest", 0.81, servable=False, explained="none")
        TrainingRun.objects.filter(id=run.id).update(
            status=TrainingStatus.SUCCEEDED,
            finished_at=moment,
            progress_ppm=1_000_000,
            comparison={
                "evaluations": [woe, forest], "recommended": 0, "best": 1, "loans": 300,
                "words": {"en": "WoE scorecard: it lies within.", "es": "Está dentro."},
                "objective": "auc", "failed": {"neural": "neural: it did not converge"},
                "in_charge": evaluation("expert", 0.6), "left_out": 3,
                "split": {"train": 700, "holdout": 300, "method": "random"},
            },
        )  # fmt: skip
        for number, (name, family, status) in enumerate(
            [("load", "", "done"), ("tune", "woe", "cached"), ("folds", "neural", "failed")]
        ):
            TrainingStep.objects.create(
                organization_id=hanse.id, run=run, number=number, name=name, family=family,
                key=KEY, status=status, started_at=moment, finished_at=moment,
                summary={"seconds": 1.5}, error="" if status != StepStatus.FAILED else "diverged",
            )  # fmt: skip
        for number, value in enumerate((0.77, None)):
            TrainingTrial.objects.create(
                organization_id=hanse.id, run=run, family="woe", number=number,
                parameters={"bad_weight": 1.25}, value=value, folds=[0.76, 0.78], seconds=0.7,
                status="complete" if value else "pruned",
            )  # fmt: skip
    return run


def page_of(run: TrainingRun) -> str:
    return f"{LIST}{run.id}/change/"


def test_the_list_says_what_to_do_first(
    sign_in: SignIn, rita: User, uma: User, personal_loan: Product
) -> None:
    text = sign_in(rita).get(LIST).content.decode()
    assert "Nothing was trained yet" in text
    assert f"{LIST}start/" in text
    assert f"{LIST}start/" not in sign_in(uma).get(LIST).content.decode()


def test_a_training_is_started_with_sensible_defaults(
    sign_in: SignIn, rita: User, uma: User, hanse: Organization, personal_loan: Product
) -> None:
    assert sign_in(uma).get(f"{LIST}start/").status_code == 403
    client = sign_in(rita)
    form = client.get(f"{LIST}start/").context["form"]
    answers = {name: field.initial for name, field in form.fields.items() if field.initial}
    assert "woe" in answers["families"]
    answers |= {"product": "personal-loan", "objective": "auc", "split": "auto"}
    answer = client.post(f"{LIST}start/", answers)
    with enter(hanse.id):
        run = TrainingRun.objects.get()
    assert answer.headers["Location"] == page_of(run)
    assert run.settings["trials"] == 15
    assert run.settings["seconds"] == 600
    assert run.settings["costs"] is None
    assert run.requested_by_id == str(rita.pk)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"objective": "profit"}, "economics"),
        ({"objective": "recall_of_bads"}, "accuracy"),
        ({"families": []}, "required"),
        ({"bad_accepted": "0"}, "must cost more"),
        ({"trials": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_done_is_said_on_the_form(
    sign_in: SignIn, rita: User, hanse: Organization, personal_loan: Product,
    changed: dict[str, Any], words: str,
) -> None:  # fmt: skip
    asked = {
        "product": "personal-loan", "families": ["woe"], "objective": "auc", "trials": "3",
        "minutes": "1", "split": "auto", "good_refused": "1", "bad_accepted": "5",
        "good_accepted": "0", "bad_refused": "0",
    }  # fmt: skip
    answer = sign_in(rita).post(f"{LIST}start/", asked | changed)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    with enter(hanse.id):
        assert not TrainingRun.objects.exists()


def test_a_running_one_is_polled_and_can_be_cancelled(
    sign_in: SignIn, rita: User, uma: User, hanse: Organization, personal_loan: Product
) -> None:
    run = queued(hanse)
    client = sign_in(rita)
    text = client.get(page_of(run)).content.decode()
    assert f'hx-get="{LIST}{run.id}/live/"' in text
    assert "waits for a worker" in text
    assert client.get(f"{LIST}{run.id}/live/").status_code == 200
    assert sign_in(uma).post(f"{LIST}{run.id}/cancel/").status_code == 403
    assert client.post(f"{LIST}{run.id}/cancel/").status_code == 302
    over = client.get(f"{LIST}{run.id}/live/")
    assert over.status_code == 286
    assert over.headers["HX-Refresh"] == "true"
    assert "hx-get" not in over.content.decode()


def test_a_failed_one_is_tried_again_from_its_page(
    sign_in: SignIn, rita: User, hanse: Organization, personal_loan: Product
) -> None:
    run = queued(hanse)
    client = sign_in(rita)
    client.post(f"{LIST}{run.id}/cancel/")
    assert "Try again from where it stopped" in client.get(page_of(run)).content.decode()
    client.post(f"{LIST}{run.id}/retry/")
    with enter(hanse.id):
        again = TrainingRun.objects.get(status=TrainingStatus.QUEUED)
    assert again.settings["retry_of"] == str(run.id)
    assert page_of(run) in client.get(page_of(again)).content.decode()


def test_a_finished_one_is_read_whole(sign_in: SignIn, rita: User, played: TrainingRun) -> None:
    text = sign_in(rita).get(page_of(played)).content.decode()
    assert "WoE scorecard: it lies within." in text
    assert ">recommended</span>" in text
    assert ">best</span>" in text
    assert "Neural network was left out." in text
    assert "Taken from an earlier run" in text
    assert "bad_weight 1.25" in text
    assert "Given up early" in text
    assert re.search(r"/admin/scoring/modelversion/[0-9a-f-]{36}/change/", text)
    assert text.count("<canvas") == 3


def test_an_asked_accuracy_is_answered_with_this_runs_figures(
    sign_in: SignIn, rita: User, played: TrainingRun
) -> None:
    text = sign_in(rita).get(page_of(played)).content.decode()
    assert "Finding bad loans at an accuracy of 0.765" in text
    assert "No model of this run keeps this accuracy" in text
    assert "0.712" in text
    assert "0.52 per loan" in text


def test_a_heading_sorts(sign_in: SignIn, rita: User, played: TrainingRun) -> None:
    client = sign_in(rita)
    by_auc = client.get(page_of(played)).context["shown"].lines
    turned = client.get(f"{page_of(played)}?sort=auc").context["shown"].lines
    assert [line.name for line in by_auc] == ["Random forest", "WoE scorecard", "Expert scorecard"]
    assert [line.name for line in turned[:2]] == ["WoE scorecard", "Random forest"]
    assert turned[-1].in_charge
    assert 'aria-sort="ascending"' in client.get(f"{page_of(played)}?sort=auc").content.decode()


def test_a_training_from_before_tournaments_is_still_read(
    sign_in: SignIn, rita: User, played: TrainingRun
) -> None:
    known = ("family", "content_hash", "auc", "auc_low", "auc_high", "ks", "cost_per_loan",
             "microseconds_per_row")  # fmt: skip
    old = {name: evaluation("woe", 0.79)[name] for name in known}
    with enter(played.organization_id):
        TrainingRun.objects.filter(id=played.id).update(
            settings={"families": ["woe"], "seed": 1},
            comparison={
                "evaluations": [old], "recommended": 0, "words": {"en": "It is."}, "loans": 300,
                "in_charge": None, "left_out": 0,
                "split": {"train": 700, "holdout": 300, "method": "random", "seed": 1},
            },
        )  # fmt: skip
    text = sign_in(rita).get(page_of(played)).content.decode()
    assert "It is." in text


def test_the_recommendation_is_in_the_readers_language(
    sign_in: SignIn, rita: User, played: TrainingRun
) -> None:
    client = sign_in(rita)
    client.post("/accounts/language/", {"language": "es"})
    assert "Está dentro." in client.get(page_of(played)).content.decode()
