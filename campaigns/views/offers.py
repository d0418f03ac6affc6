"""The pages of offers: all of them, a new one, and changing one."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.enums import OfferKind
from campaigns.forms import in_reader_language
from campaigns.forms_offers import NewOfferForm, OfferForm
from campaigns.models import Offer
from campaigns.selectors.offers import running_uses
from campaigns.services.offers import Terms, TermsRefused, archive_offer, change_offer, create_offer
from campaigns.tables_offers import OfferTable
from campaigns.views.shared import signed_in
from retention.common import clock
from retention.common.errors import Conflict
from retention.common.tables import render_table
from tenants.people.permissions import may, require


@require("campaigns.view")
def offer_list(request: HttpRequest) -> HttpResponse:
    """All offers that are not archived."""
    context = {"may_edit": may(request.user, "campaigns.edit")}
    return render_table(request, OfferTable, Offer.objects.filter(archived_at=None), "campaigns/offers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require("campaigns.edit")
def offer_new(request: HttpRequest) -> HttpResponse:
    """One of one's own."""
    form = NewOfferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_offer(terms=form.terms(), actor=signed_in(request), now=clock.now(), **form.chosen())
        except TermsRefused as refused:
            form.refuse(refused.field, refused.message, refused.mend)
        else:
            messages.success(
                request, _("“%s” can now be chosen in the steps of campaigns.") % in_reader_language(made)
            )
            return redirect("offers")
    return render(request, "campaigns/offer.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require("campaigns.edit")
def offer_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The terms of one."""
    offer = _find(public_id)
    form = OfferForm(request.POST or None, initial=_written(offer))
    if request.method == "POST" and form.is_valid():
        try:
            change_offer(offer=offer, terms=form.terms(), seen=form.cleaned_data["seen"], actor=signed_in(request),
                         now=clock.now())  # fmt: skip
        except TermsRefused as refused:
            form.refuse(refused.field, refused.message, refused.mend)
        else:
            messages.success(request, _("Saved. It holds for what goes out from now on."))
            return redirect("offers")
    context = {
        "form": form,
        "offer": offer,
        "title": in_reader_language(offer),
        "running": running_uses(offer.pk),
        "is_points": offer.kind == OfferKind.POINTS,
    }
    return render(request, "campaigns/offer.html", context, status=400 if form.errors else 200)


@require_POST
@require("campaigns.edit")
def offer_archive(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take it off the lists."""
    offer = _find(public_id)
    try:
        archive_offer(offer=offer, actor=signed_in(request), now=clock.now())
    except Conflict as refused:
        messages.error(request, f"{refused.message} {refused.mend}")
        return redirect("offer", public_id=offer.public_id)
    messages.success(request, _("“%s” is archived; who holds it keeps it.") % in_reader_language(offer))
    return redirect("offers")


def _find(public_id: UUID) -> Offer:
    return get_object_or_404(Offer, public_id=public_id, archived_at=None)


def _written(offer: Offer) -> dict[str, object]:
    return asdict(Terms.of(offer)) | {"seen": offer.updated_at.isoformat()}
