"""What only a test key may do."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
