"""What a plan decides, and that it fails closed; every decision here is made by both paths."""

import copy

import pytest

from tests.decisioning.cast import (
    ADA,
    BEN,
    POLICY,
    PRODUCT,
    changed,
    codes,
    decided,
    inputs,
    plan,
    policy_with,
    row,
    rule_set,
)
from underwriting.decisioning.catalogue import reason_catalogue
from underwriting.decisioning.inputs import InputsRefused

WITHOUT_OFFERS = changed(POLICY, counter_offer=None)


def test_a_sound_applicant_is_approved_as_asked():
    document = decided(inputs())
    assert (document["outcome"], document["band"], document["reasons"]) == ("approve", "A", [])
    assert document["offer"] == {
        "kind": "approval",
        "amount": 600_000,
        "term_months": 24,
        "rate_ppm": 60_000,
        "band": "A",
        "pd_ppm": document["pd_ppm"],
        "instalment": 26_592,
        "total": 638_217,
        "cost_ppm": 72_189,
        "currency": "EUR",
    }


def test_the_document_pins_everything_and_holds_no_fact():
    document = decided(inputs())
    assert set(document["pins"]) == {"dictionary", "product", "model", "policy", "pack", "engine"}
    assert "4000.00" not in str(document)
    assert "400000" not in str(document)


@pytest.mark.parametrize(
    "given",
    [
        inputs(),
        inputs(ADA | {"income": "900.00"}),
        inputs(ADA | {"income": None}),
        inputs(ADA, BEN),
    ],
)
def test_what_is_judged_is_what_the_document_says(given):
    made = plan()
    document, (found, case) = made.decide(given), made.judged(given)
    assert (found.points, found.pd_ppm) == (document["points"], document["pd_ppm"])
    assert case.verdict.trace == document["trace"]
    shown = [[list(pair) for pair in score.contributions] for score in found.scores]
    assert shown == [party["contributions"] for party in document["parties"] if party["points"]]


@pytest.mark.parametrize("name", ["income", "of_age"])
def test_a_missing_required_fact_refers_and_names_it(name):
    facts = {field: value for field, value in ADA.items() if field != name}
    document = decided(inputs(facts))
    assert (document["outcome"], document["points"], document["offer"]) == ("refer", None, None)
    assert document["reasons"][0] == {
        "code": "INCOMPLETE_FACTS",
        "source": "policy",
        "party": 0,
        "field": name,
    }


@pytest.mark.parametrize(
    "wrong", [{"income": 4000.5}, {"income": "much"}, {"of_age": "yes"}, {"surprise": 1}]
)
def test_a_mistyped_or_unknown_fact_refers(wrong):
    document = decided(inputs({**ADA, **wrong}))
    assert document["outcome"] == "refer"
    assert document["reasons"][0]["field"] == next(iter(wrong))


@pytest.mark.parametrize("context", [{"exposure": None}, {"as_of": "tomorrow"}, {"in_flight": "2"}])
def test_an_unreadable_context_refers(context):
    document = decided(inputs(**context))
    assert document["outcome"] == "refer"
    assert document["reasons"][0]["field"] == f"context.{next(iter(context))}"


def test_a_prohibited_basis_is_refused_with_the_whole_inputs():
    with pytest.raises(InputsRefused) as refused:
        plan().decide(inputs({**ADA, "sex": "f"}))
    assert (refused.value.code, refused.value.field) == ("barred", "sex")


@pytest.mark.parametrize(
    "change",
    [
        lambda given: given.pop("context"),
        lambda given: given.update(door="api"),
        lambda given: given.update(parties=[]),
        lambda given: given.update(parties=given["parties"] * 11),
        lambda given: given["parties"][0].update(role="pet"),
        lambda given: given["context"].update(door="api"),
        lambda given: given.update(request=None),
    ],
)
def test_inputs_of_another_shape_are_refused(change):
    given = copy.deepcopy(inputs())
    change(given)
    with pytest.raises(InputsRefused):
        plan().decide(given)


def test_a_knock_out_on_known_facts_declines_even_an_incomplete_application():
    document = decided(inputs({**ADA, "bankrupt": True, "income": None}))
    assert (document["outcome"], codes(document)) == ("decline", ["BANKRUPTCY"])


def test_a_minor_is_declined_by_capacity_not_by_age():
    document = decided(inputs({**ADA, "of_age": False}))
    assert (document["outcome"], codes(document)) == ("decline", ["UNDER_AGE"])


def test_a_decline_on_the_score_gives_the_models_reasons():
    document = decided(inputs(BEN), policy=WITHOUT_OFFERS)
    assert document["outcome"] == "decline"
    assert {reason["source"] for reason in document["reasons"]} == {"model"}
    assert codes(document) == ["INCOME", "MONTHS_EMPLOYED", "HOUSING", "AMOUNT"]


