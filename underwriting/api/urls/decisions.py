"""Decisions."""

from django.urls import URLPattern, path

from underwriting.api.views.decisions import DecisionView

urlpatterns: list[URLPattern] = [
    path("decisions/<str:decision_id>", DecisionView.as_view(), name="api_decision"),
]
