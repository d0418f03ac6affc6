"""Growth points from the customer's page: spent for them, or given by hand."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from retention.common import clock, formats
from retention.common.errors import DomainError
from retention.customers.services.points.ledger import grant_points, spend_points
from retention.customers.views.customers import customer_of
from tenants.people.permissions import require

MOST_DIGITS = 9


@require_POST
@require("points.edit")
def customer_points(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Spend or give; the form's hidden key makes a double click one booking."""
    customer = customer_of(request, public_id)
    book = grant_points if request.POST.get("act") == "give" else spend_points
    written = request.POST.get("points", "").strip()
    try:
        booked = book(
            customer=customer,
            points=int(written) if written.isdecimal() and len(written) <= MOST_DIGITS else 0,
            reason=request.POST.get("reason", ""),
            key=request.POST.get("key", ""),
            actor=request.user,
            now=clock.now(),
        )
        balance = formats.number(booked.balance)
        messages.success(request, _("Booked. %(balance)s points are left.") % {"balance": balance})
    except DomainError as error:
        messages.error(request, error.words)
    return redirect("customer", public_id=public_id)
