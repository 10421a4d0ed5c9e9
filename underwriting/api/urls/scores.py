"""Scores without an application."""

from django.urls import URLPattern, path

from underwriting.api.views.scores import (
    OneScoreView,
    ScoreBatchView,
    ScoreErasuresView,
    ScoresView,
    ScoreView,
)

urlpatterns: list[URLPattern] = [
    path("score", ScoreView.as_view(), name="api_score"),
    path("score/batch", ScoreBatchView.as_view(), name="api_score_batch"),
    path("scores", ScoresView.as_view(), name="api_scores"),
    path("scores/erasures", ScoreErasuresView.as_view(), name="api_score_erasures"),
    path("scores/<str:score_id>", OneScoreView.as_view(), name="api_one_score"),
]
