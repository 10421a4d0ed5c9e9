"""How loans went, month by month."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from underwriting.api.schemas.common import TEXT, Listing, Money, WrongField, example, nullable


class Month(serializers.Serializer[Any]):
    """One month of one loan; money in whole currency, as a decimal string or a number."""

    application = TEXT(required=False, help_text="The application the loan came from, or:")
    loan_ref = TEXT(required=False, help_text="The loan system's name for it.")
    months_on_book = serializers.IntegerField()
    as_of = serializers.DateField()
    days_past_due = serializers.IntegerField()
    balance = TEXT()
    charged_off = serializers.BooleanField(required=False)
    recovered = TEXT(required=False)


class OutcomeReportRequest(serializers.Serializer[Any]):
    product = TEXT()
    months = Month(many=True)


class OutcomeReport(serializers.Serializer[Any]):
    object = TEXT()
    read = serializers.IntegerField()
    recorded = serializers.IntegerField(help_text="New months.")
    repeated = serializers.IntegerField(help_text="Months that were known, with these figures.")
    refused = serializers.IntegerField()
    errors = WrongField(many=True)  # type: ignore[assignment]  # the field hides an attribute


REPORT_EXAMPLE = example(
    "A month of a loan",
    {
        "product": "personal-loan",
        "months": [
            {
                "loan_ref": "L-20418",
                "months_on_book": 7,
                "as_of": "2026-10-31",
                "days_past_due": 0,
                "balance": "2140.55",
            }
        ],
    },
    request=True,
)
REPORTED_EXAMPLE = example(
    "One new month",
    {
        "object": "outcome_report",
        "read": 1,
        "recorded": 1,
        "repeated": 0,
        "refused": 0,
        "errors": [],
    },
)


class ReportedMonth(serializers.Serializer[Any]):
    """One month as it was reported."""

    id = TEXT()
    object = TEXT()
    product = TEXT()
    application = nullable(TEXT, help_text="Null: a loan that was not made here.")
    loan_ref = nullable(TEXT, help_text="The loan system's name; null: not booked.")
    months_on_book = serializers.IntegerField()
    as_of = serializers.DateField()
    days_past_due = serializers.IntegerField()
    balance = Money()
    charged_off = serializers.BooleanField()
    recovered = Money()


class OutcomePage(Listing):
    data = ReportedMonth(many=True)  # type: ignore[assignment]  # the field hides an attribute


OUTCOME_FILTERS = [
    OpenApiParameter("product", str, description="Only of this product."),
    OpenApiParameter("application", str, description="Only of this application's loan."),
    OpenApiParameter("loan_ref", str, description="Only of the loan of this name."),
]
LISTED_EXAMPLE = example(
    "One month",
    {
        "object": "list",
        "data": [
            {
                "id": "out_019d5b7c2f4a7c8e9a1b2c3d4e5f6071",
                "object": "outcome",
                "product": "personal-loan",
                "application": "app_019d5b7c2e117a3f8d2e4c6b8a90f1e2",
                "loan_ref": "L-20418",
                "months_on_book": 7,
                "as_of": "2026-10-31",
                "days_past_due": 0,
                "balance": {"amount": "2140.55", "currency": "EUR"},
                "charged_off": False,
                "recovered": {"amount": "0.00", "currency": "EUR"},
            }
        ],
        "has_more": False,
        "next": None,
    },
)
