"""Offers, prequalification, funding."""

from django.urls import URLPattern, path

from underwriting.api.views.bookings import BookingCasesView, BookingCaseView, BookingView
from underwriting.api.views.offers import (
    ApplicationOfferAcceptView,
    ApplicationOfferDeclineView,
    ApplicationOfferView,
    OfferAcceptView,
    OfferDeclineView,
    OffersView,
    OfferView,
)
from underwriting.api.views.prequalifications import (
    PrequalificationsView,
    PrequalificationView,
)

OF_APPLICATION = "applications/<str:application_id>/offer"

urlpatterns: list[URLPattern] = [
    path("offers", OffersView.as_view(), name="api_offers"),
    path("offers/<str:offer_id>", OfferView.as_view(), name="api_offer"),
    path("offers/<str:offer_id>/accept", OfferAcceptView.as_view(), name="api_offer_accept"),
    path("offers/<str:offer_id>/decline", OfferDeclineView.as_view(), name="api_offer_decline"),
    path(OF_APPLICATION, ApplicationOfferView.as_view(), name="api_application_offer"),
    path(
        f"{OF_APPLICATION}/accept",
        ApplicationOfferAcceptView.as_view(),
        name="api_application_offer_accept",
    ),
    path(
        f"{OF_APPLICATION}/decline",
        ApplicationOfferDeclineView.as_view(),
        name="api_application_offer_decline",
    ),
    path("applications/<str:application_id>/booking", BookingView.as_view(), name="api_booking"),
    path("booking-cases", BookingCasesView.as_view(), name="api_booking_cases"),
    path("booking-cases/<str:case_id>", BookingCaseView.as_view(), name="api_booking_case"),
    path("prequalifications", PrequalificationsView.as_view(), name="api_prequalifications"),
    path(
        "prequalifications/<str:prequalification_id>",
        PrequalificationView.as_view(),
        name="api_prequalification",
    ),
]
