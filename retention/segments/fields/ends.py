"""The registry of paid terms that end: memberships, and what floors above know, such as contracts.

ends.register(End("contracts", sql=...))
"""

from __future__ import annotations

from dataclasses import dataclass

from retention.common.registry import Registry


@dataclass(frozen=True)
class End:
    """`sql` gives `customer_id`, `ends_on` and `switched_off` (auto-renewal) of terms that run on the day
    ``%(as_of)s`` and are not renewed; one customer may have several."""

    name: str
    sql: str


ends: Registry[End] = Registry("end of terms", key=lambda end: end.name)


def register(end: End) -> End:
    """Add terms; called from an app's ``ready()``."""
    return ends.register(end)


def ends_sql() -> str:
    """The first end of each customer, and whether any of these terms renews itself no more."""
    together = "\n    UNION ALL\n".join(end.sql for end in ends)
    return f"""
    SELECT t.customer_id, min(t.ends_on) AS ends_on, bool_or(t.switched_off) AS switched_off
    FROM ({together}) t GROUP BY t.customer_id"""  # noqa: S608
