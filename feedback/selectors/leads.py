"""Product leads with what is at stake: each customer counted once, however often they asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DecimalField, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

from feedback.enums import LeadStatus
from feedback.models import LeadLink, ProductLead
from feedback.stakes import asking, stakes
from retention.customers.models import CustomerState

MONEY: DecimalField[Any, Any] = DecimalField(max_digits=16, decimal_places=2)


@dataclass(frozen=True)
class BoardColumn:
    """A status with its leads."""

    status: str
    label: str
    leads: list[ProductLead]


def staked_leads(today: date) -> QuerySet[Any]:
    """Leads with `voices` (items), `customers` and `revenue`: what these customers spent within the year, or what
    another :class:`~feedback.stakes.Stake` finds for them, whichever is more."""
    links = LeadLink.objects.filter(lead=OuterRef("pk"), item__withdrawn=False).order_by().values("lead")
    states = CustomerState.objects.filter(customer__in=asking(2).values("customer")).order_by()
    together = states.annotate(one=Coalesce("customer_id", 0) * 0).values("one")
    return ProductLead.objects.select_related("owner").annotate(
        voices=Coalesce(Subquery(links.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        customers=Coalesce(
            Subquery(
                links.annotate(n=Count("item__customer", distinct=True)).values("n"), output_field=IntegerField()
            ),
            0,
        ),
        revenue=_most(
            Subquery(together.annotate(total=Sum("year_revenue")).values("total"), output_field=MONEY), today
        ),
    )


def _most(ordered: Subquery, today: date) -> Subquery | Greatest:
    others = [stake.total(asking, today) for stake in stakes]
    return Greatest(ordered, *others) if others else ordered


def board(today: date) -> list[BoardColumn]:
    """The columns from idea to shipped, most customers first."""
    found: dict[str, list[Any]] = {status: [] for status in LeadStatus.values}
    for lead in staked_leads(today).order_by("-customers", "-pk")[:500]:
        found[lead.status].append(lead)
    return [BoardColumn(status, str(label), found[status]) for status, label in LeadStatus.choices]


def open_leads() -> QuerySet[ProductLead]:
    """Leads that a voice can still be put to, newest first."""
    return ProductLead.objects.exclude(status__in=[LeadStatus.SHIPPED, LeadStatus.DECLINED])[:200]
