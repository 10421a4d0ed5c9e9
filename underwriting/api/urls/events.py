"""The chain of events, exported."""

from django.urls import URLPattern, path

from underwriting.api.views.events import EventsExportView, EventsView, EventView

urlpatterns: list[URLPattern] = [
    path("events", EventsView.as_view(), name="api_events"),
    path("events/export", EventsExportView.as_view(), name="api_events_export"),
    path("events/<str:event_id>", EventView.as_view(), name="api_event"),
]
