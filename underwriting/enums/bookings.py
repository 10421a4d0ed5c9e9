"""Reports of funded loans that do not match what was agreed, and what people make of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BookingCause(models.TextChoices):
    """Why a reported loan could not simply be booked."""

    AMOUNT_DIFFERS = "amount_differs", _("Another amount than was accepted")
    CURRENCY_DIFFERS = "currency_differs", _("Another currency")
    RATE_DIFFERS = "rate_differs", _("Another rate than was accepted")
    DATE_OUTSIDE = "date_outside", _("Not between acceptance and the end of the offer")
    LOAN_ID_TAKEN = "loan_id_taken", _("The loan belongs to another application")
    BOOKED_ALREADY = "booked_already", _("Booked already, as something else")
    NO_APPROVAL = "no_approval", _("Nothing was approved")
    NOT_ACCEPTED = "not_accepted", _("The applicant has not accepted")
    EXPIRED = "expired", _("What was approved has expired")
    NOT_READY = "not_ready", _("Not ready to be funded")


class BookingCaseStatus(models.TextChoices):
    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waits for a second person")
    SETTLED = "settled", _("Settled")


class BookingResolution(models.TextChoices):
    """What a person decided about it. Only one of them books the loan."""

    BOOK = "book", _("Book it as reported")
    CORRECTED = "corrected", _("The loan system corrects it")
    REVERSED = "reversed", _("The loan is taken back")


class BookingReason(models.TextChoices):
    """Why: codes, so that they can be counted."""

    PARTLY_DRAWN = "PARTLY_DRAWN", _("Only a part was drawn")
    BETTER_RATE = "BETTER_RATE", _("A lower rate was agreed")
    REPORTED_LATE = "REPORTED_LATE", _("It was reported late")
    READY_NOW = "READY_NOW", _("What stood in the way is settled")
    TYPED_WRONG = "TYPED_WRONG", _("A figure was wrong in the loan system")
    SENT_TWICE = "SENT_TWICE", _("It was sent twice")
    WRONG_APPLICATION = "WRONG_APPLICATION", _("It belongs to another application")
    PAID_OUT_WRONGLY = "PAID_OUT_WRONGLY", _("It should not have been paid out")


REASONS_FOR = {
    BookingResolution.BOOK: (
        BookingReason.PARTLY_DRAWN,
        BookingReason.BETTER_RATE,
        BookingReason.REPORTED_LATE,
        BookingReason.READY_NOW,
    ),
    BookingResolution.CORRECTED: (
        BookingReason.TYPED_WRONG,
        BookingReason.SENT_TWICE,
        BookingReason.WRONG_APPLICATION,
    ),
    BookingResolution.REVERSED: (
        BookingReason.PAID_OUT_WRONGLY,
        BookingReason.WRONG_APPLICATION,
        BookingReason.SENT_TWICE,
    ),
}
"""Which reasons belong to which resolution."""
