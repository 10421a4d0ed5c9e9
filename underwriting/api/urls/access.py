"""Tokens: OAuth 2 client credentials."""

from django.urls import URLPattern, path

from underwriting.api.views.tokens import RevocationView, TokenView

urlpatterns: list[URLPattern] = [
    path("oauth/token", TokenView.as_view(), name="api_oauth_token"),
    path("oauth/revoke", RevocationView.as_view(), name="api_oauth_revoke"),
]
