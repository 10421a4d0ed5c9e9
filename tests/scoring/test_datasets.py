"""Data sets: copies of rows that nothing changes any more, and what was left out of them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection

from events.actor import SYSTEM, Actor
from events.models import Event
from ml.dictionary import Dictionary
from scoring.enums import AnswerStatus
from scoring.models import (
    Dataset,
    DatasetChunk,
    DatasetEvidence,
    LeakageAcceptance,
    PastApplication,
    Product,
)
from scoring.selectors.datasets import leakage_of
from scoring.services import datasets
from scoring.services.dataset_rows import (
    APPLICATIONS,
    dataset_loans,
    dataset_protected,
    dataset_rows_erase,
)
from scoring.services.datasets import dataset_for_training, dataset_register
from scoring.services.leakage import (
    features_left,
    fields_to_leave_out,
    leakage_acceptance_answer,
    leakage_acceptance_request,
    leakage_check,
)
from scoring.services.outcome_definitions import outcome_definition_publish
from scoring.services.performance import performance_record
from scoring.training.exclusions import Period
from scoring.training.rows import LoanRows
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid, NotFound, RefusedWrite
from tenancy.models import Organization
from tests.cast_scoring import demo_document
from tests.scoring.test_imports import MAPPING, bring, loan_file

RITA, ANNA = Actor("user", "7"), Actor("user", "8")
NOTHING = {"field": "external_ref", "operator": "eq", "value": "L9"}
FEATURES = {"amount", "term_months", "savings", "telephone"}


def row(ref: str, day: str = "2025-03-01", amount: int = 1500, **more: Any) -> str:
    told = {"term": 24, "end": "good", "sex": "female", **more}
    return f"{ref},{day},{amount}.00,{told['term']},furniture,from_200,{told['end']},{told['sex']}"


def register(organization: Organization, **more: Any) -> Dataset:
    return dataset_register(
        organization_id=organization.id, actor=RITA, product_slug="personal-loan", **more
    )


def rows_of(organization: Organization, dataset: Dataset) -> LoanRows:
    with enter(organization.id):
        return dataset_loans(dataset)


@pytest.fixture
def three(personal_loan: Product, hanse: Organization, tmp_path: Path) -> Product:
    """Three past loans: of March, June and September 2025."""
    lines = [row("L1"), row("L2", "2025-06-01", 9000, end="bad"), row("L3", "2025-09-01", 3000)]
    bring(hanse, loan_file(tmp_path, *lines))
    return personal_loan


@pytest.fixture
def leaking(personal_loan: Product, hanse: Organization, tmp_path: Path) -> Dataset:
    """Eighty loans whose amount tells the end: bad ones were all large."""
    lines = [row(f"G{n:02}", amount=1000 + 10 * n, term=6 + n) for n in range(40)]
    lines += [row(f"B{n:02}", amount=9000 + 10 * n, term=6 + n, end="bad") for n in range(40)]
    bring(hanse, loan_file(tmp_path, *lines))
    return register(hanse)


def test_the_same_rows_are_the_same_data_set(three: Product, hanse: Organization) -> None:
    first, again = register(hanse), register(hanse)
    assert first.id == again.id
    assert (first.rows, first.goods, first.bads, first.source) == (3, 2, 1, "history")
    assert (first.applied_from, first.applied_to) == (date(2025, 3, 1), date(2025, 9, 1))
    with enter(hanse.id):
        assert Event.objects.filter(type="dataset.registered").count() == 1


def test_a_later_import_changes_nothing_about_it(
    three: Product, hanse: Organization, tmp_path: Path
) -> None:
    dataset = register(hanse)
    before = rows_of(hanse, dataset)
    bring(hanse, loan_file(tmp_path, row("L0", end="bad")))
    with enter(hanse.id):
        PastApplication.objects.filter(external_ref="L2").update(outcome="indeterminate")
    assert rows_of(hanse, dataset) == before
    assert list(before.outcomes) == ["good", "bad", "good"]
    assert register(hanse).fingerprint != dataset.fingerprint


def test_what_is_held_apart_is_not_among_the_rows(three: Product, hanse: Organization) -> None:
    dataset = register(hanse)
    assert "female" not in "".join(rows_of(hanse, dataset).parties)
    with enter(hanse.id):
        assert dataset_protected(dataset)["L1"] == '{"sex":"female"}'


def test_many_rows_are_many_chunks_and_come_back_in_order(
    three: Product, hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "MOST_ROWS_A_CHUNK", 2)
    dataset = register(hanse, exclusions=[{**NOTHING, "reason": "nobody"}])
    with enter(hanse.id):
        chunks = DatasetChunk.objects.filter(dataset=dataset).order_by("number")
        assert [(chunk.number, chunk.rows) for chunk in chunks] == [(0, 2), (1, 1)]
    assert list(rows_of(hanse, dataset).refs) == ["L1", "L2", "L3"]


def test_an_altered_chunk_is_not_read(
    three: Product, hanse: Organization, database_roles: Any
) -> None:
    dataset = register(hanse)
    with enter(hanse.id):
        chunk = DatasetChunk.objects.get(dataset=dataset)
        other = dataset_loans(dataset).with_outcomes(["good"] * 3)
        chunk.delete()
        DatasetChunk.objects.create(
            organization_id=hanse.id,
            dataset=dataset,
            number=0,
            rows=3,
            content_hash=chunk.content_hash,
            body=other.facts_body(),
        )
        with pytest.raises(Conflict, match="not those that were registered"):
            dataset_loans(dataset)


def test_what_is_left_out_is_counted_by_reason(three: Product, hanse: Organization) -> None:
    dataset = register(
        hanse,
        period=Period(first=date(2025, 4, 1)),
        exclusions=[
            {"field": "amount", "operator": "gt", "value": "5000.00", "reason": "another product"},
            {"field": "amount", "operator": "ge", "value": "9000.00", "reason": "counted already"},
        ],
    )
    assert (dataset.rows, dataset.excluded) == (1, 2)
    assert [(each["reason"], each["rows"]) for each in dataset.exclusions] == [
        ("outside the period", 1), ("another product", 1), ("counted already", 0),
    ]  # fmt: skip
    assert list(rows_of(hanse, dataset).refs) == ["L3"]


@pytest.mark.parametrize(
    ("field", "operator", "value", "left"),
    [
        ("amount", "eq", "1500.00", ["L2", "L3"]),
        ("amount", "ne", "1500.00", ["L1"]),
        ("amount", "in", ["1500.00", "3000.00"], ["L2"]),
        ("amount", "lt", "3000.00", ["L2", "L3"]),
        ("savings", "eq", "unknown", []),
        ("telephone", "eq", False, ["L1", "L2", "L3"]),
        ("applied_on", "ge", "2025-06-01", ["L1"]),
        ("outcome", "eq", "bad", ["L1", "L3"]),
        ("external_ref", "in", ["L1"], ["L2", "L3"]),
        ("amount", "missing", None, ["L1", "L2", "L3"]),
        ("monthly_income", "known", None, ["L1", "L2", "L3"]),
    ],
)
def test_exclusions_speak_the_dictionarys_words(
    three: Product, hanse: Organization, field: str, operator: str, value: Any, left: list[str]
) -> None:
    declared = [{"field": field, "operator": operator, "value": value, "reason": "why"}]
    if not left:
        with pytest.raises(Invalid, match="no application is left"):
            register(hanse, exclusions=declared)
        return
    assert list(rows_of(hanse, register(hanse, exclusions=declared)).refs) == left


@pytest.mark.parametrize(
    "wrong",
    [
        {"field": "nonsense", "operator": "eq", "value": "1"},
        {"field": "sex", "operator": "eq", "value": "female"},
        {"field": "amount", "operator": "like", "value": "1"},
        {"field": "amount", "operator": "gt", "value": "much"},
        {"field": "amount", "operator": "in", "value": "1500.00"},
        {"field": "savings", "operator": "lt", "value": "unknown"},
        {"field": "amount", "operator": "gt", "value": "1.00", "reason": " "},
        {"field": "amount", "operator": "gt", "value": "1.00", "why": "x"},
    ],
)
def test_an_exclusion_that_means_nothing_is_refused(
    three: Product, hanse: Organization, wrong: dict[str, Any]
) -> None:
    with enter(hanse.id):
        before = Dataset.objects.count()
    with pytest.raises(Invalid):
        register(hanse, exclusions=[{"reason": "why", **wrong}])
    with enter(hanse.id):
        assert Dataset.objects.count() == before


def test_a_definition_says_how_loans_turned_out_as_known_then(
    three: Product, hanse: Organization
) -> None:
    months = [("L1", n, 0) for n in range(1, 7)] + [("L2", 3, 0), ("L3", 2, 95)]
    performance_record(
        organization_id=hanse.id,
        actor=RITA,
        product_slug="personal-loan",
        months=[
            {"loan_ref": ref, "months_on_book": str(n), "as_of": f"2025-{n + 3:02}-28",
             "days_past_due": str(days), "balance": "10.00"}
            for ref, n, days in months
        ],
    )  # fmt: skip
    definition = outcome_definition_publish(
        organization_id=hanse.id,
        actor=RITA,
        product_slug="personal-loan",
        bad_days_past_due=90,
        indeterminate_days_past_due=30,
        window_months=6,
    )
    dataset = register(hanse, definition=definition.number)
    assert list(rows_of(hanse, dataset).outcomes) == ["good", "censored", "bad"]
    assert (dataset.goods, dataset.bads, dataset.censored) == (1, 1, 1)
    early = register(hanse, definition=1, as_of=datetime(2025, 8, 1, tzinfo=UTC))
    assert list(rows_of(hanse, early).refs) == ["L1", "L2"]
    assert list(rows_of(hanse, early).outcomes) == ["censored", "censored"]
    assert early.as_of == datetime(2025, 8, 1, tzinfo=UTC)
    with pytest.raises(NotFound):
        register(hanse, definition=9)


def test_a_file_is_a_data_set_without_becoming_history(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    file = loan_file(tmp_path, row("L1"), row("L2", end="bad"))
    dataset = register(hanse, source=str(file), mapping=MAPPING)
    assert (dataset.rows, dataset.source) == (2, str(file))
    with enter(hanse.id):
        assert not PastApplication.objects.exists()
        assert dataset_protected(dataset)["L1"] == '{"sex":"female"}'


def test_a_file_with_a_wrong_row_is_no_data_set(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    file = loan_file(tmp_path, row("L1"), row("L2", amount=-5), row("L1"))
    with pytest.raises(Invalid) as refused:
        register(hanse, source=str(file), mapping=MAPPING)
    pointers = {error.pointer for error in refused.value.errors}
    assert pointers == {"/file/2/amount", "/file"}


def test_a_training_takes_the_data_set_it_names(
    three: Product, hanse: Organization, aurora: Organization
) -> None:
    dataset = register(hanse, period=Period(first=date(2025, 4, 1)))
    ask = {"organization_id": hanse.id, "actor": SYSTEM, "product_slug": "personal-loan"}
    assert dataset_for_training(**ask, dataset_id=dataset.id).id == dataset.id
    assert dataset_for_training(**ask).id != dataset.id
    with pytest.raises(NotFound):
        dataset_for_training(**{**ask, "organization_id": aurora.id}, dataset_id=dataset.id)


def test_an_erased_persons_row_goes_and_the_record_says_so(
    three: Product, hanse: Organization
) -> None:
    history = register(hanse)
    rows = rows_of(hanse, history).with_protected(['{"sex":"female"}'] * 3)
    own = register(hanse, source=APPLICATIONS, rows=rows.take([0, 1]))
    with enter(hanse.id):
        assert dataset_rows_erase(organization_id=hanse.id, refs=["L1", "L9"]) == 1
        assert dataset_rows_erase(organization_id=hanse.id, refs=["L1"]) == 0
    assert list(rows_of(hanse, own).refs) == ["L2"]
    assert list(rows_of(hanse, history).refs) == ["L1", "L2", "L3"]
    with enter(hanse.id):
        assert set(dataset_protected(own)) == {"L2"}
        assert Event.objects.filter(type="dataset.rows_erased").count() == 1
        assert dataset_rows_erase(organization_id=hanse.id, refs=["L2"]) == 1
        assert not DatasetChunk.objects.filter(dataset=own).exists()


def test_too_few_loans_are_not_searched_and_that_is_said(
    three: Product, hanse: Organization
) -> None:
    dataset = register(hanse)
    with enter(hanse.id):
        assert leakage_of(dataset) == {"findings": [], "too_few": True, "rows": 3, "bads": 1}
        leakage_check(dataset, FEATURES)


def test_a_leaking_field_stops_learning_with_the_evidence(
    leaking: Dataset, hanse: Organization
) -> None:
    with enter(hanse.id):
        with pytest.raises(Invalid) as refused:
            leakage_check(leaking, FEATURES)
        (error,) = refused.value.errors
        assert (error.pointer, error.code) == ("/features/amount", "leakage")
        assert "1.0000" in error.message
        assert fields_to_leave_out(leaking, FEATURES) == ["amount"]
        leakage_check(leaking, FEATURES - {"amount"})


def test_a_second_person_accepts_with_a_reason(leaking: Dataset, hanse: Organization) -> None:
    asked = ask_for(hanse, leaking)
    answer = {"organization_id": hanse.id, "acceptance_id": asked.id}
    with pytest.raises(Forbidden):
        leakage_acceptance_answer(**answer, actor=RITA, accept=True)
    with enter(hanse.id), pytest.raises(Invalid):
        leakage_check(leaking, FEATURES)
    leakage_acceptance_answer(**answer, actor=ANNA, accept=True)
    with enter(hanse.id):
        leakage_check(leaking, FEATURES)
        types = set(Event.objects.values_list("type", flat=True))
    assert {"leakage.requested", "leakage.accepted"} <= types
    with pytest.raises(Conflict):
        leakage_acceptance_answer(**answer, actor=ANNA, accept=False)


def test_a_refused_request_stops_as_before_and_another_may_follow(
    leaking: Dataset, hanse: Organization
) -> None:
    asked = ask_for(hanse, leaking)
    with pytest.raises(Conflict):
        ask_for(hanse, leaking)
    leakage_acceptance_answer(
        organization_id=hanse.id, acceptance_id=asked.id, actor=ANNA, accept=False
    )
    with enter(hanse.id), pytest.raises(Invalid):
        leakage_check(leaking, FEATURES)
    assert ask_for(hanse, leaking).status == AnswerStatus.OPEN


def test_nothing_is_accepted_without_a_reason_or_a_finding(
    leaking: Dataset, hanse: Organization
) -> None:
    with pytest.raises(Invalid):
        ask_for(hanse, leaking, reason="  ")
    clean = register(
        hanse,
        exclusions=[{"field": "outcome", "operator": "eq", "value": "bad", "reason": "none left"}],
    )
    with pytest.raises(Conflict):
        ask_for(hanse, clean)
    with enter(hanse.id):
        assert not LeakageAcceptance.objects.exists()


def test_raw_sql_lets_nobody_accept_their_own(leaking: Dataset, hanse: Organization) -> None:
    ask_for(hanse, leaking)
    with pytest.raises(IntegrityError), enter(hanse.id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scoring_leakageacceptance SET status = 'approved', answered_at = now(),"
            " answered_by = requested_by_id"
        )


def test_evidence_is_not_rewritten(leaking: Dataset, hanse: Organization) -> None:
    with pytest.raises(RefusedWrite), enter(hanse.id):
        DatasetEvidence.objects.filter(dataset=leaking).update(document={"findings": []})


def test_only_a_models_fields_are_left_out(leaking: Dataset, hanse: Organization) -> None:
    with enter(hanse.id):
        dictionary = Dictionary.parse(leaking.dictionary_version.document)
    assert "amount" not in features_left(dictionary, ["amount"])
    with pytest.raises(Invalid):
        features_left(dictionary, ["sex"])


def test_a_later_dictionarys_derived_field_is_searched_too(
    leaking: Dataset, hanse: Organization
) -> None:
    """The data set knows nothing of it; the training that would read it does."""
    document = demo_document("hanse_kredit", "dictionary")
    twice = next(each for each in document["derived"] if each["name"] == "principal_per_month")
    document["derived"].append({**twice, "name": "twice", "expression": "amount * 2"})
    later = Dictionary.parse(document)
    with enter(hanse.id):
        leakage_check(leaking, {"twice", "term_months"})
        with pytest.raises(Invalid) as refused:
            leakage_check(leaking, {"twice", "term_months"}, later)
    assert [error.pointer for error in refused.value.errors] == ["/features/twice"]


def ask_for(
    organization: Organization, dataset: Dataset, reason: str = "it is known in time"
) -> LeakageAcceptance:
    return leakage_acceptance_request(
        organization_id=organization.id, actor=RITA, dataset_id=dataset.id, reason=reason
    )
