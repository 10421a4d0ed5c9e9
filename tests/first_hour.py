"""A new lender's whole first hour by its services, with the time each step takes.

A test walks it with a few hundred rows; the figures in docs/first-hour.md come from 150,000.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from accounts.models import User
from events.actor import Actor
from ml.dictionary import Dictionary
from scoring.enums import TrainingStatus, UploadStatus
from scoring.models import Championship, DictionaryDraft, LoanUpload, ModelVersion, Product
from scoring.selectors.intake import draft_by_id
from scoring.services.championships import champion_appoint
from scoring.services.drafts import draft_publish
from scoring.services.learning import recommended_version
from scoring.services.training import model_train
from scoring.services.uploads import (
    upload_import,
    upload_import_execute,
    upload_profile,
    upload_receive,
)
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_underwriting import INES, agreed, decide, party
from underwriting.decisioning.product import Product as ProductDocument
from underwriting.models import Decision
from underwriting.policy.first import first_policy
from underwriting.services.applications import application_submit
from underwriting.services.first_policies import first_policy_submit
from underwriting.services.policies import policy_publish

CUT_OFF, RATE = 150_000, 190_000


@dataclass
class Hour:
    """Who is there, and what each step took: seconds by the clock, and of this process's own."""

    organization: Organization
    rita: User
    anna: User
    third: User
    took: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def of(self) -> dict[str, Any]:
        return {"organization_id": self.organization.id, "actor": Actor.user(self.rita.pk)}

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        wall, own = time.monotonic(), time.process_time()
        yield
        spent = time.monotonic() - wall, time.process_time() - own
        self.took[step] = (round(spent[0], 1), round(spent[1], 1))

    def drafted(self, file: Path, **asked: Any) -> DictionaryDraft:
        with self.timed("receive"), file.open("rb") as stream:
            draft = upload_receive(
                **self.of, stream=stream, name=file.name, product_slug="consumo",
                product_names=dict.fromkeys(self.organization.languages, "Consumo"),
                currency="EUR", background=False, **asked,
            )  # fmt: skip
        with self.timed("profile"):
            upload_profile(organization_id=self.organization.id, upload_id=draft.upload_id)
        with enter(self.organization.id, read_only=True):
            return draft_by_id(self.organization.id, draft.id)

    def imported(self, draft: DictionaryDraft) -> Mapping[str, Any]:
        draft_publish(**self.of, draft_id=draft.id, revision=draft.revision)
        with self.timed("import"):
            upload_import(**self.of, upload_id=draft.upload_id, background=False)
            upload_import_execute(organization_id=self.organization.id, upload_id=draft.upload_id)
        with enter(self.organization.id, read_only=True):
            upload = LoanUpload.objects.get(id=draft.upload_id)
        assert upload.status == UploadStatus.IMPORTED, upload.error
        return upload.result

    def trained(self, settings: Mapping[str, Any]) -> ModelVersion:
        with self.timed("tournament"):
            run = model_train(**self.of, product_slug="consumo", settings=settings)
        assert run.status == TrainingStatus.SUCCEEDED, run.error
        with enter(self.organization.id, read_only=True):
            version = recommended_version(run)
        assert version is not None
        return version

    def in_charge(self, version: ModelVersion) -> Championship:
        others = [Actor.user(self.anna.pk), Actor.user(self.third.pk)]
        with self.timed("in charge"):
            return champion_appoint(
                **self.of,
                answered_by=others,
                model_version_id=version.id,
                reason="the first model",
            )

    def decided(self, draft: DictionaryDraft) -> Decision:
        with enter(self.organization.id, read_only=True):
            product = Product.objects.get(slug="consumo")
        policy = first_policy_submit(
            **self.of, product_id=product.id, cut_off_ppm=CUT_OFF, rate_ppm=RATE
        )
        policy_publish(
            organization_id=self.organization.id, actor=Actor.user(self.anna.pk),
            policy_version_id=policy.id,
        )  # fmt: skip
        with self.timed("first decision"):
            return decide(self.submitted(draft))

    def submitted(self, draft: DictionaryDraft) -> Any:
        """The first application: what the policy's own first test case says of itself."""
        dictionary = Dictionary.parse(draft.document)
        case = first_policy(
            ProductDocument.parse(draft.terms), dictionary, name="-", cut_off_ppm=1, rate_ppm=0
        )["tests"][0]
        facts = {name: value for name, value in case["parties"][0].items() if name != "of_age"}
        return application_submit(
            **self.of, door="api", product_slug="consumo", request=case["request"],
            parties=[party(INES, facts, agreed(self.organization.id))], language="de", claim=True,
        )  # fmt: skip
