"""All doors of a tenant's host."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from campaigns import urls as campaigns
from feedback import urls as feedback
from retention.alerts import urls as alerts
from retention.common import preferences, probes
from retention.customers import urls as customers
from retention.scoring import urls as scoring
from retention.segments import urls as segments
from retention.success import urls as success
from tenants.governance import urls as governance
from tenants.metrics import metrics
from tenants.people import urls as people

APPS = (people, governance, customers, scoring, segments, feedback, alerts, success, campaigns)

urlpatterns = [
    path("livez", probes.livez, name="livez"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    *preferences.urlpatterns,
    *(path("", include(app.urlpatterns)) for app in APPS),
    path("api/v1/", include([pattern for app in APPS for pattern in app.api_urlpatterns])),
]

handler400 = "retention.common.error_pages.bad_request"
handler403 = "retention.common.error_pages.permission_denied"
handler404 = "retention.common.error_pages.not_found"
handler500 = "retention.common.error_pages.server_error"
