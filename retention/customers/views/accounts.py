"""The list of accounts and an account's page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from retention.common import clock
from retention.common.tables import render_table
from retention.customers.models import Account
from retention.customers.panels import account_panels, shown_panels
from retention.customers.selectors.lists import listed_accounts
from retention.customers.selectors.scopes import visible_accounts
from retention.customers.tables import AccountTable
from retention.customers.timeline import account_sources
from retention.customers.views.customers import codes_of
from retention.customers.views.timeline import timeline_context
from tenants.context import current_tenant
from tenants.people.permissions import require


@require("accounts.view")
def account_list(request: HttpRequest) -> HttpResponse:
    """All accounts that the person may see."""
    accounts = visible_accounts(listed_accounts(), request.user)
    return render_table(request, AccountTable, accounts, "accounts/list.html")


@require("accounts.view")
def account_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All we know of one account."""
    account = account_of(request, public_id)
    as_of = clock.last_complete_day(current_tenant().timezone)
    context = {
        "account": account,
        "as_of": as_of,
        "shown": shown_panels(account_panels, account, as_of, codes_of(request)),
        **timeline_context(request, account_sources, account, reverse("account-timeline", args=[public_id])),
    }
    return render(request, "accounts/account.html", context)


@require("accounts.view")
def account_timeline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One more page of the timeline, or another kind of entries."""
    account = account_of(request, public_id)
    url = reverse("account-timeline", args=[public_id])
    return render(request, "customers/_timeline.html", timeline_context(request, account_sources, account, url))


def account_of(request: HttpRequest, public_id: UUID) -> Account:
    """The account, 404 when there is none or it is not this person's to see."""
    return get_object_or_404(visible_accounts(listed_accounts(), request.user), public_id=public_id)
