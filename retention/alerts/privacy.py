"""What alerts hold on one customer."""

from __future__ import annotations

from retention.alerts.models import Alert
from retention.customers.models import Customer
from retention.customers.privacy import PrivacyPart, Rows, register


def export_alerts(customer: Customer) -> Rows:
    """The alerts about the customer."""
    rows = Alert.objects.filter(customer=customer).order_by("pk")
    names = ("monitor__code", "cause", "status", "opened_at", "resolved_at", "evidence", "resolution")
    return [row | {"opened_at": row["opened_at"].isoformat()} for row in rows.values(*names)]


def erase_alerts(customer: Customer) -> dict[str, int]:
    """Removed with their history: evidence and what colleagues wrote would tell the person."""
    alerts = Alert.objects.filter(customer=customer)
    count = alerts.count()
    alerts.delete()
    return {"alerts_removed": count}


register(PrivacyPart("alerts", export_alerts, erase_alerts))
