"""Django REST framework and the OpenAPI document."""

from config.environment import variable

REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PARSER_CLASSES": ["underwriting.api.parsers.StrictJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["underwriting.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["underwriting.api.throttling.KeyThrottle"],
    "EXCEPTION_HANDLER": "underwriting.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
}

# The rate of a key that has none of its own: a hundred requests a second, six hundred at once.
ASSAY_RATE_PER_MINUTE = int(variable("ASSAY_RATE_PER_MINUTE", "6000"))
ASSAY_RATE_BURST = int(variable("ASSAY_RATE_BURST", "600"))

# How long a token of an OAuth 2 client opens something; the database allows an hour at most.
ASSAY_TOKEN_SECONDS = int(variable("ASSAY_TOKEN_SECONDS", "900"))

SPECTACULAR_SETTINGS: dict[str, object] = {
    "TITLE": "Assay",
    "DESCRIPTION": (
        "Credit applications, decided with their reasons. Ids are opaque; amounts are decimal"
        " strings with their currency; times are RFC 3339 in UTC. Words that name a state, a kind"
        " or an outcome are open: more may come, so treat one you do not know as such. Members may"
        " be added. Every refusal is a problem (RFC 9457) with a code that has a page of its own."
    ),
    "VERSION": "",
    "OAS_VERSION": "3.1.1",
    "POSTPROCESSING_HOOKS": ["underwriting.api.description.hooks.finished"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
