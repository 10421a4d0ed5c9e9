"""Addresses beside allauth's own, under /accounts/."""

from django.urls import path

from accounts.views import invitation, language_switch, organization_switch

urlpatterns = [
    path("organization/", organization_switch, name="accounts_organization"),
    path("language/", language_switch, name="accounts_language"),
    path("invitation/<str:token>/", invitation, name="accounts_invitation"),
]
