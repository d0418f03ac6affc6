"""The registry of what runs in terms and may be renewed: paid memberships here, contracts on the floor above.

    register(RenewalSource("contracts", sql=contract_terms_sql))

`sql` gives one row per term as known at the moment, with the columns of COLUMNS: whose (`account_id` or
`customer_id`), for which `product` (terms of one owner and product that follow each other are renewals), `starts_on`,
`ends_on` (its last day; null while it runs on), `amount` of one term, `told` (the name of a length in
`science.renewal_terms` where the row covers as many terms as fit between its days; else null: the row is one term),
`stopped` (it is known not to be renewed) and `kept` (it is known to be renewed, though the next term isn't there yet).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from retention.common.registry import Registry
from retention.customers.selectors.state_sql import WHO_COUNTS
from retention.customers.selectors.terms_sql import called_off, paid_term
from retention.scoring.moment import Moment

COLUMNS = (
    "account_id",
    "customer_id",
    "product",
    "starts_on",
    "ends_on",
    "amount",
    "told",
    "stopped",
    "kept",
)
_WORDS = {
    "weekly": ("week", "weekly", "周", "按周"),
    "monthly": ("month", "monthly", "月", "月付", "按月"),
    "quarterly": ("quarter", "quarterly", "季", "季付", "按季"),
    "half_yearly": ("half_year", "half_yearly", "半年", "半年付"),
    "yearly": ("year", "yearly", "annual", "annually", "年", "年付", "按年"),
    "two_yearly": ("two_years", "two_yearly", "两年"),
}


@dataclass(frozen=True)
class RenewalSource:
    """One source of terms."""

    name: str
    sql: Callable[[Moment], str] = field(compare=False)


renewal_sources: Registry[RenewalSource] = Registry("source of renewals", key=lambda source: source.name)


def register(source: RenewalSource) -> RenewalSource:
    """Let `source` give its terms; called from an app's ``ready()``."""
    return renewal_sources.register(source)


def told_term(properties: str) -> str:
    """SQL: the length that the column `term` of an imported row names; null where it names none."""
    cases = " ".join(
        f"WHEN lower({properties}->>'term') IN ({', '.join(repr(word) for word in words)}) THEN '{name}'"
        for name, words in _WORDS.items()
    )
    return f"CASE {cases} END"


def membership_terms_sql(moment: Moment) -> str:
    """Paid memberships; another level is a renewal too. A cancelled one without an end leaves with the term it is in.

    What a membership said before it was changed is not kept: a past run sees what is known now of those that were
    known then.
    """
    known = "" if moment.known_at is None else " AND m.recorded_at <= %(known_at)s"
    return f"""
    SELECT NULL::bigint AS account_id, m.customer_id, ''::text AS product, m.since AS starts_on,
           CASE WHEN {called_off("m")} THEN coalesce(m.ends_on, m.cancelled_on) ELSE m.ends_on END AS ends_on,
           m.amount::float8 AS amount, {told_term("m.properties")} AS told, {called_off("m")} AS stopped,
           false AS kept
    FROM customers_membership m JOIN customers_customer c ON c.id = m.customer_id
    WHERE {paid_term("m")} AND {WHO_COUNTS}{known}"""


register(RenewalSource("memberships", membership_terms_sql))
