"""The customer's panels that this floor knows: profile, value, orders, activity, consent."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from retention.common import formats
from retention.common.charts import Chart, bars, stacks
from retention.customers.enums import Behaviour
from retention.customers.models import Contact, Customer, CustomerState
from retention.customers.panels import Panel, register
from retention.customers.selectors import record

ORDERS_SHOWN = 8
IN_ORDER = (
    Behaviour.LOG_IN,
    Behaviour.BROWSE,
    Behaviour.CART,
    Behaviour.FAVOURITE,
    Behaviour.COMMUNITY,
    Behaviour.CORE_USE,
    Behaviour.SERVICE,
    Behaviour.MESSAGE,
    Behaviour.SEARCH,
    Behaviour.PURCHASE,
    Behaviour.OTHER,
)


def profile(customer: Customer, as_of: date) -> dict[str, Any]:
    """Who they are; contact marks are masked by the template's own include."""
    traits = [(key, value) for key, value in sorted(customer.traits.items()) if value not in (None, "")]
    contacts = Contact.objects.filter(customer=customer).select_related("account").order_by("account__name", "pk")
    return {"traits": traits[:20], "contacts": list(contacts)}


def value(customer: Customer, as_of: date) -> dict[str, Any]:
    """What they brought: running state and revenue by month."""
    state = CustomerState.objects.select_related("main_category").filter(customer=customer).first()
    if state is None or not state.order_days:
        return {"state": None, "chart": None}
    months = record.revenue_by_month(customer, as_of)
    total = sum(month.net for month in months)
    chart = Chart(
        id="revenue",
        title=_("Net revenue of orders by month"),
        summary=_("%(total)s in the last %(months)s months.") % {"total": formats.money(total), "months": len(months)},
        option=bars([f"{month.first:%Y-%m}" for month in months], [float(month.net) for month in months]),
        head=[_("Month"), _("Net revenue of orders")],
        rows=[(f"{month.first:%Y-%m}", formats.money(month.net)) for month in months],
        height="sm",
    )
    return {"state": state, "mean": state.net_revenue / state.order_days, "chart": chart}


def orders(customer: Customer, as_of: date) -> dict[str, Any]:
    """The newest orders with what was in them."""
    return {"orders": record.latest_orders(customer, as_of, ORDERS_SHOWN)}


def activity(customer: Customer, as_of: date) -> dict[str, Any]:
    """What they did, week by week."""
    return {"chart": activity_chart(record.activity_by_week(record.customer_events(customer, as_of), as_of))}


def activity_chart(weeks: list[record.Week]) -> Chart | None:
    """Stacked bars per behaviour that occurred; None where nothing did."""
    seen = [kind for kind in IN_ORDER if any(week.counts.get(kind) for week in weeks)]
    if not seen:
        return None
    series = {str(kind.label): [week.counts.get(kind, 0) for week in weeks] for kind in seen}
    total = sum(sum(values) for values in series.values())
    return Chart(
        id="activity",
        title=_("Activity by week"),
        summary=_("%(count)s events in %(weeks)s weeks.") % {"count": formats.number(total), "weeks": len(weeks)},
        option=stacks([week.first.isoformat() for week in weeks], series),
        head=[_("Week from"), *series],
        rows=[
            (formats.day(week.first), *(formats.number(week.counts.get(kind, 0)) for kind in seen)) for week in weeks
        ],
        height="sm",
    )


def relationship(customer: Customer, as_of: date) -> dict[str, Any]:
    """What they agreed to."""
    return {"consents": record.current_consents(customer)}


FOLDER = "customers/panels"
VIEW = "customers.view"
register(Panel("profile", gettext_lazy("Profile"), 10, VIEW, f"{FOLDER}/_profile.html", profile, "side"))
register(Panel("relationship", gettext_lazy("Consent"), 50, VIEW, f"{FOLDER}/_relationship.html",
               relationship, "side"))  # fmt: skip
register(Panel("value", pgettext_lazy("of a customer", "Value"), 30, VIEW, f"{FOLDER}/_value.html", value))
register(Panel("activity", gettext_lazy("Activity"), 40, VIEW, f"{FOLDER}/_activity.html", activity))
register(Panel("orders", gettext_lazy("Orders"), 50, VIEW, f"{FOLDER}/_orders.html", orders))
