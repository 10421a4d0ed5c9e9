"""Scores without an application."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
