"""Webhook endpoints and deliveries."""

from django.urls import URLPattern, path

from underwriting.api.views.deliveries import DeliveriesView, DeliveryReplayView, DeliveryView
from underwriting.api.views.webhooks import (
    WebhookReplayView,
    WebhookSecretView,
    WebhooksView,
    WebhookTrialView,
    WebhookView,
)

ONE = "webhooks/<str:webhook_id>"
urlpatterns: list[URLPattern] = [
    path("webhooks", WebhooksView.as_view(), name="api_webhooks"),
    path(ONE, WebhookView.as_view(), name="api_webhook"),
    path(f"{ONE}/secret", WebhookSecretView.as_view(), name="api_webhook_secret"),
    path(f"{ONE}/test", WebhookTrialView.as_view(), name="api_webhook_test"),
    path(f"{ONE}/replay", WebhookReplayView.as_view(), name="api_webhook_replay"),
    path(f"{ONE}/deliveries", DeliveriesView.as_view(), name="api_webhook_deliveries"),
    path("deliveries/<str:delivery_id>", DeliveryView.as_view(), name="api_delivery"),
    path(
        "deliveries/<str:delivery_id>/replay",
        DeliveryReplayView.as_view(),
        name="api_delivery_replay",
    ),
]
