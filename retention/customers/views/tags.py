"""Tags from the customer's page: those that people of the house give."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from retention.common import clock
from retention.common.errors import DomainError
from retention.customers.services.tags import BY_HAND, change_tags
from retention.customers.views.customers import customer_of
from tenants.people.permissions import require


@require_POST
@require("tags.edit")
def customer_tags(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put one on or take one off."""
    customer = customer_of(request, public_id)
    try:
        change_tags(
            customer=customer,
            source=BY_HAND,
            add=request.POST.getlist("add"),
            remove=request.POST.getlist("remove"),
            actor=request.user,
            now=clock.now(),
        )
        messages.success(request, _("The tags are changed."))
    except DomainError as error:
        messages.error(request, error.words)
    return redirect("customer", public_id=public_id)
