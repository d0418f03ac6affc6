"""The doors of this app: pages in `urlpatterns`, HTTP API under /api/v1/ in `api_urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from retention.scoring import api, api_health
from retention.scoring.views import cards, health, mean_health, models, runs, thresholds

urlpatterns: list[URLPattern | URLResolver] = [
    path("scores/", runs.scores, name="scores"),
    path("scores/run/", runs.start_run, name="score-run-start"),
    path("scores/<uuid:public_id>/stop/", runs.stop, name="score-run-stop"),
    path("scores/check/", runs.start_check, name="score-check-start"),
    path("scores/models/", models.models, name="score-models"),
    path("scores/health/", mean_health.mean_health, name="mean-health"),
    path("scores/progress/", runs.run_progress, name="score-progress"),
    path("scores/cards/", cards.scorecards, name="scorecards"),
    path("scores/cards/new/<slug:kind>/", cards.scorecard_new, name="scorecard-new"),
    path("scores/cards/<slug:code>/", cards.scorecard_edit, name="scorecard"),
    path("scores/thresholds/", thresholds.thresholds, name="thresholds"),
    path("scores/thresholds/edit/", thresholds.threshold_edit, name="threshold-edit"),
    path("customers/<uuid:public_id>/health/", health.customer_health, name="customer-health"),
    path("accounts/<uuid:public_id>/health/", health.account_health, name="account-health"),
]
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("scores/", api.ScoresView.as_view(), name="api-scores"),
    path("scores/<uuid:public_id>/", api.ScoreView.as_view(), name="api-score"),
    path("scores/<uuid:public_id>/why/", api_health.CustomerWhyView.as_view(), name="api-score-why"),
    path("scores/<uuid:public_id>/history/", api_health.CustomerHistoryView.as_view(), name="api-score-history"),
    path("accounts/<uuid:public_id>/history/", api_health.AccountHistoryView.as_view(), name="api-account-history"),
    path("accounts/<uuid:public_id>/why/", api_health.AccountWhyView.as_view(), name="api-account-why"),
    path("thresholds/", api.ThresholdsView.as_view(), name="api-thresholds"),
    path("runs/", api.RunsView.as_view(), name="api-runs"),
    path("runs/<uuid:public_id>/", api.RunView.as_view(), name="api-run"),
]
