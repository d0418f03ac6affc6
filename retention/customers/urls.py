"""The doors of this app: pages in `urlpatterns`, HTTP API under /api/v1/ in `api_urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from retention.customers.api.urls import api_urlpatterns
from retention.customers.ingest import urls as ingest
from retention.customers.views import accounts, behaviours, customers, imports, membership, points, privacy, tags

__all__ = ["api_urlpatterns", "urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    *ingest.urlpatterns,
    path("customers/", customers.customer_list, name="customers"),
    path("customers/<uuid:public_id>/", customers.customer_page, name="customer"),
    path("customers/<uuid:public_id>/timeline/", customers.customer_timeline, name="customer-timeline"),
    path("customers/<uuid:public_id>/unmask/", customers.customer_unmask, name="customer-unmask"),
    path("customers/<uuid:public_id>/points/", points.customer_points, name="customer-points"),
    path("customers/<uuid:public_id>/tags/", tags.customer_tags, name="customer-tags"),
    path("customers/<uuid:public_id>/export/", privacy.customer_export, name="customer-export"),
    path("customers/<uuid:public_id>/erase/", privacy.customer_erase, name="customer-erase"),
    path("imports/", imports.import_list, name="imports"),
    path("imports/new/", imports.import_new, name="import-new"),
    path("imports/<uuid:public_id>/", imports.import_page, name="import"),
    path("imports/<uuid:public_id>/progress/", imports.import_progress, name="import-progress"),
    path("imports/<uuid:public_id>/act/", imports.import_act, name="import-act"),
    path("imports/<uuid:public_id>/refused.csv", imports.import_errors, name="import-errors"),
    path("membership/", membership.membership_page, name="membership"),
    path("membership/levels/", membership.levels_edit, name="levels-edit"),
    path("membership/rules/new/", membership.rule_edit, name="rule-new"),
    path("membership/rules/<slug:code>/", membership.rule_edit, name="rule-edit"),
    path("membership/rules/<slug:code>/end/", membership.rule_end, name="rule-end"),
    path("behaviours/", behaviours.behaviour_list, name="behaviours"),
    path("behaviours/progress/", behaviours.behaviour_progress, name="behaviour-progress"),
    path("behaviours/set/", behaviours.behaviour_set, name="behaviour-set"),
    path("accounts/", accounts.account_list, name="accounts"),
    path("accounts/<uuid:public_id>/", accounts.account_page, name="account"),
    path("accounts/<uuid:public_id>/timeline/", accounts.account_timeline, name="account-timeline"),
]
