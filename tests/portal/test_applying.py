"""From the start page to the decision, page by page, without JavaScript."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_scoring import lender_with_product
from tests.cast_underwriting import STRONG, WEAK
from tests.portal.conftest import (
    ABOUT_JONAS,
    LOAN,
    Applicant,
    applications,
    link,
    sent,
    shows,
    work,
)
from underwriting.models import Consent, Party


def test_the_start_page_names_the_lender_and_what_is_asked(ines: Applicant) -> None:
    response = ines.get()
    assert response.status_code == 200
    for text in ("Hanse Kredit", "Ratenkredit", "1.000,00\xa0€", "20.000,00\xa0€"):
        assert shows(response, text), text


def test_one_applicant_from_start_to_offer(ines: Applicant, hanse: Organization) -> None:
    ines.fill()
    assert shows(ines.get("check/"), "3.000,00\xa0€")
    place = sent(ines)
    waiting = ines.client.get(place).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    work(hanse)
    page = ines.client.get(place)
    assert page.context["standing"].phase == "approved"
    assert page.context["standing"].offer.amount == "3.000,00\xa0€"
    assert "hx-get" not in page.content.decode()
    (application,) = applications(hanse)
    assert (application.door, application.language, application.amount) == ("portal", "de", 300_000)


def test_the_status_part_alone_is_what_the_page_fetches(
    ines: Applicant, hanse: Organization
) -> None:
    ines.fill()
    place = sent(ines)
    assert b"<html" not in ines.client.get(f"{place}standing/").content
    work(hanse)
    assert b"hx-get" not in ines.client.get(f"{place}standing/").content


def test_an_offer_is_accepted(ines: Applicant, hanse: Organization) -> None:
    ines.fill()
    place = sent(ines)
    work(hanse)
    response = ines.client.post(f"{place}offer/", {"answer": "accept"}, follow=True)
    assert response.context["standing"].phase == "accepted"
    assert applications(hanse)[0].status == "accepted"
    late = ines.client.post(f"{place}offer/", {"answer": "decline"}, follow=True)
    assert "late=1" in late.redirect_chain[0][0]
    assert applications(hanse)[0].status == "accepted"


def test_an_offer_is_declined(ines: Applicant, hanse: Organization) -> None:
    ines.fill()
    place = sent(ines)
    work(hanse)
    response = ines.client.post(f"{place}offer/", {"answer": "decline"}, follow=True)
    assert response.context["standing"].phase == "not_taken"


def test_a_decline_says_why_and_a_person_can_be_asked_for(
    ines: Applicant, hanse: Organization
) -> None:
    ines.fill(WEAK)
    place = sent(ines)
    work(hanse)
    standing = ines.client.get(place).context["standing"]
    assert standing.phase == "declined"
    assert 1 <= len(standing.reasons) <= 4
    assert standing.reviewable
    response = ines.client.post(f"{place}review/", follow=True)
    assert response.context["standing"].phase == "referred"
    assert response.context["standing"].reasons == []


def test_it_can_be_withdrawn_before_a_decision(ines: Applicant, hanse: Organization) -> None:
    ines.fill()
    place = sent(ines)
    assert ines.client.get(f"{place}withdraw/").status_code == 200
    response = ines.client.post(f"{place}withdraw/", follow=True)
    assert response.context["standing"].phase == "withdrawn"


def test_sending_twice_is_one_application(ines: Applicant, hanse: Organization) -> None:
    ines.fill()
    cookie = ines.client.cookies["sessionid"].value
    session = dict(ines.client.session)
    first = sent(ines)
    again = sent(ines)
    kept = ines.client.session
    kept.update(session)
    kept.save()
    assert ines.client.cookies["sessionid"].value == cookie
    at_once = sent(ines)
    assert len({first.split("~")[0], again.split("~")[0], at_once.split("~")[0]}) == 1
    assert len(applications(hanse)) == 1
    assert len(mail.outbox) == 1


def test_a_joint_application_gives_each_a_link(ines: Applicant, hanse: Organization) -> None:
    ines.fill_joint()
    place = sent(ines)
    assert len(ines.client.get(place).context["others_links"]) == 1
    assert {m.to[0] for m in mail.outbox} == {"ines@mail.example", "jonas@mail.example"}
    for message, position in zip(mail.outbox, (0, 1), strict=True):
        assert link(hanse, position).split("~")[0] in message.body
    with enter(hanse.id, read_only=True):
        assert Party.objects.count() == 2
        assert Consent.objects.count() == 4


def test_a_co_applicants_link_shows_none_of_the_others_facts(
    ines: Applicant, hanse: Organization
) -> None:
    ines.fill_joint()
    sent(ines)
    work(hanse)
    place = f"{ines.base}status/{link(hanse, 1)}/"
    page = Applicant().client.get(place)
    text = page.content.decode()
    assert "1.987,00" in text
    assert "Jonas" in text
    for other in ("4.200,00", "Ines", link(hanse, 0).split("~")[0]):
        assert other not in text
    assert not page.context["standing"].answers
    assert Applicant().client.post(f"{place}offer/", {"answer": "accept"}).status_code == 404
    assert Applicant().client.post(f"{place}withdraw/").status_code == 404


def test_the_test_twin_says_that_nothing_is_real(hanse_twin: Organization) -> None:
    lender_with_product(hanse_twin.id)
    page = Applicant("en", "/apply/hanse-kredit-test/personal-loan/").get()
    assert shows(page, "nothing here is real")


def test_an_offer_whose_time_is_over_cannot_be_accepted(
    ines: Applicant, hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    ines.fill()
    place = sent(ines)
    work(hanse)
    late = timezone.now() + timedelta(days=31)
    monkeypatch.setattr("underwriting.portal.standings.now", lambda _: late)
    monkeypatch.setattr("underwriting.services.offers.now", lambda _: late)
    page = ines.client.get(place)
    assert not page.context["standing"].offer.open
    assert shows(page, "Die Frist für dieses Angebot ist abgelaufen.")
    ines.client.post(f"{place}offer/", {"answer": "accept"})
    assert applications(hanse)[0].status == "approved"


def test_another_offer_says_why_and_can_be_put_aside_for_a_person(
    ines: Applicant, hanse: Organization
) -> None:
    tight = {**STRONG, "monthly_income": "1500.00"}
    ines.fill(tight, loan={**LOAN, "amount": "9.000", "term_months": "12"})
    place = sent(ines)
    work(hanse)
    page = ines.client.get(place)
    standing = page.context["standing"]
    assert standing.phase == "offered"
    assert standing.offer.smaller
    assert standing.reasons
    assert shows(page, "Warum nicht das Beantragte")
    assert shows(page, standing.offer.cost)
    response = ines.client.post(f"{place}review/", follow=True)
    assert response.context["standing"].phase == "referred"
    assert b'name="answer"' not in response.content


def test_a_reason_about_the_other_is_named_to_them_alone(
    ines: Applicant, hanse: Organization
) -> None:
    ines.fill_joint()
    ines.answer("about", {**ABOUT_JONAS, "birth_date-year": "2012"}, person=2)
    sent(ines)
    work(hanse)
    pages = [Applicant().get(f"status/{link(hanse, position)}/") for position in (0, 1)]
    hers, his = (page.context["standing"] for page in pages)
    assert (hers.phase, his.phase) == ("declined", "declined")
    assert (len(hers.reasons), hers.others_reasons) == (0, 1)
    assert (len(his.reasons), his.others_reasons) == (1, 0)
    assert not shows(pages[0], his.reasons[0])
    assert shows(pages[0], "Ein Grund, der eine andere antragstellende Person betrifft")
