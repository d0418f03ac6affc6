"""The doors of this app: pages in `urlpatterns`, HTTP API under /api/v1/ in `api_urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from tenants.governance import api
from tenants.governance.views import audit, policies

urlpatterns: list[URLPattern | URLResolver] = [
    path("policies/", policies.policy_list, name="policies"),
    path("policies/<str:name>/", policies.policy, name="policy"),
    path("policies/<str:name>/change/", policies.policy_change, name="policy-change"),
    path("policies/<str:name>/reset/", policies.policy_reset, name="policy-reset"),
    path("audit/", audit.audit, name="audit"),
    path("audit/verify/", audit.audit_verify, name="audit-verify"),
]
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("policies/", api.PoliciesView.as_view(), name="api-policies"),
    path("policies/<str:name>/", api.PolicyView.as_view(), name="api-policy"),
    path("audit/", api.AuditView.as_view(), name="api-audit"),
]
