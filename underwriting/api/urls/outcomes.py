"""Outcomes: how loans went."""

from django.urls import URLPattern, path

from underwriting.api.views.outcomes import OutcomesView

urlpatterns: list[URLPattern] = [
    path("outcomes", OutcomesView.as_view(), name="api_outcomes"),
]
