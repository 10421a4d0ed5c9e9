"""Webhook endpoints and deliveries."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
