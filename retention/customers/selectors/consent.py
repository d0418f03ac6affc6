"""What was consented to, as it stands: rebuilt from the ledger each time."""

from __future__ import annotations

from retention.customers.models import ConsentEntry, Customer


def consent_sql(customer: str, channel: str, purpose: str) -> str:
    """An SQL expression: true, false, or NULL where nothing was ever said. The arguments are SQL of ours."""
    return (
        f"(SELECT k.granted FROM customers_consententry k WHERE k.customer_id = {customer}"
        f" AND k.channel = {channel} AND k.purpose = {purpose} ORDER BY k.occurred_at DESC, k.id DESC LIMIT 1)"
    )


def consents_of(customer: Customer) -> dict[tuple[str, str], bool]:
    """The latest yes or no by channel and purpose."""
    latest = (
        ConsentEntry.objects.filter(customer=customer)
        .order_by("channel", "purpose", "-occurred_at", "-id")
        .distinct("channel", "purpose")
    )
    return {(entry.channel, entry.purpose): entry.granted for entry in latest}
