"""Lists of customers with their scores."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from retention.common.tables import Column, Search, Table
from retention.customers.models import Customer
from retention.customers.selectors.lists import found_customers
from retention.customers.tables import customer_url
from retention.scoring.models import CustomerScore
from retention.segments.cells import health_cell, pool_cell


def with_scores(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """`customers` with the score of the run in force as ``scores_now`` (at most one), fetched for a page at once."""
    return customers.prefetch_related(Prefetch("scores", CustomerScore.current.all(), to_attr="scores_now"))


def score_of(customer: Any) -> CustomerScore | None:
    """The score that :func:`with_scores` fetched."""
    return customer.scores_now[0] if customer.scores_now else None


def _tier(customer: Any) -> str:
    score = score_of(customer)
    return score.get_tier_display() if score else ""


def why_link(code: str, customer: Customer) -> str:
    """A link that opens "why is this customer in" in the drawer."""
    url = reverse("segment-why", args=[code, customer.public_id])
    label = _("Why is %(customer)s in?") % {"customer": customer}
    return format_html(
        '<a class="btn btn-sm" href="{}" hx-get="{}" hx-target="#drawer-body" aria-label="{}">{}</a>',
        url,
        url,
        label,
        _("Why?"),
    )


class MemberTable(Table):
    """The customers of a segment."""

    name = "members"
    columns = (
        Column("name", _("Customer"), value=str, sort="name", link=customer_url),
        Column("pool", _("Pool"), kind="html", value=lambda c: pool_cell(score_of(c))),
        Column("tier", _("Value tier"), value=_tier),
        Column("health", _("Health"), kind="html", value=lambda c: health_cell(score_of(c))),
        Column(
            "last_order",
            _("Last order"),
            kind="day",
            value="state.last_order_on",
            sort="state__last_order_on",
            falls_first=True,
        ),
        Column(
            "last_login",
            _("Last log-in"),
            kind="day",
            value="state.last_login_on",
            sort="state__last_login_on",
            falls_first=True,
        ),
        Column(
            "revenue",
            _("From orders"),
            kind="money",
            value="state.net_revenue",
            sort="state__net_revenue",
            falls_first=True,
        ),
    )
    search = Search(_("Name, e-mail or id"), found_customers)
    default_sort = "-revenue"
    empty_title = _("Nobody is in this segment")
    empty_text = _("As of this day no customer fits its rule.")


class PartTable(MemberTable):
    """Customers of one part among several: who entered, who is in both of two segments."""

    empty_title = _("Nobody is in this list")
    empty_text = _("Choose another list above, or other days.")


def member_table(code: str, base: type[MemberTable] = MemberTable) -> type[MemberTable]:
    """The table of the segment called `code`, whose rows say why they are in."""

    class WithReasons(base):  # type: ignore[valid-type, misc]
        columns: ClassVar[Any] = (
            *base.columns,
            Column("why", _("Why"), kind="html", value=lambda customer: why_link(code, customer)),
        )

    return WithReasons
