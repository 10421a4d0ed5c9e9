"""What is written is sealed, what is sent is gone from here, and links open one page only."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.core.signing import TimestampSigner
from django.test import Client

from tenancy.models import Organization
from tests.cast_scoring import lender_with_product
from tests.portal.conftest import BASE, Applicant, link, sent, shows
from underwriting.services.links import SALT


def session_text() -> str:
    """All that the session table can tell, its encoding undone."""
    return "".join(str(session.get_decoded()) for session in Session.objects.all())


def test_the_session_holds_nothing_readable(ines: Applicant) -> None:
    ines.fill()
    text = session_text()
    assert "portal/draft" in text
    for said in ("Ines", "Brandt", "1985", "ines@mail", "4200", "furniture"):
        assert said not in text


def test_a_draft_does_not_open_at_another_lenders(ines: Applicant, aurora: Organization) -> None:
    lender_with_product(aurora.id, "banco_aurora")
    ines.fill()
    session = ines.client.session
    (place,) = [name for name in list(session.keys()) if name.startswith("portal/draft")]
    session[f"portal/draft/{aurora.id.hex}/store-card"] = session[place]
    session.save()
    response = ines.client.get("/apply/banco-aurora/store-card/check/")
    assert response.headers["Location"] == "/apply/banco-aurora/store-card/"


def test_answers_are_gone_once_sent(ines: Applicant) -> None:
    ines.fill()
    sent(ines)
    assert "portal/draft" not in session_text()
    assert "/status/" in ines.get("check/").headers["Location"]


def test_answers_can_be_deleted(ines: Applicant) -> None:
    ines.fill()
    ines.post("restart/")
    assert "portal/" not in session_text()


def test_pages_are_kept_by_no_cache_and_run_no_inline_code(ines: Applicant) -> None:
    ines.fill()
    place = sent(ines)
    for address in (BASE, f"{BASE}questions/1/about/", place):
        response = ines.client.get(address)
        assert "no-store" in response.get("Cache-Control", "") or response.status_code == 302
        text = response.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text)
    assert "default-src 'self'" in ines.client.get(place).headers["Content-Security-Policy"]


def test_another_lenders_address_does_not_open_a_link(
    ines: Applicant, hanse: Organization, aurora: Organization
) -> None:
    lender_with_product(aurora.id, "banco_aurora")
    ines.fill()
    sent(ines)
    token = link(hanse)
    assert Client().get(f"{BASE}status/{token}/").status_code == 200
    for base in ("/apply/banco-aurora/store-card/", "/apply/hanse-kredit/other/", "/apply/x/y/"):
        for page in ("", "standing/", "withdraw/"):
            assert Client().get(f"{base}status/{token}/{page}").status_code == 404
        for page in ("offer/", "review/", "withdraw/"):
            assert Client().post(f"{base}status/{token}/{page}").status_code == 404


@pytest.mark.parametrize("change", ["", "x", "~", "forged"])
def test_a_forged_link_opens_nothing(ines: Applicant, hanse: Organization, change: str) -> None:
    ines.fill()
    sent(ines)
    token = link(hanse)
    forged = TimestampSigner(key="other", salt=SALT).sign(token.split("~")[0]).replace(":", "~")
    wrong = {"": token[:-1], "x": token + "x", "~": token.replace("~", "", 1), "forged": forged}
    response = Client().get(f"{BASE}status/{wrong[change]}/")
    assert response.status_code == 404
    assert shows(response, "Hanse Kredit")


def test_another_device_sees_nobody_elses_link(ines: Applicant, hanse: Organization) -> None:
    ines.fill_joint()
    place = sent(ines)
    assert ines.client.get(place).context["others_links"]
    assert Client().get(place).context["others_links"] == []
