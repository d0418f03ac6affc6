"""The doors of offers."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from campaigns import api_offers
from campaigns.views import offers

urlpatterns: list[URLPattern | URLResolver] = [
    path("offers/", offers.offer_list, name="offers"),
    path("offers/new/", offers.offer_new, name="offer-new"),
    path("offers/<uuid:public_id>/", offers.offer_page, name="offer"),
    path("offers/<uuid:public_id>/archive/", offers.offer_archive, name="offer-archive"),
]
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("offers/", api_offers.OfferListView.as_view(), name="api-offers"),
    path("offers/<uuid:public_id>/", api_offers.OfferView.as_view(), name="api-offer"),
]
