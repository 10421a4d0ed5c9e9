"""Applications and what belongs to them."""

from django.urls import URLPattern, path

from underwriting.api.views.applications import ApplicationsView, ApplicationView

urlpatterns: list[URLPattern] = [
    path("applications", ApplicationsView.as_view(), name="api_applications"),
    path("applications/<str:application_id>", ApplicationView.as_view(), name="api_application"),
]
