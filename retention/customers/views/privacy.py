"""Export and erase from the customer's page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from retention.common import clock
from retention.customers.privacy.words import in_words
from retention.customers.services.privacy import erase_person, erasure_consequences, export_person
from retention.customers.views.customers import customer_of
from tenants.commands import as_json
from tenants.people.confirmation import confirm_first
from tenants.people.permissions import require


@never_cache
@require_POST
@require("privacy.export")
@confirm_first
def customer_export(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A JSON file with everything that is held."""
    held = export_person(customer=customer_of(request, public_id), actor=request.user, now=clock.now())
    response = HttpResponse(as_json(held, indent=2), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="customer-{public_id}.json"'
    return response


@require_http_methods(["GET", "POST"])
@require("privacy.erase")
@confirm_first
def customer_erase(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """First what it would do, in numbers; then it is done."""
    customer = customer_of(request, public_id)
    if request.method == "POST":
        done = erase_person(customer=customer, actor=request.user, now=clock.now())
        messages.success(request, _("Erased. %(consequences)s") % {"consequences": " · ".join(in_words(done.counts))})
        return redirect("customers")
    consequences = in_words(erasure_consequences(customer=customer, now=clock.now()))
    return render(request, "customers/erase.html", {"customer": customer, "consequences": consequences})
