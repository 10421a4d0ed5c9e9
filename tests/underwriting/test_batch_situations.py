"""What the lender knows, or does, while a chunk is decided: as online, once, or again."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from config.demo.lenders import BANCO_AURORA, HANSE_KREDIT, DemoLender
from events.actor import SYSTEM, Actor
from events.models import Event
from events.selectors import verify_chain
from scoring.models import ModelVersion, Product, ScoringRun
from scoring.services.pauses import refer_all_set
from scoring.services.splits import split_begin
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_accounts import Hire
from tests.cast_connectors import agreed_to_all, bureau_settings, connected
from tests.cast_scoring import ANSWERERS, demo_document, let_expire, out_of_charge
from tests.cast_underwriting import REQUEST, agreed
from tests.scoring.test_challengers import propose
from tests.underwriting.batch_files import (
    Body,
    Finish,
    decided_as_chunk,
    decided_online,
    demo_bodies,
    terms_of,
)
from tests.underwriting.test_batch_chunks import assert_as_online, lender
from tests.underwriting.test_exploration import WEAK_SCORE
from tests.underwriting.test_races import at_once
from underwriting.models import (
    Application,
    ApplicationMark,
    Decision,
    DecisionRun,
    MarkCounter,
    Party,
    PolicyVersion,
)
from underwriting.services import batch_deciding
from underwriting.services.batch_contract import ChunkDone
from underwriting.services.evaluation import case_read
from underwriting.services.policies import policy_install
from underwriting.services.replays import decisions_replay
from underwriting.services.runs import LostLease

LOAN = "personal-loan"


def strangers(count: int, of: DemoLender = HANSE_KREDIT) -> list[dict[str, Any]]:
    """Bodies of people of whom none stands twice."""
    bodies = demo_bodies(of, count, seed=5)
    for number, body in enumerate(bodies):
        body["external_id"] = f"s-{number}"
        for place, party in enumerate([body["applicant"], *body.get("co_applicants", [])]):
            born = f"19{50 + number % 50}-0{place + 1}-1{number // 50 % 10}"
            person = {"email": f"s{number}.{place}@mail.example", "birth_date": born}
            party["identity"] = {**party["identity"], **person}
    return bodies


def again(bodies: Sequence[Body], **changed: str) -> list[dict[str, Any]]:
    """The same people once more; `changed` are members of the first one's identity."""
    return [
        {
            **body,
            "external_id": f"again-{body['external_id']}",
            "applicant": {
                **body["applicant"],
                "identity": {**body["applicant"]["identity"], **changed},
            },
        }
        for body in bodies
    ]


def chunk(organization: Organization, bodies: Sequence[Body], **asked: Any) -> ChunkDone:
    finish = asked.pop("finish", None)
    terms = terms_of(LOAN, agreed(organization.id), **asked)
    return decided_as_chunk(organization.id, terms, bodies, finish)


def counts(organization: Organization) -> tuple[int, int]:
    with enter(organization.id, read_only=True):
        return Application.objects.count(), Decision.objects.count()


