"""How OpenAPI names our keys and tokens."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from accounts.enums import Scope


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Found by drf-spectacular because it is imported when the API's addresses are."""

    target_class = "underwriting.api.authentication.ApiKeyAuthentication"
    name = ["ApiKey", "OAuth2"]  # either of them

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "assay_live_… or assay_test_…"},
            {
                "type": "oauth2",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "/v1/oauth/token",
                        "scopes": {str(value): str(label) for value, label in Scope.choices},
                    }
                },
            },
        ]
