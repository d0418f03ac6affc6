"""The doors of experiments."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from campaigns import api_experiments as api
from campaigns.views import experiments

urlpatterns: list[URLPattern | URLResolver] = [
    path("experiments/", experiments.experiment_list, name="experiments"),
    path("experiments/planner/", experiments.experiment_planner, name="experiment-planner"),
    path("experiments/<uuid:public_id>/", experiments.experiment_page, name="experiment"),
    path("experiments/<uuid:public_id>/control/", experiments.experiment_change, name="experiment-change"),
    path("experiments/<uuid:public_id>/keep/", experiments.experiment_keep, name="experiment-keep"),
]
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("experiments/", api.ExperimentListView.as_view(), name="api-experiments"),
    path("experiments/<uuid:public_id>/", api.ExperimentView.as_view(), name="api-experiment"),
    path("experiments/<uuid:public_id>/readout/", api.ExperimentReadoutView.as_view(), name="api-experiment-readout"),
]
