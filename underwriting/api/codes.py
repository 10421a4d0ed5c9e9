"""Every code a refusal of the API carries: its status, what happened, and what to do.

The one registry. `problems` takes status and title from it, the documentation pages are made of it,
and `tests/api/test_problems.py` walks the source for a code that is not in it.
"""

from collections.abc import Mapping

from underwriting.api.code import Code
from underwriting.api.lending_codes import BATCHES, EVENTS, MODELS, MONEY

_FRAMEWORK: Mapping[str, Code] = {
    "malformed_request": Code(
        400,
        "The request cannot be understood",
        "The body is not the JSON we take (UTF-8, no name twice, no NaN, no exponents), or the"
        " address or a header is broken, or the Host is none of ours.",
        "Correct the request; `detail` says where reading stopped.",
    ),
    "not_authenticated": Code(
        401,
        "A valid API key is needed",
        "No key or token came, or it is unknown, expired or revoked.",
        "Send `Authorization: Bearer …` with a key in use or a fresh token.",
    ),
    "forbidden": Code(
        403,
        "This key may not do that",
        "The key is good, but lacks the scope, or the state forbids it to everybody.",
        "Use a key with the scope that `detail` names.",
    ),
    "not_found": Code(
        404,
        "There is no such thing here",
        "The address is none, or the id is nobody's whom this key may see. Another partner's and"
        " another lender's ids answer the same.",
        "Check the id, its prefix and the key: test and live data never meet.",
    ),
    "method_not_allowed": Code(
        405,
        "This method is not allowed here",
        "The address is there, but not for this method.",
        "See `Allow` in the answer's headers.",
    ),
    "not_acceptable": Code(
        406,
        "This representation is not available",
        "`Accept` asks for something other than JSON.",
        "Leave `Accept` out, or send `application/json`.",
    ),
    "conflict": Code(
        409,
        "The request conflicts with the present state",
        "What was asked does not go with how things stand now.",
        "Read the thing again, and decide anew.",
    ),
    "body_too_large": Code(
        413,
        "The body is too large",
        "A JSON body is at most one megabyte, a document's file ten.",
        "Send less; many applications go by batch.",
    ),
    "unsupported_media_type": Code(
        415,
        "The body is not of a media type taken here",
        "`Content-Type` is none that this address takes.",
        "Send `application/json`; a document is `multipart/form-data`, a batch says what it takes.",
    ),
    "invalid": Code(
        422,
        "The request holds wrong values",
        "The request was understood, but members of it are missing, unknown or wrong. All of them"
        " are named in `errors`, each by a JSON pointer, a code and words. Nothing was stored, and"
        " the Idempotency-Key may be used again with the corrected body.",
        "Correct every member that `errors` points at. Parameters of the query are named the same"
        " way, such as `/limit`.",
    ),
    "rate_limited": Code(
        429,
        "Too many requests",
        "This key has used up what it may ask for in this time.",
        "Wait as long as `Retry-After` says, then send the same request again.",
        again=True,
    ),
    "internal_error": Code(
        500,
        "Something failed on our side",
        "We failed, and know it: the log holds it under `request_id`.",
        "Send the same request again with the same Idempotency-Key; if it goes on, tell us the"
        " `request_id`.",
        again=True,
    ),
    "unavailable": Code(
        503,
        "Not available at this moment",
        "Something we need does not answer.",
        "Wait as long as `Retry-After` says, then send the same request again.",
        again=True,
    ),
    "refused": Code(
        400,
        "The request was refused",
        "The request cannot be served, for the reason that `detail` gives.",
        "Correct the request.",
    ),
    "refused_write": Code(
        403,
        "This may not be written",
        "The database refused the write: it belongs to somebody else.",
        "Tell us the `request_id`.",
    ),
    "no_tenant": Code(
        400,
        "No lender was named",
        "The request could not be placed with a lender.",
        "Tell us the `request_id`.",
    ),
}

