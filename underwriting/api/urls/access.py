"""Tokens: OAuth 2 client credentials."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
