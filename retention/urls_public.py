"""The doors of the platform's own host: operators, and ingest by write key."""

from __future__ import annotations

from django.urls import path

from retention.common import preferences, probes
from retention.customers.ingest import urls as ingest
from tenants.metrics import metrics
from tenants.operators.admin import operator_urls

urlpatterns = [
    path("livez", probes.livez, name="livez"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    *preferences.urlpatterns,
    *ingest.urlpatterns,
    path("operator/", operator_urls),
]

handler400 = "retention.common.error_pages.bad_request"
handler403 = "retention.common.error_pages.permission_denied"
handler404 = "retention.common.error_pages.not_found"
handler500 = "retention.common.error_pages.server_error"