@pytest.mark.exhaustive
def test_people_known_before_are_met_as_online(
    hanse: Organization, policy: PolicyVersion, hire: Hire
) -> None:
    """With what they owe, were offered and have asked for; a likeness goes to a person."""
    online = lender("online", LOAN, hire)
    first = strangers(10)
    for organization in (hanse, online):
        terms = terms_of(LOAN, agreed(organization.id))
        for body in first:
            decided_online(organization.id, terms, body)
    known, alike = again(first[:7]), again(first[7:], email="other@mail.example")
    alike[1]["applicant"]["identity"]["email"] = "another@mail.example"
    alike[2]["applicant"]["identity"]["email"] = "third@mail.example"
    done = assert_as_online(hanse, online, [*known, *alike], LOAN)
    assert done.refused == 0
    with enter(hanse.id, read_only=True):
        later = Party.objects.filter(application__external_id__startswith="again", position=0)
        met = {match: later.filter(match=match).count() for match in ("exact", "possible", "new")}
        held = Decision.objects.filter(document__contains="IDENTITY_MATCH").count()
        exposed = Decision.objects.exclude(inputs__contains='"open_offers":"0.00"').count()
    assert met == {"exact": 7, "possible": 3, "new": 0}
    assert held == 3
    assert exposed >= 3


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "happens",
    [
        lambda lender: refer_all_set(
            organization_id=lender.id, actor=SYSTEM, product_slug=LOAN, on=True, reason="drift"
        ),
        let_expire,
        out_of_charge,
    ],
    ids=["refer all", "model expired", "nobody in charge"],
)
def test_what_holds_decisions_online_holds_them_here(
    hanse: Organization,
    policy: PolicyVersion,
    hire: Hire,
    happens: Callable[[Organization], Any],
) -> None:
    online = lender("online", LOAN, hire)
    for organization in (hanse, online):
        happens(organization)
    done = assert_as_online(hanse, online, strangers(8), LOAN)
    assert done.outcomes == {"refer": 8}
    assert dict(decisions_replay(organization_id=hanse.id).counts) == {"identical": 8}


def test_a_split_sends_each_customer_where_online_would(
    hanse: Organization, policy: PolicyVersion, challenger: ModelVersion
) -> None:
    split = propose(hanse, challenger)
    split_begin(organization_id=hanse.id, actor=ANSWERERS[0], split_id=split.id)
    chunk(hanse, strangers(16))
    with enter(hanse.id, read_only=True):
        decisions = list(Decision.objects.all())
        for decision in decisions:
            rules = case_read(hanse.id, decision.application_id).rules
            assert (decision.model_hash, decision.policy_hash) == (
                rules.model_hash,
                rules.policy_hash,
            )
            run = ScoringRun.objects.get(decisions=decision)
            assert run.model_version_id == rules.model_version_id
    assert len({decision.model_hash for decision in decisions}) == 2
    assert decisions_replay(organization_id=hanse.id).failed == 0


def test_a_repeat_is_the_first_and_another_content_is_refused(
    hanse: Organization, policy: PolicyVersion
) -> None:
    bodies = strangers(5)
    before = decided_online(hanse.id, terms_of(LOAN, agreed(hanse.id)), bodies[0])
    other = {**bodies[1], "request": {**bodies[1]["request"], "amount": "1734.00"}}
    first = chunk(hanse, [bodies[0], bodies[1]])
    rows = [bodies[1], other, bodies[2], bodies[2], {**other, "external_id": "s-2"}]
    second = chunk(hanse, rows)
    assert (first.placed[0].application_id, first.placed[0].made) == (before, False)
    assert [(bad.row, bad.pointer, bad.code) for bad in second.bad] == [
        (2, "/external_id", "external_id_taken"),
        (5, "/external_id", "external_id_taken"),
    ]
    assert [each.made for each in second.placed] == [False, True, False]
    assert second.placed[1].application_id == second.placed[2].application_id
    assert counts(hanse) == (3, 3)


