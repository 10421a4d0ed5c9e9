"""The demo lenders' documents hold together: dictionary, product, scorecard, policy, mapping."""

from collections import Counter
from pathlib import Path

import pytest

from config.demo.applicants import demo_applications
from config.demo.lenders import LENDERS, DemoLender
from config.demo.past_loans import past_loans_file, past_loans_mapping
from ml.dictionary import Dictionary
from ml.economics import Economics
from ml.expert import compile_expert
from scoring.imports.files import LoanFile
from scoring.imports.rows import RowReader
from scoring.product_document import product_document
from underwriting.policy.cases import run_test_cases
from underwriting.policy.checks import check_policy
from underwriting.policy.document import Policy
from underwriting.regulation import pack

HANSE = LENDERS[0]
both = pytest.mark.parametrize("lender", LENDERS, ids=lambda lender: lender.slug)


def dictionary_of(lender: DemoLender) -> Dictionary:
    return Dictionary.parse(lender.document("dictionary"))


@both
def test_every_text_is_there_in_four_languages(lender: DemoLender) -> None:
    dictionary = dictionary_of(lender)
    texts = [entry.label for entry in dictionary.entries.values()]
    texts += [field.help for field in dictionary.fields]
    texts += list(dictionary.reasons().values())
    texts += [value.label for field in dictionary.fields for value in field.values]
    texts += [each["text"] for each in lender.document("policy")["reasons"].values()]
    assert all(set(text) == {"en", "de", "es", "pt"} and all(text.values()) for text in texts)


@both
def test_the_scorecard_is_of_the_dictionary(lender: DemoLender) -> None:
    dictionary = dictionary_of(lender)
    model = compile_expert(lender.document("expert_scorecard"), dictionary)
    assert set(model.features) <= set(dictionary.model_inputs())


@both
def test_the_economics_name_fields_of_the_dictionary(lender: DemoLender) -> None:
    economics, fields = Economics.parse(lender.document("economics")), dictionary_of(lender).entries
    named = [name for name in (economics.amount_field, economics.term_field) if name]
    assert [fields[name].type for name in named] == ["money", "integer"][: len(named)]


@both
def test_the_policy_passes_its_checks_and_its_own_cases(lender: DemoLender) -> None:
    dictionary, law = dictionary_of(lender), pack(lender.regulation_pack)
    policy = Policy.parse(lender.document("policy"))
    product, _ = product_document(lender.document("product"), dictionary)
    findings = check_policy(policy, dictionary, pack=law, languages=lender.languages)
    assert [finding for finding in findings if finding.severity == "error"] == []
    failed = [each for each in run_test_cases(policy, dictionary, product, law) if not each.passed]
    assert failed == []


@both
def test_invented_applicants_answer_every_question(lender: DemoLender) -> None:
    dictionary = dictionary_of(lender)
    of_age = frozenset({"of_age"})
    asked = {
        scope: frozenset(field.name for field in dictionary.decision_fields(scope)) - of_age
        for scope in ("request", "party")
    }
    made = demo_applications(lender, 50, seed=3)
    for application in made:
        _, problems = dictionary.read("request", application.request, only=asked["request"])
        assert problems == []
        for party in application.parties:
            _, problems = dictionary.read("party", party["facts"], only=asked["party"])
            assert problems == []
    assert made == demo_applications(lender, 50, seed=3)
    assert {len(application.parties) for application in made} == {1, 2}


def test_the_past_loans_have_their_own_sexes_back(tmp_path: Path) -> None:
    reader = RowReader(past_loans_mapping(HANSE), dictionary_of(HANSE))
    file = LoanFile(str(past_loans_file(HANSE, tmp_path)))
    checked = [reader.read(chunk) for chunk in file.chunks()]
    assert sum(each.rejected for each in checked) == 0
    sexes = Counter('"sex":"female"' in str(row.protected) for each in checked for row in each.good)
    assert sexes == {True: 310, False: 690}
