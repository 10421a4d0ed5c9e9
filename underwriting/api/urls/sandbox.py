"""What only a test key may do."""

from django.urls import URLPattern, path

from underwriting.api.views.sandbox import (
    ClockAdvanceView,
    ClockView,
    PersonasView,
    TestWebhooksView,
)

urlpatterns: list[URLPattern] = [
    path("test/personas", PersonasView.as_view(), name="api_test_personas"),
    path("test/webhooks", TestWebhooksView.as_view(), name="api_test_webhooks"),
    path("test/clock", ClockView.as_view(), name="api_test_clock"),
    path("test/clock/advance", ClockAdvanceView.as_view(), name="api_test_clock_advance"),
]
