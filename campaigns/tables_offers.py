"""The list of offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from campaigns.enums import OfferAudience, OfferKind
from campaigns.forms import in_reader_language
from campaigns.models import Campaign, Offer
from campaigns.selectors.offers import living_uses
from retention.common import formats
from retention.common.tables import Column, Filter, Search, Table
from tenants.people.permissions import may


def worth(offer: Offer) -> str:
    """Money, or points; nothing where it has no value of its own."""
    if not offer.value:
        return ""
    return formats.number(offer.value) if offer.kind == OfferKind.POINTS else formats.money(offer.value)


def _codes(offer: Offer) -> str:
    if not offer.has_codes:
        return ""
    taken = formats.number(offer.taken)
    if offer.limit is None:
        return taken
    return str(_("%(taken)s of %(limit)s")) % {"taken": taken, "limit": formats.number(offer.limit)}


class OfferTable(Table):
    """All offers that are not archived."""

    name = "offers"
    default_sort = "name"
    filters = (
        Filter("kind", _("Kind"), OfferKind.choices, lambda rows, value: rows.filter(kind=value)),
        Filter("audience", _("For whom"), OfferAudience.choices, lambda rows, value: rows.filter(audience=value)),
    )
    search = Search(
        _("Name or code"),
        lambda rows, text: rows.filter(Q(name__icontains=text) | Q(name_zh__icontains=text) | Q(code=text)),
    )
    empty_title = _("No offer yet")
    empty_text = _("Make one here and choose it in a campaign’s step; the graded win-back brings two of its own.")
    uses: dict[int, list[Campaign]]

    def prepare(self, rows: Sequence[Any]) -> None:
        """Where the page's offers are used, at once."""
        self.uses = living_uses([offer.pk for offer in rows])

    def get_columns(self) -> Sequence[Column]:
        """The name leads to the form for whom may change it."""
        may_edit = may(self.request.user, "campaigns.edit")
        return (
            Column("name", _("Offer"), value=in_reader_language, sort="name",
                   link=lambda row: reverse("offer", args=[row.public_id]) if may_edit else ""),
            Column("kind", _("Kind"), value=lambda row: row.get_kind_display()),
            Column("value", _("Worth"), kind="word", value=worth),
            Column("minimum", _("From a spend of"), kind="money", value=lambda row: row.minimum_spend or None),
            Column("audience", _("For whom"), value=lambda row: row.get_audience_display()),
            Column("stacks", _("Adds to other offers"), value=lambda row: _("Yes") if row.stacks else _("No")),
            Column("codes", _("Codes out"), kind="word", value=_codes),
            Column("valid", _("Valid for"), kind="days", value="valid_days"),
            Column("used", _("Used in"), value=lambda row: self._used_in(row)),
        )  # fmt: skip

    def _used_in(self, offer: Offer) -> str:
        return pgettext("list", ", ").join(in_reader_language(campaign) for campaign in self.uses.get(offer.pk, ()))