class Dies(Finish):
    """A worker that is killed, or has lost its chunk, the first time it comes to `where`."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def __call__(self) -> None:
        super().__call__()
        self._perhaps("finish")

    def store(self, done: ChunkDone) -> None:
        super().store(done)
        self._perhaps("store")

    def _perhaps(self, where: str) -> None:
        if self.where == where:
            self.where = ""
            raise LostLease("the chunk is in other hands")


@pytest.mark.parametrize("where", ["finish", "store"])
def test_a_chunk_that_breaks_off_leaves_nothing_half_written(
    hanse: Organization, policy: PolicyVersion, where: str
) -> None:
    """Rows that went singly stay and are found again; the others are written once or not at all."""
    bodies = strangers(8)
    bodies[6] = {**bodies[7], "external_id": "twin"}
    del bodies[5]["external_id"]
    finish, terms = Dies(where), terms_of(LOAN, agreed(hanse.id))
    with pytest.raises(LostLease):
        decided_as_chunk(hanse.id, terms, bodies, finish)
    assert counts(hanse) == (2, 2)
    done = decided_as_chunk(hanse.id, terms, bodies, finish)
    assert counts(hanse) == (8, 8)
    assert [(each.row, each.made) for each in done.placed] == [(n, True) for n in range(1, 9)]
    with enter(hanse.id, read_only=True):
        events = list(Event.objects.filter(type="batch.chunk_decided"))
        runs = DecisionRun.objects.filter(holder=f"batch:{terms.chunk_id}")
        assert (len(events), runs.count()) == (1, 6)
        assert Event.objects.order_by("sequence").last() == events[0]


class Meanwhile(Finish):
    """Something happens while the chunk is computed; then not again."""

    def __init__(self, organization: Organization, statement: str) -> None:
        super().__init__()
        self.organization = organization
        self.statement = statement
        self.times = 0

    def __call__(self) -> None:
        super().__call__()
        self.times += 1
        if self.times == 1:
            with connection.cursor() as cursor:
                cursor.execute(self.statement)
                assert cursor.rowcount >= 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE underwriting_offer SET status = 'declined', answered_at = now()",
        "UPDATE underwriting_customer SET erased_at = now(), wrapped_key = NULL, salt = NULL",
    ],
    ids=["offers answered", "people forgotten"],
)
def test_what_changes_meanwhile_is_decided_anew(
    hanse: Organization, policy: PolicyVersion, statement: str
) -> None:
    first = strangers(4)
    chunk(hanse, first)
    finish = Meanwhile(hanse, statement)
    done = chunk(hanse, again(first), finish=finish)
    assert finish.times == 2
    assert (done.refused, len(done.placed)) == (0, 4)
    assert counts(hanse) == (8, 8)
    assert decisions_replay(organization_id=hanse.id).failed == 0


@pytest.mark.exhaustive
def test_a_count_that_moved_meanwhile_is_asked_anew(hire: Hire) -> None:
    """Aurora counts a person's requests of thirty days; the numbers have no gaps."""
    cards = lender("cards", "store-card", hire)
    terms = terms_of("store-card", agreed(cards.id, "pt"), language="pt")
    first = strangers(3, BANCO_AURORA)
    decided_as_chunk(cards.id, terms, first)
    statement = "UPDATE underwriting_markcounter SET ordinal = ordinal + 1 WHERE kind = 'identity'"
    finish = Meanwhile(cards, statement)
    decided_as_chunk(
        cards.id, terms_of("store-card", terms.consents, language="pt"), again(first), finish
    )
    assert finish.times == 2
    with enter(cards.id, read_only=True):
        later = Decision.objects.filter(application__external_id__startswith="again")
        told = [json.loads(each.inputs or "")["context"]["lookups"] for each in later]
        numbers = MarkCounter.objects.filter(kind="identity").values_list("ordinal", flat=True)
    assert [each["velocity.same_person"] for each in told] == [2, 2, 2]
    assert set(numbers) <= {1, 2}


@pytest.mark.exhaustive
def test_a_moved_counter_that_no_rule_asks_about_moves_nothing(
    hanse: Organization, policy: PolicyVersion
) -> None:
    """Two chunks may share an address; each mark still gets its number."""
    bodies = strangers(6)
    for body in bodies:
        body["applicant"]["identity"]["address"] = bodies[0]["applicant"]["identity"]["address"]
    chunk(hanse, bodies[:3])
    finish = Finish()
    chunk(hanse, bodies[3:], finish=finish)
    assert finish.calls.count("finish") == 1
    with enter(hanse.id, read_only=True):
        shared = MarkCounter.objects.filter(kind="address").order_by("-ordinal").first()
        assert shared is not None
        assert shared.ordinal >= 6


