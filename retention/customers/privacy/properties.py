"""What of a fact's properties may stay when a person is erased: codes and amounts by known names, nothing else."""

from __future__ import annotations

from typing import Any

KEPT = frozenset(
    {
        "amount", "benefit_id", "brand", "cart_id", "category", "channel", "checkout_id", "complaint_id", "content_id",
        "coupon", "currency", "discount", "feature", "items", "list_id", "module", "order_id", "plan", "position",
        "price", "product_id", "products", "quantity", "rating", "resolved", "revenue", "score", "severe", "shipping",
        "sku", "step", "subtotal", "tax", "topic", "total", "value", "variant",
    }
)  # fmt: skip
LONGEST_CODE = 60


def emptied(properties: Any) -> dict[str, Any]:
    """`properties` with known names only; texts longer than a code, or with a mail sign, are dropped."""
    if not isinstance(properties, dict):
        return {}
    kept = {name: _kept(value) for name, value in properties.items() if name in KEPT}
    return {name: value for name, value in kept.items() if value is not None}


def _kept(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value if len(value) <= LONGEST_CODE and "@" not in value else None
    if isinstance(value, list):
        return [part for part in (_kept(one) for one in value) if part is not None]
    return emptied(value) if isinstance(value, dict) else None
