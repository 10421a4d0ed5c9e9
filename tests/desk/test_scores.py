"""The history of scores, as a list and as a file."""

from accounts.models import User
from scoring.models import ScoringRun
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_underwriting import KAI, WEAK, Submit, decide
from tests.desk.conftest import SignIn

PAGE = "/admin/scoring/scoringrun/"


def test_every_score_is_listed_with_what_became_of_it(
    hanse: Organization, sign_in: SignIn, rita: User, submit: Submit
) -> None:
    decide(submit())
    decide(submit((KAI, WEAK)))
    client = sign_in(rita)
    text = client.get(PAGE).content.decode()
    with enter(hanse.id):
        points = list(ScoringRun.objects.values_list("points", flat=True))
    assert len(points) == 2
    assert all(str(each) in text for each in points)
    assert "Approve" in text
    assert "Decline" in text


def test_the_file_has_every_score_once_and_no_name(
    hanse: Organization, sign_in: SignIn, rita: User, submit: Submit
) -> None:
    decision = decide(submit())
    answer = sign_in(rita).post(f"{PAGE}export/")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0].startswith("application,model,points")
    assert len(lines) == 2
    assert f",{decision.points},{decision.pd_ppm},approve," in lines[1]
    assert "Ines" not in lines[1]


def test_an_underwriter_of_another_lender_sees_none(
    sign_in: SignIn, otto: User, submit: Submit
) -> None:
    decide(submit())
    client = sign_in(otto)
    assert "Nothing has been scored yet" in client.get(PAGE).content.decode()


def test_a_row_leads_to_its_application(
    hanse: Organization, sign_in: SignIn, rita: User, submit: Submit
) -> None:
    decision = decide(submit())
    with enter(hanse.id):
        run = ScoringRun.objects.get()
    answer = sign_in(rita).get(f"{PAGE}{run.id}/change/")
    assert answer.headers["Location"].endswith(f"/application/{decision.application_id}/change/")
