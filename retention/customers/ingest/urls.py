"""/v1/…: on every host, the platform's own too."""

from __future__ import annotations

from django.urls import URLPattern, path

from retention.customers.ingest import views
from retention.customers.ingest.messages import TYPES

urlpatterns: list[URLPattern] = [
    *(path(f"v1/{type_}", views.call(type_), name=f"ingest-{type_}") for type_ in TYPES),
    path("v1/batch", views.batch, name="ingest-batch"),
]
