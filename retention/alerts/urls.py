"""The doors of this app: pages in `urlpatterns`, HTTP API under /api/v1/ in `api_urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from retention.alerts import api
from retention.alerts.views import alerts, monitors

urlpatterns: list[URLPattern | URLResolver] = [
    path("alerts/", alerts.alert_list, name="alerts"),
    path("alerts/<uuid:public_id>/", alerts.alert_page, name="alert"),
    path("alerts/<uuid:public_id>/acknowledge/", alerts.alert_acknowledge, name="alert-acknowledge"),
    path("alerts/<uuid:public_id>/snooze/", alerts.alert_snooze, name="alert-snooze"),
    path("alerts/<uuid:public_id>/resolve/", alerts.alert_resolve, name="alert-resolve"),
    path("alerts/<uuid:public_id>/reopen/", alerts.alert_reopen, name="alert-reopen"),
    path("alerts/<uuid:public_id>/respond/", alerts.alert_respond, name="alert-respond"),
    path("alerts/<uuid:public_id>/responses/<int:response>/retry/", alerts.response_retry, name="response-retry"),
    path("monitors/", monitors.monitor_list, name="monitors"),
    path("monitors/<slug:code>/", monitors.monitor_edit, name="monitor"),
]
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("alerts/", api.AlertListView.as_view(), name="api-alerts"),
    path("alerts/<uuid:public_id>/", api.AlertView.as_view(), name="api-alert"),
    path("alerts/<uuid:public_id>/acknowledge/", api.AcknowledgeView.as_view(), name="api-alert-acknowledge"),
    path("alerts/<uuid:public_id>/snooze/", api.SnoozeView.as_view(), name="api-alert-snooze"),
    path("alerts/<uuid:public_id>/resolve/", api.ResolveView.as_view(), name="api-alert-resolve"),
]