def test_a_knock_out_comes_before_the_models_reasons():
    document = decided(inputs({**BEN, "bankrupt": True}), policy=WITHOUT_OFFERS)
    assert codes(document)[0] == "BANKRUPTCY"
    assert len(document["reasons"]) == 4


def test_a_decline_that_can_name_no_reason_goes_to_a_person():
    best = {**ADA, "income": "9000.00"}
    policy = policy_with(
        rule_set("cutoff", row("score", {"model.points": {"lt": 99_999}}, reason=None)),
        counter_offer=None,
    )
    document = decided(inputs(best, amount="600.00"), policy=policy)
    assert (document["outcome"], codes(document)) == ("refer", ["PERSON_DECIDES"])


def test_reasons_name_the_party():
    document = decided(inputs(ADA, {**BEN, "bankrupt": True}))
    assert document["reasons"][0]["party"] == 1


@pytest.mark.parametrize(("how", "points"), [("primary", 610), ("worst", 515), ("joint", 562)])
def test_the_product_says_how_scores_combine(how, points):
    document = decided(inputs(ADA, BEN), product=changed(PRODUCT, pd_combination=how))
    assert document["points"] == points
    assert [party["points"] for party in document["parties"]] == [610, 515]


def test_a_party_without_liability_does_not_count():
    given = inputs(ADA, BEN)
    given["parties"][1]["liability"] = "none"
    assert decided(given)["points"] == 610


def test_more_parties_than_the_product_provides_for_are_referred():
    assert "TOO_MANY_PARTIES" in codes(decided(inputs(ADA, ADA, ADA)))


def test_the_customer_limit_counts_what_is_owed_and_offered():
    given = inputs(exposure="20000.00", open_offers="9000.00")
    document = decided(given, policy=WITHOUT_OFFERS)
    assert (document["outcome"], codes(document)) == ("decline", ["CUSTOMER_LIMIT"])


def test_the_referral_band_goes_to_a_person():
    policy = changed(POLICY, referral={"from_pd_ppm": 20_000, "to_pd_ppm": 25_000})
    document = decided(inputs(), policy=policy)
    assert document["outcome"] == "refer"
    assert codes(document)[0] == "REFERRAL_BAND"


def test_a_rate_above_the_cap_is_never_offered():
    document = decided(inputs(), product=changed(PRODUCT, rate_cap_ppm=50_000))
    assert (document["outcome"], codes(document)[0]) == ("refer", "RATE_CAP")


def test_a_card_offers_a_limit_and_a_rate():
    document = decided(inputs(), product=changed(PRODUCT, term=None))
    offer = document["offer"]
    assert (offer["amount"], offer["rate_ppm"]) == (600_000, 60_000)
    assert [offer[name] for name in ("term_months", "instalment", "total", "cost_ppm")] == [
        None
    ] * 4


def test_a_fault_in_the_model_refers_and_never_decides(monkeypatch):
    made = plan()

    def fails(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(type(made.model), "score_row", fails)
    monkeypatch.setattr(type(made.model), "score_columns", fails)
    document = made.decide(inputs())
    assert (document["outcome"], codes(document)) == ("refer", ["NOT_EVALUATED"])
    assert made.decide_columns([inputs()]) == [made.decide_bytes(inputs())]


def test_every_code_a_decision_names_is_in_the_catalogue():
    made = plan()
    catalogue = reason_catalogue(made.dictionary, made.policy)
    for given in (inputs(BEN), inputs(ADA, ADA, ADA), inputs({}), inputs(amount="1.00", term=7)):
        for code in codes(made.decide(given)):
            assert set(catalogue[code]) == {"de", "en", "es", "pt"}


def test_a_persons_offer_has_the_price_of_the_risk():
    made = plan()
    asked = inputs(BEN)
    document = made.decide(asked)
    offer = made.offer(document, asked, amount="1000.00", term_months=12)
    assert (offer["kind"], offer["band"], offer["amount"]) == ("approval", "C", 100_000)
    assert made.offer(document, asked, amount="1000.00", term_months=13) is None
    assert made.offer(document, asked, amount="99999.00", term_months=12) is None
    assert made.offer(document, asked, amount="1.001", term_months=12) is None


def test_a_person_sees_derived_values_and_the_price():
    shown = plan().facts(inputs(ADA, BEN))
    assert shown["application"]["debt_to_income"] == "0.0962"
    assert shown["parties"][1]["disposable"] == "1150.00"
    assert shown["price"]["price.instalment"] == "275.49"
