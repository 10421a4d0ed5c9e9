"""The lender of the benchmarks: Hanse Kredit with boosted trees, and applications to send it.

Imported once Django is set up. The model is learnt here, from the demo's past loans, and takes a
second; the applications are the demo's too, so approvals, counter-offers, referrals and declines,
joint ones among them, come as often as they do there. But nobody comes twice: two calls of one
person at once wait for each other, and a file's rows of one person go singly.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from string import ascii_lowercase
from typing import Any
from uuid import UUID

from accounts.enums import Role
from accounts.models import User
from accounts.services.memberships import membership_grant
from accounts.services.organizations import organization_open
from accounts.services.users import user_create
from config.demo.applicants import demo_applications
from config.demo.lenders import HANSE_KREDIT
from events.actor import SYSTEM
from ml.model import Model
from scoring.models import ModelVersion
from scoring.services.championships import champion_appoint
from scoring.services.models import expert_scorecard_register, model_register
from tenancy.models import Organization
from tests.benchmarks.load import Call
from tests.cast_accounts import key_of
from tests.cast_scoring import ANSWERERS, demo_document, product_only
from tests.cast_underwriting import agreed, policy_ready
from tests.proof.history import learnt_plan

LANGUAGE = "de"
_seeds = count(1)
_slugs = count(1)


@dataclass(frozen=True, slots=True)
class Lender:
    """A lender that decides by boosted trees, and a key to send it applications with."""

    organization_id: UUID
    key: str
    model: Model | None
    consents: list[dict[str, str]]

    def bodies(self, how_many: int) -> list[dict[str, Any]]:
        """Applications nobody has sent before."""
        drawn = demo_applications(HANSE_KREDIT, how_many, seed=next(_seeds))
        return [self._body(each.request, each.parties) for each in drawn]

    def calls(self, how_many: int) -> list[Call]:
        """The same as calls that wait for the decision, each with a key of its own."""
        return [self._call(body) for body in self.bodies(how_many)]

    def _call(self, body: dict[str, Any]) -> Call:
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"bench-{next(_numbers)}",
            "Prefer": "wait=10",
        }
        return Call("POST", "/v1/applications", headers, json.dumps(body))

    def _body(self, request: dict[str, Any], parties: list[dict[str, Any]]) -> dict[str, Any]:
        said = [
            {**party, "identity": _somebody(party["identity"]), "consents": self.consents}
            for party in parties
        ]
        body: dict[str, Any] = {
            "product": HANSE_KREDIT.product_slug,
            "language": LANGUAGE,
            "request": request,
            "applicant": said[0],
        }
        return body if len(said) == 1 else {**body, "co_applicants": said[1:]}


_numbers = count(1)
_people = count(1)


def _somebody(identity: dict[str, Any]) -> dict[str, Any]:
    """The same person with a second name and an address of their own."""
    number = next(_people)
    second = "".join(ascii_lowercase[number // 26**place % 26] for place in range(5)).capitalize()
    return {
        **identity,
        "given_names": f"{identity['given_names']} {second}",
        "email": f"{second}.{identity['email']}".lower(),
    }


def lender_opened(slug: str) -> Lender:
    """A lender with product, policy, boosted trees in charge and a key."""
    live, people = _opened(slug)
    product = product_only(live.id)
    model = learnt_plan(HANSE_KREDIT, "boosting").model
    version = model_register(
        organization_id=live.id,
        actor=SYSTEM,
        product_slug=HANSE_KREDIT.product_slug,
        body=model.to_bytes(),
        metrics={},
        card={},
    )
    _in_charge(live, version)
    policy_ready(live, product, *people)
    return Lender(live.id, key_of(live)[1], model, agreed(live.id, LANGUAGE))


def _opened(slug: str) -> tuple[Organization, tuple[User, User]]:
    """An organization, its analyst and its approver."""
    live, _twin = organization_open(
        actor=SYSTEM,
        slug=slug,
        name="Hanse Kredit",
        country="DE",
        default_language=LANGUAGE,
        languages=["de", "en"],
        regulation_pack=HANSE_KREDIT.regulation_pack,
    )
    rita, anna = (
        user_create(email=f"{name}@{slug}.example", password=None) for name in ("rita", "anna")
    )
    for person, role in ((rita, Role.RISK_ANALYST), (anna, Role.APPROVER)):
        membership_grant(organization_id=live.id, actor=SYSTEM, user=person, role=role)
    return live, (rita, anna)


def _in_charge(live: Organization, version: ModelVersion) -> None:
    champion_appoint(
        organization_id=live.id,
        actor=SYSTEM,
        answered_by=ANSWERERS,
        model_version_id=version.id,
        reason="it decides in the benchmarks",
    )


def organizations_opened(how_many: int) -> list[UUID]:
    """Lenders that are there and do nothing."""
    return [_opened(f"bench-{next(_slugs)}")[0].id for _ in range(how_many)]


def scorecard_lenders(how_many: int) -> list[Lender]:
    """Lenders that decide, each by points of its own."""
    return [scorecard_lender(f"bench-{next(_slugs)}", number) for number in range(how_many)]


def calls_in_turn(lenders: Sequence[Lender], how_many: int) -> list[Call]:
    """So many calls, each to the next lender."""
    share = -(-how_many // len(lenders))
    each = [lender.calls(share) for lender in lenders]
    return [call for turn in zip(*each, strict=True) for call in turn][:how_many]


def scorecard_lender(slug: str, number: int = 0) -> Lender:
    """A lender that decides by an expert's points, `number` more than the demo's."""
    live, people = _opened(slug)
    product = product_only(live.id)
    document = demo_document(HANSE_KREDIT.folder, "expert_scorecard")
    version = expert_scorecard_register(
        organization_id=live.id,
        actor=SYSTEM,
        product_slug=HANSE_KREDIT.product_slug,
        document={**document, "intercept": document["intercept"] + number},
    )
    _in_charge(live, version)
    policy_ready(live, product, *people)
    return Lender(live.id, key_of(live)[1], None, agreed(live.id, LANGUAGE))
