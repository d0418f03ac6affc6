"""The doors of campaigns, texts and stop switches."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from campaigns import api
from campaigns.views import campaigns, launch, stops, texts

CAMPAIGN = "campaigns/<uuid:public_id>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("campaigns/", campaigns.campaign_list, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign-new"),
    path(CAMPAIGN, campaigns.campaign_page, name="campaign"),
    path(f"{CAMPAIGN}live/", campaigns.campaign_live, name="campaign-live"),
    path(f"{CAMPAIGN}edit/", campaigns.campaign_edit, name="campaign-edit"),
    path(f"{CAMPAIGN}copy/", campaigns.campaign_copy, name="campaign-copy"),
    path(f"{CAMPAIGN}texts/", campaigns.campaign_texts, name="campaign-texts"),
    path(f"{CAMPAIGN}steps/new/", campaigns.step_edit, name="step-new"),
    path(f"{CAMPAIGN}steps/<int:ordinal>/", campaigns.step_edit, name="step-edit"),
    path(f"{CAMPAIGN}steps/<int:ordinal>/remove/", campaigns.step_remove, name="step-remove"),
    path(f"{CAMPAIGN}launch/", launch.campaign_launch, name="campaign-launch"),
    path(f"{CAMPAIGN}pause/", launch.campaign_pause, name="campaign-pause"),
    path(f"{CAMPAIGN}resume/", launch.campaign_resume, name="campaign-resume"),
    path(f"{CAMPAIGN}stop/", launch.campaign_stop, name="campaign-stop"),
    path(f"{CAMPAIGN}doubts/<uuid:message>/", launch.doubt_resolve, name="doubt-resolve"),
    path("texts/", texts.text_list, name="texts"),
    path("texts/new/", texts.text_new, name="text-new"),
    path("texts/preview/", texts.text_preview, name="text-preview"),
    path("texts/<uuid:public_id>/", texts.text_page, name="text"),
    path("texts/<uuid:public_id>/test/", texts.text_test, name="text-test"),
    path("stop/", stops.stop_page, name="stop"),
    path("stop/<int:switch>/off/", stops.stop_off, name="stop-off"),
]
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("campaigns/", api.CampaignListView.as_view(), name="api-campaigns"),
    path("campaigns/<uuid:public_id>/", api.CampaignView.as_view(), name="api-campaign"),
    path("campaigns/<uuid:public_id>/stop/", api.CampaignStopView.as_view(), name="api-campaign-stop"),
    path("decisions/", api.DecisionListView.as_view(), name="api-decisions"),
]
