"""The chain of events, exported."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
