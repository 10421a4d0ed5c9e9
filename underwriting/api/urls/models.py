"""Models in charge."""

from django.urls import URLPattern, path

from underwriting.api.views.models import (
    ModelCardView,
    ModelMetricsView,
    ModelsView,
    ModelView,
)

urlpatterns: list[URLPattern] = [
    path("models", ModelsView.as_view(), name="api_models"),
    path("models/<str:model_id>", ModelView.as_view(), name="api_model"),
    path("models/<str:model_id>/metrics", ModelMetricsView.as_view(), name="api_model_metrics"),
    path("models/<str:model_id>/card", ModelCardView.as_view(), name="api_model_card"),
]
