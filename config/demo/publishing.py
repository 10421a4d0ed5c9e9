"""A demo lender's product, model and policy: published once, left alone afterwards."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from config.demo.lenders import DemoLender
from config.demo.lists import lists_present
from config.demo.past_loans import past_loans_file, past_loans_mapping
from config.demo.people import Person
from events.actor import SYSTEM
from scoring.comparison import comparison_table
from scoring.enums import TrainingStatus
from scoring.models import ModelVersion, Product, TrainingRun
from scoring.selectors.models import champion_or_none
from scoring.services.championships import champion_appoint
from scoring.services.dictionaries import dictionary_publish
from scoring.services.economics import economics_publish
from scoring.services.learning import recommended_version
from scoring.services.loans import loans_import
from scoring.services.models import expert_scorecard_register
from scoring.services.products import product_create, product_publish
from scoring.services.schedules import training_schedule_set
from scoring.services.training import model_train
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict
from underwriting.models import PolicyVersion
from underwriting.services.consents import consent_texts_publish
from underwriting.services.policies import policy_install

Say = Callable[[str], None]
QUARTER = 91
TRAINED = {"families": ["woe", "boosting"]}
"""Few families and no tuning: the first start shall not make anyone wait."""


def product_present(lender: DemoLender, organization_id: UUID) -> Product:
    product = product_create(
        organization_id=organization_id,
        actor=SYSTEM,
        slug=lender.product_slug,
        names=lender.product_names,
        currency=lender.currency,
    )
    of: dict[str, Any] = {
        "organization_id": organization_id,
        "actor": SYSTEM,
        "product_slug": product.slug,
    }
    dictionary_publish(**of, document=lender.document("dictionary"))
    product_publish(**of, document=lender.document("product"))
    economics_publish(**of, document=lender.document("economics"))
    return product


def champion_present(
    lender: DemoLender, product: Product, people: dict[str, Person], say: Say
) -> None:
    """Someone must decide: the better of two trained models, or an expert's points.

    The house proposes it; the approver validates it, and approver and owner put it in charge.
    """
    organization_id = product.organization_id
    with enter(organization_id, read_only=True):
        if champion_or_none(organization_id, product.id, now(organization_id)):
            return
    version, reason = (
        _trained(lender, product, say)
        if lender.learns_at_once
        else (_expert(lender, product), "a new lender has no past loans: points set by hand")
    )
    champion_appoint(
        organization_id=organization_id,
        actor=SYSTEM,
        answered_by=(people["approver"].actor, people["owner"].actor),
        model_version_id=version.id,
        reason=reason,
    )
    training_schedule_set(
        organization_id=organization_id,
        actor=SYSTEM,
        product_slug=product.slug,
        every_days=QUARTER,
        enabled=lender.learns_at_once,
    )
    say(f"  {lender.name}: model {version.number} ({version.family}) is in charge")


def _expert(lender: DemoLender, product: Product) -> ModelVersion:
    return expert_scorecard_register(
        organization_id=product.organization_id,
        actor=SYSTEM,
        product_slug=product.slug,
        document=lender.document("expert_scorecard"),
    )


def _trained(lender: DemoLender, product: Product, say: Say) -> tuple[ModelVersion, str]:
    with TemporaryDirectory() as folder:
        done = loans_import(
            organization_id=product.organization_id,
            actor=SYSTEM,
            product_slug=product.slug,
            source=str(past_loans_file(lender, Path(folder))),
            rejected=Path(folder) / "rejected.csv",
            mapping=past_loans_mapping(lender),
        )
    say(f"  {lender.name}: {done.dataset.rows:,} past loans, {done.dataset.bads:,} of them bad")
    run = model_train(
        organization_id=product.organization_id,
        actor=SYSTEM,
        product_slug=product.slug,
        settings=TRAINED,
    )
    if run.status != TrainingStatus.SUCCEEDED or run.comparison is None:
        raise Conflict(f"training {lender.name}'s model {run.status}: {run.error}")
    say(comparison_table(run.comparison))
    return _recommended(run), "the comparison on held-out loans recommends it"


def _recommended(run: TrainingRun) -> ModelVersion:
    with enter(run.organization_id, read_only=True):
        version = recommended_version(run)
    if version is None:
        raise Conflict("the training recommends no model")
    return version


def policy_present(
    lender: DemoLender, product: Product, twin_id: UUID, people: dict[str, Person]
) -> None:
    """Drafted by the risk analyst, published by the approver; the twin gets its copy."""
    organization_id = product.organization_id
    for each in (organization_id, twin_id):
        consent_texts_publish(organization_id=each, actor=SYSTEM)
    with enter(organization_id, read_only=True):
        there = PolicyVersion.objects.filter(
            organization_id=organization_id, product=product
        ).exists()
    if not there:
        lists_present(lender.path, organization_id)
        policy_install(
            organization_id=organization_id,
            author=people["risk_analyst"].actor,
            approver=people["approver"].actor,
            product_id=product.id,
            document=lender.document("policy"),
        )
