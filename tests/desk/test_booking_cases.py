"""A loan that does not match is settled on its page, above a limit by two, by nobody else."""

import pytest

from accounts.models import User
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_underwriting import Submit
from tests.desk.conftest import SignIn
from tests.underwriting.test_bookings import opened
from underwriting.models import Booking, BookingCase

LIST = "/admin/underwriting/bookingcase/"


def test_a_part_drawn_above_a_limit_is_booked_by_two(
    hanse: Organization, submit: Submit, uma: User, sven: User, sign_in: SignIn
) -> None:
    case = opened(hanse, submit, asked="6000.00", amount=-10_000)
    address = f"{LIST}{case.id}/"
    first, other = sign_in(uma), sign_in(sven)
    assert "L-1" in first.get(LIST).content.decode()
    page = first.get(f"{address}change/").content.decode()
    assert "above your limit" in page or "Ihrem Limit" in page
    refused = first.post(f"{address}settle/book/", {"book-reason": "SENT_TWICE"})
    assert refused.status_code == 422
    assert first.post(f"{address}settle/book/", {"book-reason": "PARTLY_DRAWN"}).status_code == 302
    assert f"{address}settle/agree/" not in first.get(f"{address}change/").content.decode()
    assert first.post(f"{address}settle/agree/").status_code == 422
    assert f"{address}settle/agree/" in other.get(f"{address}change/").content.decode()
    assert other.post(f"{address}settle/agree/").status_code == 302
    assert other.post(f"{address}settle/agree/").status_code == 422
    with enter(hanse.id):
        assert Booking.objects.get().amount == 590_000
    assert "L-1" not in first.get(LIST).content.decode()
    assert "L-1" in first.get(f"{LIST}?which=all").content.decode()


@pytest.mark.exhaustive
def test_who_may_not_settles_nothing(
    hanse: Organization, submit: Submit, audrey: User, otto: User, sven: User, sign_in: SignIn
) -> None:
    case = opened(hanse, submit, rate_ppm=1)
    address = f"{LIST}{case.id}/"
    reader, outsider = sign_in(audrey), sign_in(otto)
    assert "settle/reversed" not in reader.get(f"{address}change/").content.decode()
    answer = {"reversed-reason": "SENT_TWICE"}
    assert reader.post(f"{address}settle/reversed/", answer).status_code == 403
    assert outsider.get(f"{address}change/").status_code == 404
    assert outsider.post(f"{address}settle/reversed/", answer).status_code == 404
    page = sign_in(sven).get(f"{address}change/").content.decode()
    assert "settle/book/" not in page
    assert sign_in(sven).get(f"{address}settle/reversed/").status_code == 404
    with enter(hanse.id):
        assert BookingCase.objects.get().status == "open"
