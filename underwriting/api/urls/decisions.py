"""Decisions."""

from django.urls import URLPattern, path

from underwriting.api.views.decisions import DecisionsView, DecisionView

urlpatterns: list[URLPattern] = [
    path("decisions", DecisionsView.as_view(), name="api_decisions"),
    path("decisions/<str:decision_id>", DecisionView.as_view(), name="api_decision"),
]
