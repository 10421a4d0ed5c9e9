"""Products and their schemas."""

from django.urls import URLPattern, path

from underwriting.api.views.products import ProductSchemaView, ProductsView

urlpatterns: list[URLPattern] = [
    path("products", ProductsView.as_view(), name="api_products"),
    path("products/<slug:slug>/schema", ProductSchemaView.as_view(), name="api_product_schema"),
]
