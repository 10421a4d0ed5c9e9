"""Addresses of the API, under /v1/."""

from django.urls import path, re_path

from underwriting.api.views.applications import ApplicationsView, ApplicationView
from underwriting.api.views.decisions import DecisionView
from underwriting.api.views.documentation import docs, openapi, problem_docs
from underwriting.api.views.nothing import NothingView
from underwriting.api.views.outcomes import OutcomesView
from underwriting.api.views.products import ProductSchemaView, ProductsView

urlpatterns = [
    path("openapi.json", openapi, name="api_openapi"),
    path("docs", docs, name="api_docs"),
    path("docs/problems", problem_docs, name="api_problems"),
    path("products", ProductsView.as_view(), name="api_products"),
    path("products/<slug:slug>/schema", ProductSchemaView.as_view(), name="api_product_schema"),
    path("applications", ApplicationsView.as_view(), name="api_applications"),
    path("applications/<str:application_id>", ApplicationView.as_view(), name="api_application"),
    path("decisions/<str:decision_id>", DecisionView.as_view(), name="api_decision"),
    path("outcomes", OutcomesView.as_view(), name="api_outcomes"),
    re_path(r"^.*$", NothingView.as_view()),
]
