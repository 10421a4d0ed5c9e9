"""Addresses beside allauth's own, under /accounts/."""

from django.urls import path

from accounts.views import invitation, organization_switch

urlpatterns = [
    path("organization/", organization_switch, name="accounts_organization"),
    path("invitation/<str:token>/", invitation, name="accounts_invitation"),
]
