"""The doors under /api/v1/ of the customer record."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from retention.customers.api import accounts, batches, customers, facts, imports, levels, points, relationship, tags
from retention.customers.api.batch_schema import EXAMPLES

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("customers/", customers.CustomerListView.as_view(), name="api-customers"),
    path("customers/<uuid:public_id>/", customers.CustomerView.as_view(), name="api-customer"),
    path("accounts/", accounts.AccountListView.as_view(), name="api-accounts"),
    path("accounts/<uuid:public_id>/", accounts.AccountView.as_view(), name="api-account"),
    path("contacts/", accounts.ContactListView.as_view(), name="api-contacts"),
    path("orders/", facts.OrderListView.as_view(), name="api-orders"),
    path("orders/<uuid:public_id>/", facts.OrderView.as_view(), name="api-order"),
    path("events/", facts.EventListView.as_view(), name="api-events"),
    path("memberships/", relationship.MembershipListView.as_view(), name="api-memberships"),
    path("memberships/renewals/", levels.RenewalRatesView.as_view(), name="api-renewals-of-memberships"),
    path("levels/", levels.LadderView.as_view(), name="api-levels"),
    path("earn-rules/", levels.EarnRuleListView.as_view(), name="api-earn-rules"),
    path("points/", points.PointEntryListView.as_view(), name="api-points"),
    path("customers/<uuid:public_id>/standing/", points.StandingView.as_view(), name="api-customer-standing"),
    path("customers/<uuid:public_id>/points/spend/", points.SpendView.as_view(), name="api-points-spend"),
    path("customers/<uuid:public_id>/points/give/", points.GrantView.as_view(), name="api-points-give"),
    path("tags/", tags.TagListView.as_view(), name="api-tags"),
    path("customers/<uuid:public_id>/tags/", tags.CustomerTagsView.as_view(), name="api-customer-tags"),
    path("categories/", relationship.CategoryListView.as_view(), name="api-categories"),
    path("imports/", imports.ImportListView.as_view(), name="api-imports"),
    path("imports/<uuid:public_id>/", imports.ImportView.as_view(), name="api-import"),
    path("imports/<uuid:public_id>/errors/", imports.ImportErrorsView.as_view(), name="api-import-errors"),
    *(path(f"{kind}/batch/", batches.batch_view(kind).as_view(), name=f"api-{kind}-batch") for kind in EXAMPLES),
]