@pytest.mark.exhaustive
def test_vendors_are_asked_by_a_worker_and_personas_get_their_outcome(
    twin: Organization, django_capture_on_commit_callbacks: Any
) -> None:
    """A test twin: what must not go by columns goes singly, here as online."""
    bodies = strangers(4)
    bodies[1]["applicant"]["identity"]["given_names"] = "Decline"
    consents = agreed_to_all(twin)
    done = decided_as_chunk(twin.id, terms_of(LOAN, consents), bodies)
    with enter(twin.id, read_only=True):
        persona = Decision.objects.get(application_id=done.placed[1].application_id)
        runs = DecisionRun.objects.filter(holder__startswith="batch:").count()
    assert (persona.outcome, runs) == ("decline", 3)
    connected(twin, bureau_settings())
    with django_capture_on_commit_callbacks() as asked:
        terms = terms_of(LOAN, agreed_to_all(twin))
        done = decided_as_chunk(twin.id, terms, again(bodies))
    assert done.outcomes == {"undecided": 4}
    assert done.root is None
    assert len(asked) >= 4


@pytest.mark.exhaustive
def test_lots_approve_up_to_the_months_budget_in_the_order_of_the_rows(
    hanse: Organization,
    personal_loan: Product,
    rita: User,
    anna: User,
    policy: PolicyVersion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changed = {**demo_document("hanse_kredit", "policy"), "counter_offer": None, "tests": []}
    changed["exploration"] = {"share_ppm": 100_000, "max_amount": "5000.00", "most_a_month": 2}
    policy_install(
        organization_id=hanse.id,
        author=Actor.user(rita.pk),
        approver=Actor.user(anna.pk),
        product_id=personal_loan.id,
        document=changed,
    )
    bodies = strangers(5)
    for body in bodies:
        body.pop("co_applicants", None)
        body["applicant"]["facts"] = WEAK_SCORE
        body["request"] = {**REQUEST, "amount": "1500.00"}
    monkeypatch.setattr(batch_deciding, "lot_drawn", lambda salt, application_id: 0)
    done = chunk(hanse, bodies)
    with enter(hanse.id, read_only=True):
        runs = {
            run.application_id: (run.propensity_ppm, run.explored)
            for run in ScoringRun.objects.all()
        }
    told = [runs[each.application_id] for each in done.placed]
    assert told == [(100_000, True)] * 2 + [(0, False)] * 3
    assert done.outcomes == {"approve": 2, "decline": 3}
    assert decisions_replay(organization_id=hanse.id).failed == 0


@pytest.mark.exhaustive
@pytest.mark.django_db(transaction=True)
def test_two_chunks_at_once_share_addresses_and_a_newcomer(
    transactional_db: None, hanse: Organization, policy: PolicyVersion
) -> None:
    """Whoever comes second finds the customer that the first made; no number is given twice."""
    bodies = strangers(40)
    home = {"line1": "Lange Reihe 7", "postal_code": "20099", "city": "Hamburg", "country": "DE"}
    for body in bodies:
        body["applicant"]["identity"]["address"] = home
    for body in (bodies[3], bodies[33]):
        body["applicant"]["identity"]["national_id"] = "L01X00T47"
    halves = [partial(chunk, hanse, bodies[:20]), partial(chunk, hanse, bodies[20:])]
    done = at_once(*halves)
    assert [len(each.placed) for each in done] == [20, 20]
    with enter(hanse.id, read_only=True):
        marks = ApplicationMark.objects.filter(kind="address").exclude(customer__isnull=True)
        numbers = sorted(marks.values_list("digest", "ordinal"))
        met = set(
            Party.objects.filter(
                customer__index_entries__kind="national_id", position=0
            ).values_list("match", flat=True)
        )
    assert len(numbers) == len(set(numbers))
    assert met == {"new", "exact"}
    assert verify_chain(hanse.id).broken is None
