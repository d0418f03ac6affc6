"""The doors of this app: pages in `urlpatterns`, HTTP API under /api/v1/ in `api_urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from campaigns import urls_campaigns, urls_experiments, urls_offers
from campaigns.views import hooks, public

urlpatterns: list[URLPattern | URLResolver] = [
    path("p/<str:token>/", public.preferences, name="preferences"),
    path("u/<str:token>/", public.one_click, name="unsubscribe"),
    path("why/<str:token>/", public.why_this, name="why-this"),
    path("hooks/<slug:provider>/", hooks.provider_hook, name="provider-hook"),
    *urls_campaigns.urlpatterns,
    *urls_experiments.urlpatterns,
    *urls_offers.urlpatterns,
]
api_urlpatterns: list[URLPattern | URLResolver] = [
    *urls_campaigns.api_urlpatterns,
    *urls_experiments.api_urlpatterns,
    *urls_offers.api_urlpatterns,
]