_ACCESS: Mapping[str, Code] = {
    "address_not_allowed": Code(
        403,
        "This key is not taken from this address",
        "The key has a list of network addresses, and the request came from another.",
        "Call from an address of the list, or have it changed on the desk.",
    ),
    "unknown_version": Code(
        400,
        "There is no such version",
        "`Assay-Version` names a date that is no version of this API.",
        "Send one that `docs/api/access.md` lists, or leave the header out: the key has its own.",
    ),
    "test_key_needed": Code(
        403,
        "Only a test key may do this",
        "Helpers for tests act in the test twin, and this key is a live one.",
        "Use an `assay_test_…` key.",
    ),
    "not_a_twin": Code(
        409,
        "The organization is no test twin",
        "Only a twin's clock can be moved.",
        "Use an `assay_test_…` key.",
    ),
    "clock_too_far": Code(
        409,
        "The clock cannot be moved that far",
        "A twin's clock stays within ten years of the world's.",
        "Move it less.",
    ),
}

_REPEATS: Mapping[str, Code] = {
    "idempotency_key_missing": Code(
        400,
        "An Idempotency-Key is needed",
        "What this address creates is created once, so each request to it names a key.",
        "Make a random key for each thing to create, and send it again with each retry.",
    ),
    "idempotency_key_malformed": Code(
        400,
        "The Idempotency-Key is malformed",
        "A key is 1 to 255 visible ASCII characters.",
        "A UUID is a good key.",
    ),
    "idempotency_key_reused": Code(
        422,
        "This key came with another body",
        "The key made something of another body within the last seven days.",
        "Send the first body to get the first answer; make a new key for a new thing.",
    ),
    "idempotency_in_flight": Code(
        409,
        "The first request with this key is under way",
        "Nothing was created twice. The first request has not been answered yet.",
        "Wait as long as `Retry-After` says, then send the same request again: it gets the first"
        " one's answer.",
        again=True,
    ),
    "external_id_taken": Code(
        409,
        "This external id is taken",
        "An external id names one application of a lender, whoever sent it. This one is in use.",
        "Use an id of your own making, such as one that begins with your name.",
    ),
}

_APPLICATIONS: Mapping[str, Code] = {
    "product_unknown": Code(
        404,
        "There is no such product",
        "The lender has no product of this name.",
        "`GET /v1/products` lists them.",
    ),
    "product_not_published": Code(
        404,
        "The product is not published",
        "The product is there, but takes no applications yet.",
        "Ask the lender when it opens.",
    ),
    "champion_missing": Code(
        404,
        "No model is in charge",
        "The product has no model in charge at this moment.",
        "Ask the lender.",
    ),
    "status": Code(
        409,
        "Not in this status",
        "The status in which it is does not allow this; `detail` names it.",
        "Read it again, and see which statuses allow this in the documentation.",
    ),
    "application_erased": Code(
        409,
        "The applicant was erased",
        "The person asked to be forgotten; nothing can be added to what is left.",
        "Send a new application, if the applicant wants one.",
    ),
    "document_erased": Code(
        410,
        "The document is gone",
        "The person it belonged to was erased: nobody can open the file any more.",
        "Forget the document's id. What is known of it besides its name and bytes stays readable.",
    ),
    "documents_full": Code(
        409,
        "No more documents can be attached",
        "An application takes at most twenty documents.",
        "Send what matters most; a person at the lender can tell what is missing.",
    ),
    "lost_lease": Code(
        409,
        "Somebody else is deciding it",
        "Two processes met over one application; one of them goes on.",
        "Read the application: it is decided once.",
        again=True,
    ),
    "pin_missing": Code(
        404,
        "A version that decided is gone",
        "A document that the decision names is no longer kept.",
        "Tell us the `request_id`.",
    ),
    "cannot_open": Code(
        400,
        "The content cannot be opened",
        "It was erased, or altered.",
        "Where the person was erased there is nothing to read any more.",
    ),
}

CODES: Mapping[str, Code] = {
    **_FRAMEWORK,
    **_ACCESS,
    **_REPEATS,
    **_APPLICATIONS,
    **MONEY,
    **MODELS,
    **EVENTS,
    **BATCHES,
}

OF_STATUS: Mapping[int, str] = {
    400: "malformed_request",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    410: "document_erased",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "rate_limited",
    500: "internal_error",
    503: "unavailable",
}
"""The code of what the framework refuses, which knows statuses only."""
