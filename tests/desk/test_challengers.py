"""The challengers' page: what a shadow would have decided, and split tests by two people."""

from accounts.models import User
from scoring.enums import SplitStatus
from scoring.models import ModelVersion, SplitTest
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_underwriting import Submit, decide
from tests.desk.conftest import SignIn
from underwriting.services.shadows import shadow_score

PAGE = "/admin/scoring/splittest/"


def test_the_page_says_what_to_do_before_there_is_a_challenger(
    sign_in: SignIn, rita: User, personal_loan: object
) -> None:
    text = sign_in(rita).get(PAGE).content.decode()
    assert "No model is in shadow" in text


def test_a_challenger_is_shown_with_how_often_it_agrees(
    hanse: Organization,
    sign_in: SignIn,
    rita: User,
    submit: Submit,
    challenger: ModelVersion,
) -> None:
    decision = decide(submit())
    shadow_score(organization_id=hanse.id, decision_id=decision.id)
    text = sign_in(rita).get(PAGE).content.decode()
    assert "Challenger: model 2 (expert)" in text
    assert "It has scored 1 decided applications" in text


def test_a_split_is_proposed_by_one_and_begun_by_another(
    hanse: Organization,
    sign_in: SignIn,
    rita: User,
    anna: User,
    uma: User,
    challenger: ModelVersion,
) -> None:
    propose = f"{PAGE}propose/{challenger.id}/"
    asked = {"percent": "10", "reason": "Does it earn more?"}
    assert sign_in(uma).post(propose, asked).status_code == 403
    assert sign_in(rita).post(propose, asked).status_code == 302
    with enter(hanse.id):
        split = SplitTest.objects.get()
    assert sign_in(rita).post(f"{PAGE}{split.id}/begin/").status_code == 403
    assert sign_in(anna).post(f"{PAGE}{split.id}/begin/").status_code == 302
    ended = sign_in(rita).post(f"{PAGE}{split.id}/end/", {"reason": "Seen enough"})
    assert ended.status_code == 302
    with enter(hanse.id):
        assert SplitTest.objects.get().status == SplitStatus.ENDED


def test_a_share_above_half_is_refused_in_words(
    hanse: Organization, sign_in: SignIn, rita: User, challenger: ModelVersion
) -> None:
    client = sign_in(rita)
    answer = client.post(f"{PAGE}propose/{challenger.id}/", {"percent": "60", "reason": "more"})
    assert answer.status_code == 200
    with enter(hanse.id):
        assert not SplitTest.objects.exists()
