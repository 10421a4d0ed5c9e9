"""What people type: read as they mean it, shown back as they write it, refused with a reason."""

import pytest

from tenancy.models import Organization
from tests.cast_underwriting import STRONG
from tests.portal.conftest import ABOUT_INES, LOAN, Applicant, applications, sent, shows
from underwriting.portal.drafts import draft_keep, draft_of
from underwriting.portal.local_forms import minor_written, number_read, number_written


@pytest.mark.parametrize(
    ("typed", "language", "read"),
    [
        ("1.250,50", "de", "1250.50"),
        ("1.250", "de", "1250"),
        ("1250.50", "de", "1250.50"),
        ("1,250.50", "de", "1250.50"),
        ("1,250.50", "en", "1250.50"),
        ("1,250", "en", "1250"),
        ("1250,5", "en", "1250.5"),
        ("1 250,00 €", "es", "1250.00"),
        ("R$ 1.000.000,00", "pt", "1000000.00"),
        ("-5", "de", "-5"),
        ("0,4", "de", "0.4"),
        ("12.34.56", "de", None),
        ("1.25.000", "de", None),
        ("1e3", "en", None),
        ("abc", "en", None),
        ("", "en", None),
    ],
)
def test_numbers_are_read_as_the_reader_writes_them(
    typed: str, language: str, read: str | None
) -> None:
    assert number_read(typed, language) == read


def test_numbers_are_written_as_the_reader_does() -> None:
    assert number_written("1250.50", "de") == "1.250,50"
    assert number_written("1250.50", "en") == "1,250.50"
    assert minor_written(125_050, 2, "EUR", "de") == "1.250,50\xa0€"
    assert minor_written(125_050, 2, "EUR", "en") == "€1,250.50"
    assert minor_written(125_050, 2, "BRL", "pt") == "R$\xa01.250,50"


def test_an_empty_page_names_every_field_and_keeps_the_rest(ines: Applicant) -> None:
    ines.begin()
    response = ines.answer("loan", {"amount": "viel", "purpose": "furniture"})
    assert response.status_code == 422
    text = response.content.decode()
    for target in ("#amount", "#term_months", "#other_debtors-1"):
        assert f'<a href="{target}">' in text, target
    assert 'value="viel"' in text
    assert 'aria-invalid="true"' in text
    assert shows(response, "1.250,50")
    assert '<option value="furniture" selected>' in text
    assert "<title>Fehler:" in text


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("999,99", "1.000,00\xa0€"),
        ("20.000,01", "20.000,00\xa0€"),
        ("-5", "250,00\xa0€"),
        ("3000,123", "2"),
        ("", "beantworten"),
    ],
)
def test_an_amount_is_refused_in_the_readers_form(ines: Applicant, amount: str, said: str) -> None:
    ines.begin()
    response = ines.answer("loan", {**LOAN, "amount": amount})
    assert response.status_code == 422
    assert said in response.context["questions"][0].error


@pytest.mark.parametrize("parts", [("31", "2", "1990"), ("a", "b", "c"), ("1", "1", "2999")])
def test_a_birth_date_must_exist_and_be_past(ines: Applicant, parts: tuple[str, ...]) -> None:
    ines.begin()
    ines.answer("loan", LOAN)
    born = dict(zip(("birth_date-day", "birth_date-month", "birth_date-year"), parts, strict=True))
    response = ines.answer("about", {**ABOUT_INES, **born})
    assert response.status_code == 422
    assert response.context["questions"][2].error
    assert f'value="{parts[2]}"' in response.content.decode()


def test_a_value_that_is_not_offered_is_refused(ines: Applicant) -> None:
    ines.begin()
    response = ines.answer("loan", {**LOAN, "term_months": "13", "purpose": "yacht"})
    errors = [asked.question.name for asked in response.context["questions"] if asked.error]
    assert errors == ["term_months", "purpose"]


def test_half_an_address_is_no_address(ines: Applicant) -> None:
    ines.begin()
    response = ines.answer("contact", {"email": "ines@mail.example", "city": "Hamburg"})
    errors = [asked.question.name for asked in response.context["questions"] if asked.error]
    assert errors == ["line1", "postal_code"]
    whole = {"line1": "Kai 1", "postal_code": "20457", "city": "Hamburg"}
    assert ines.answer("contact", {"email": "ines@mail.example", **whole}).status_code == 302
    assert ines.answer("contact", {"email": "ines@mail.example"}).status_code == 302


def test_without_agreeing_there_is_no_going_on(ines: Applicant, hanse: Organization) -> None:
    ines.begin()
    assert ines.answer("agreements", {}).status_code == 422
    assert ines.answer("agreements", {"automated_decision": "sha256:0"}).status_code == 422
    assert ines.send().headers["Location"].endswith("/questions/1/loan/")
    assert applications(hanse) == []


def test_a_change_leads_back_to_the_summary(ines: Applicant) -> None:
    ines.fill()
    response = ines.answer("loan", {**LOAN, "amount": "4.000"}, query="?change=1")
    assert response.headers["Location"].endswith("/check/")
    assert shows(ines.get("check/"), "4.000\xa0€")


def test_adding_a_person_asks_for_that_persons_answers_only(ines: Applicant) -> None:
    ines.fill()
    response = ines.answer("applicants", {"applicants": "2"}, query="?change=1")
    assert response.headers["Location"].endswith("/questions/2/about/")


def test_the_same_person_twice_is_named_at_the_second(ines: Applicant, hanse: Organization) -> None:
    ines.fill_joint()
    ines.answer("about", ABOUT_INES, person=2)
    ines.answer("contact", {"email": "ines@mail.example"}, person=2)
    response = ines.send()
    assert response.status_code == 422
    assert "/questions/2/" in response.context["wrong"][0].href
    assert applications(hanse) == []


def test_somebody_under_age_is_told_so_by_the_decision(
    ines: Applicant, hanse: Organization
) -> None:
    ines.fill()
    ines.answer("about", {**ABOUT_INES, "birth_date-year": "2015"})
    sent(ines)
    assert len(applications(hanse)) == 1


def test_pages_that_are_not_asked_are_not_there(ines: Applicant) -> None:
    ines.begin()
    for path in ("questions/2/about/", "questions/1/nothing/", "questions/0/loan/"):
        assert ines.get(path).status_code == 404


def test_pages_before_the_start_lead_to_the_start(ines: Applicant) -> None:
    for path in ("questions/1/loan/", "check/"):
        assert ines.get(path).headers["Location"] == ines.base


def test_facts_are_kept_in_human_form(ines: Applicant) -> None:
    ines.fill(STRONG)
    assert shows(ines.get("questions/1/income/"), "4.200,00")


def test_an_answer_to_a_question_since_gone_is_left_out(
    ines: Applicant, hanse: Organization
) -> None:
    ines.fill()
    session = ines.client.session
    draft = draft_of(session, hanse.id, "personal-loan")
    assert draft is not None
    draft.request["colour"] = "green"
    draft.people[0].facts["shoe_size"] = 43
    draft_keep(session, hanse.id, "personal-loan", draft)
    session.save()
    sent(ines)
    assert "green" not in (applications(hanse)[0].request or "")
