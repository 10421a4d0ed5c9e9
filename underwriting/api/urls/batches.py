"""Batches: files of applications."""

from django.urls import URLPattern, path

from underwriting.api.views.batch_templates import BatchTemplateView
from underwriting.api.views.batches import (
    BatchCancelView,
    BatchChunkRetryView,
    BatchChunksView,
    BatchErrorsView,
    BatchesView,
    BatchResultsView,
    BatchResumeView,
    BatchView,
    UploadsView,
)

ONE = "batches/<str:batch_id>"

urlpatterns: list[URLPattern] = [
    path("uploads", UploadsView.as_view(), name="api_uploads"),
    path("batches", BatchesView.as_view(), name="api_batches"),
    path(ONE, BatchView.as_view(), name="api_batch"),
    path(f"{ONE}/cancel", BatchCancelView.as_view(), name="api_batch_cancel"),
    path(f"{ONE}/resume", BatchResumeView.as_view(), name="api_batch_resume"),
    path(f"{ONE}/chunks", BatchChunksView.as_view(), name="api_batch_chunks"),
    path(
        f"{ONE}/chunks/<int:number>/retry",
        BatchChunkRetryView.as_view(),
        name="api_batch_chunk_retry",
    ),
    path(f"{ONE}/errors", BatchErrorsView.as_view(), name="api_batch_errors"),
    path(f"{ONE}/results", BatchResultsView.as_view(), name="api_batch_results"),
    path(
        "products/<slug:slug>/batch-template",
        BatchTemplateView.as_view(),
        name="api_batch_template",
    ),
]
