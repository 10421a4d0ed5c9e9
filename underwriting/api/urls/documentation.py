"""What the API says of itself."""

from django.urls import URLPattern, path

from underwriting.api.views.documentation import (
    docs,
    guide_page,
    guide_text,
    openapi,
    problem_docs,
    problem_page,
)

urlpatterns: list[URLPattern] = [
    path("openapi.json", openapi, name="api_openapi"),
    path("docs", docs, name="api_docs"),
    path("docs/guides/<slug:name>.md", guide_page, name="api_guide"),
    path("docs/guides/<slug:name>.txt", guide_text, name="api_guide_text"),
    path("docs/problems", problem_docs, name="api_problems"),
    path("docs/problems/<slug:code>", problem_page, name="api_problem"),
]
