"""How loans went, month by month."""

from typing import Any

from rest_framework import serializers

from underwriting.api.schemas.common import TEXT, WrongField


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
