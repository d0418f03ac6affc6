"""The list of customers and the page that shows one whole."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from retention.common import clock
from retention.common.tables import render_table
from retention.customers.masking import masked, unmask
from retention.customers.models import Customer
from retention.customers.panels import panels, shown_panels
from retention.customers.selectors.lists import counted_customers
from retention.customers.selectors.scopes import visible_customers
from retention.customers.tables import CustomerTable
from retention.customers.timeline import sources
from retention.customers.views.timeline import timeline_context
from tenants.context import current_tenant
from tenants.people.permissions import may, require


@require("customers.view")
def customer_list(request: HttpRequest) -> HttpResponse:
    """All customers that the person may see, searched, filtered and sorted."""
    customers = visible_customers(counted_customers(), request.user)
    return render_table(request, CustomerTable, customers, "customers/list.html")


@require("customers.view")
def customer_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All we know of one customer."""
    customer = customer_of(request, public_id)
    as_of = clock.last_complete_day(current_tenant().timezone)
    context = {
        "customer": customer,
        "as_of": as_of,
        "marks": masked(customer),
        "may_unmask": may(request.user, "customers.unmask"),
        "shown": shown_panels(panels, customer, as_of, codes_of(request)),
        **timeline_context(request, sources, customer, reverse("customer-timeline", args=[public_id])),
    }
    return render(request, "customers/customer.html", context)


@require("customers.view")
def customer_timeline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One more page of the timeline, or another kind of entries."""
    customer = customer_of(request, public_id)
    context = timeline_context(request, sources, customer, reverse("customer-timeline", args=[public_id]))
    return render(request, "customers/_timeline.html", {"customer": customer, **context})


@require_POST
@require("customers.unmask")
def customer_unmask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Mail and phone whole, once; the asking is in the audit log."""
    customer = customer_of(request, public_id)
    marks = unmask(customer=customer, actor=request.user)
    return render(request, "customers/_marks.html", {"customer": customer, "marks": marks})


def customer_of(request: HttpRequest, public_id: UUID) -> Customer:
    """The customer, 404 when there is none or they are not this person's to see."""
    return get_object_or_404(visible_customers(counted_customers(), request.user), public_id=public_id)


def codes_of(request: HttpRequest) -> frozenset[str]:
    """The permissions of whoever asks."""
    user: Any = request.user
    return frozenset(user.permission_codes())
