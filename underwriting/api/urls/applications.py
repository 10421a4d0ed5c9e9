"""Applications and what belongs to them."""

from django.urls import URLPattern, path

from underwriting.api.views.additions import FactsView, ReviewView, WithdrawView
from underwriting.api.views.applications import ApplicationsView, ApplicationView
from underwriting.api.views.decisions import ApplicationDecisionsView
from underwriting.api.views.documents import DocumentContentView, DocumentsView, DocumentView

ONE = "applications/<str:application_id>"

urlpatterns: list[URLPattern] = [
    path("applications", ApplicationsView.as_view(), name="api_applications"),
    path(ONE, ApplicationView.as_view(), name="api_application"),
    path(f"{ONE}/withdraw", WithdrawView.as_view(), name="api_application_withdraw"),
    path(f"{ONE}/facts", FactsView.as_view(), name="api_application_facts"),
    path(f"{ONE}/review", ReviewView.as_view(), name="api_application_review"),
    path(f"{ONE}/documents", DocumentsView.as_view(), name="api_application_documents"),
    path(
        f"{ONE}/documents/<str:document_id>/content",
        DocumentContentView.as_view(),
        name="api_document_content",
    ),
    path(f"{ONE}/decisions", ApplicationDecisionsView.as_view(), name="api_application_decisions"),
    path("documents/<str:document_id>", DocumentView.as_view(), name="api_document"),
]
