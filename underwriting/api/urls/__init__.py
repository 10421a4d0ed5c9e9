"""Addresses of the API, under /v1/: one file for each kind of thing."""

from django.urls import re_path

from underwriting.api.urls import (
    access,
    applications,
    batches,
    decisions,
    documentation,
    events,
    models,
    offers,
    outcomes,
    products,
    sandbox,
    scores,
    webhooks,
)
from underwriting.api.views.nothing import NothingView

urlpatterns = [
    *access.urlpatterns,
    *applications.urlpatterns,
    *batches.urlpatterns,
    *decisions.urlpatterns,
    *documentation.urlpatterns,
    *events.urlpatterns,
    *models.urlpatterns,
    *offers.urlpatterns,
    *outcomes.urlpatterns,
    *products.urlpatterns,
    *sandbox.urlpatterns,
    *scores.urlpatterns,
    *webhooks.urlpatterns,
    re_path(r"^.*$", NothingView.as_view()),
]
