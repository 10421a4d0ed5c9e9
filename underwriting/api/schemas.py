"""The API's documents for OpenAPI: what `documents` and `problems` make, described once each."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from underwriting.api.problems import TITLES

TEXT = serializers.CharField
AnyObject = serializers.DictField


def nullable(kind: type[serializers.Field[Any, Any, Any, Any]], **options: Any) -> Any:
    return kind(allow_null=True, **options)


class Money(serializers.Serializer[Any]):
    """An amount as a decimal string, with its currency."""

    amount = TEXT(help_text='Decimal string, such as "1250.00".')
    currency = TEXT(help_text="ISO 4217.")


class WrongField(serializers.Serializer[Any]):
    pointer = TEXT(help_text="JSON pointer (RFC 6901) to the wrong member of the body.")
    code = TEXT()
    message = TEXT()


class Problem(serializers.Serializer[Any]):
    """RFC 9457 problem details."""

    type = TEXT()
    title = TEXT()
    status = serializers.IntegerField()
    code = TEXT(help_text="Stable; more may come.")
    detail = TEXT()
    request_id = TEXT()
    errors = WrongField(many=True, required=False)  # type: ignore[assignment]  # the field hides an attribute


class Product(serializers.Serializer[Any]):
    object = TEXT()
    slug = TEXT()
    names = AnyObject(child=TEXT())
    currency = TEXT()
    schema = TEXT(help_text="Where the application's JSON Schema is.")


class Listing(serializers.Serializer[Any]):
    object = TEXT()
    has_more = serializers.BooleanField()
    next = nullable(TEXT, help_text="Send it as `starting_after` for the next page.")


class ProductPage(Listing):
    data = Product(many=True)  # type: ignore[assignment]  # the field hides an attribute


class ConsentText(serializers.Serializer[Any]):
    purpose = TEXT()
    text = TEXT(help_text="Show exactly this.")
    text_hash = TEXT(help_text="Send it back with the applicant's agreement.")
    language = TEXT()
    version = serializers.IntegerField()


class ProductSchema(serializers.Serializer[Any]):
    object = TEXT()
    product = TEXT()
    language = TEXT()
    amounts = AnyObject()
    terms = nullable(AnyObject)
    down_payment = nullable(
        AnyObject, help_text="Fields, least share and steps, where a purchase is financed."
    )
    consents = ConsentText(many=True)
    schema = AnyObject(help_text="JSON Schema, draft 2020-12.")


class Reason(serializers.Serializer[Any]):
    code = TEXT()
    text = TEXT()
    source = TEXT()  # type: ignore[assignment]  # the field hides an attribute
    party = nullable(serializers.IntegerField)


class Offer(serializers.Serializer[Any]):
    kind = TEXT(help_text="approval or counter_offer.")
    status = TEXT()
    amount = Money()
    down_payment = nullable(Money, help_text="What the applicant pays of the price.")
    term_months = nullable(serializers.IntegerField)
    annual_rate = TEXT(help_text="Nominal, as a fraction of one.")
    instalment = nullable(Money)
    total = nullable(Money)
    cost_of_credit = nullable(TEXT, help_text="APRC, CET or APR, as the regulation pack asks.")
    cost_example_months = nullable(
        serializers.IntegerField,
        help_text="Of a limit: the cost is an example, drawn in full and repaid over these months.",
    )
    expires_at = serializers.DateTimeField()


class PathChange(serializers.Serializer[Any]):
    party = nullable(serializers.IntegerField, help_text="Null: the request itself.")
    field = TEXT()
    label = TEXT()  # type: ignore[assignment]  # the field hides an attribute
    way = TEXT(help_text="lower, higher, or other.")
    current = serializers.JSONField(help_text="What was stated, in the schema's own form.")
    wanted = serializers.JSONField(help_text="What would be enough, together with the others.")


class Path(serializers.Serializer[Any]):
    """The smallest change that the same rules would approve."""

    found = serializers.BooleanField(help_text="False: no change can be named.")
    text = serializers.ListField(child=TEXT())
    changes = PathChange(many=True)
    honoured_until = nullable(
        serializers.DateTimeField, help_text="Until then the same versions decide if this is so."
    )
    caveat = nullable(TEXT, help_text="Show it with the changes.")


class Model(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    family = TEXT()
    content_hash = TEXT()


class Feature(serializers.Serializer[Any]):
    name = TEXT()
    points = serializers.IntegerField()


class PartyScore(serializers.Serializer[Any]):
    role = TEXT()
    points = nullable(serializers.IntegerField)
    probability = nullable(TEXT)
    features = Feature(many=True)


class Decision(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    application = TEXT()
    number = serializers.IntegerField()
    decided_by = TEXT(help_text="automatic or review.")
    in_force = serializers.BooleanField()
    outcome = TEXT(help_text="approve, counter_offer, refer, decline; more may come.")
    outcome_text = TEXT()
    decided_at = serializers.DateTimeField()
    expires_at = nullable(serializers.DateTimeField)
    notice_due_at = nullable(serializers.DateTimeField)
    probability = nullable(TEXT, help_text="Of default, as a fraction of one.")
    points = nullable(serializers.IntegerField)
    interpretation = TEXT()
    language = TEXT()
    model = nullable(Model)
    reasons = Reason(many=True)
    offer = nullable(Offer)
    path = nullable(Path)
    contributions = PartyScore(many=True)
    trace = serializers.ListField(child=AnyObject())
    pins = AnyObject(child=nullable(TEXT))


class Party(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    role = TEXT()
    liability = TEXT()


class Application(serializers.Serializer[Any]):
    id = TEXT()
    object = TEXT()
    product = TEXT()
    status = TEXT()
    external_id = nullable(TEXT)
    language = TEXT()
    amount = Money()
    term_months = nullable(serializers.IntegerField)
    metadata = AnyObject(child=TEXT())
    received_at = nullable(serializers.DateTimeField)
    completed_at = nullable(serializers.DateTimeField)
    decided_at = nullable(serializers.DateTimeField)
    parties = Party(many=True)
    decision = nullable(Decision)


class ApplicationPage(Listing):
    data = Application(many=True)  # type: ignore[assignment]  # the field hides an attribute


class Consent(serializers.Serializer[Any]):
    purpose = TEXT()
    text_hash = TEXT()


class Address(serializers.Serializer[Any]):
    line1 = TEXT()
    line2 = TEXT(required=False)
    postal_code = TEXT()
    city = TEXT()
    country = TEXT(help_text="ISO 3166-1, two letters.")


class Identity(serializers.Serializer[Any]):
    given_names = TEXT()
    family_name = TEXT()
    birth_date = serializers.DateField()
    email = serializers.EmailField()
    phone = TEXT(required=False)
    national_id = TEXT(required=False)
    address = Address(required=False)


class Applicant(serializers.Serializer[Any]):
    identity = Identity()
    facts = AnyObject(help_text="As the product's schema says.")
    consents = Consent(many=True)
    role = TEXT(required=False)
    liability = TEXT(required=False)


class ApplicationRequest(serializers.Serializer[Any]):
    product = TEXT()
    request = AnyObject(help_text="As the product's schema says.")
    applicant = Applicant()
    co_applicants = Applicant(many=True, required=False)
    external_id = TEXT(required=False)
    language = TEXT(required=False)
    metadata = AnyObject(child=TEXT(), required=False)
    device = TEXT(
        required=False,
        help_text=(
            "A fingerprint of what the applicant uses: the same text for the same device, at most"
            " 200 characters. Only a keyed hash of it is kept, to count applications by."
        ),
    )


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


def _problem(status: int) -> OpenApiResponse:
    return OpenApiResponse(Problem, description=TITLES[status])


PROBLEMS: dict[Any, Any] = {
    (status, "application/problem+json"): _problem(status) for status in (401, 403, 404)
}
WRITE_PROBLEMS: dict[Any, Any] = PROBLEMS | {
    (status, "application/problem+json"): _problem(status) for status in (400, 409, 413, 415, 422)
}

LANGUAGE = OpenApiParameter("language", str, description="Language of texts: one of the lender's.")
LIMIT = OpenApiParameter("limit", int, description="1 to 100, 20 if left out.")
AFTER = OpenApiParameter("starting_after", str, description="`next` of the page before.")
STATUS = OpenApiParameter("status", str, description="Only applications in this status.")
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same key with the same body is one application.",
)
PREFER = OpenApiParameter(
    "Prefer",
    str,
    OpenApiParameter.HEADER,
    description="`wait=N`: answer 201 with the decision if it is there within N seconds.",
)
