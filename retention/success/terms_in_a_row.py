"""Contracts run in terms: the next contract of the same owner and product is a renewal, and so is a later last day.

A contract whose last day was moved is two terms when that was written down in the second half of the first one: before
that it is a correction. What a person decided about an end counts before the next contract is there.
"""

from __future__ import annotations

from retention.customers.selectors.state_sql import WHO_COUNTS, in_force
from retention.scoring.features.renewal_terms import RenewalSource, register, told_term
from retention.scoring.moment import Moment


def contract_terms_sql(moment: Moment) -> str:
    """The terms of contracts, as they were known then; drafts bind nobody."""
    known = "" if moment.known_at is None else " AND r.decided_at <= %(known_at)s"
    earlier = "" if moment.known_at is None else " AND e.recorded_at <= %(known_at)s"
    return f"""
    WITH now AS (
        SELECT v.*, k.account_id, k.customer_id, {told_term("v.properties")} AS told
        FROM success_contractversion v JOIN success_contract k ON k.id = v.contract_id
        LEFT JOIN customers_customer c ON c.id = k.customer_id
        WHERE {in_force("v", known_at=moment.known_at)} AND v.status <> 'draft'
          AND (k.customer_id IS NULL OR {WHO_COUNTS})
    ), ends AS (
        SELECT n.contract_id, e.ends_on FROM now n JOIN success_contractversion e ON e.contract_id = n.contract_id
        WHERE n.told IS NULL AND e.number < n.number AND e.ends_on < n.ends_on - 5 AND e.starts_on = n.starts_on
          AND e.status IN ('active', 'ended') AND NOT e.withdrawn{earlier}
          AND (e.superseded_at AT TIME ZONE 'UTC')::date > e.starts_on + (e.ends_on - e.starts_on) / 2
        UNION SELECT n.contract_id, n.ends_on FROM now n
    ), pieces AS (
        SELECT n.*, p.ends_on AS until, lag(p.ends_on) OVER w AS before, lead(p.ends_on) OVER w AS next
        FROM now n JOIN ends p USING (contract_id) WINDOW w AS (PARTITION BY n.contract_id ORDER BY p.ends_on)
    )
    SELECT v.account_id, v.customer_id, v.product, coalesce(v.before + 1, v.starts_on) AS starts_on,
           v.until AS ends_on, v.amount::float8 AS amount, v.told,
           v.next IS NULL AND (v.status = 'cancelled' OR coalesce(r.status = 'lost', false)) AS stopped,
           v.next IS NULL AND coalesce(r.status IN ('renewed', 'contracted'), false) AS kept
    FROM pieces v
    LEFT JOIN success_renewal r ON r.contract_id = v.contract_id AND r.ends_on = v.until AND NOT r.withdrawn
         AND r.decided_at < %(ends_at)s{known}"""


register(RenewalSource("contracts", contract_terms_sql))
