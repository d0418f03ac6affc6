"""Contracts end like paid memberships: a customer's own, and those of the accounts that customer acts for."""

from __future__ import annotations

from retention.segments.fields.ends import End, register

_RUNS = """NOT k.withdrawn AND k.status IN ('active', 'ended') AND k.starts_on <= %(as_of)s::date
      AND k.ends_on >= %(as_of)s::date
      AND NOT EXISTS (SELECT FROM success_renewal r WHERE r.contract_id = k.id AND r.ends_on = k.ends_on
                      AND r.status IN ('renewed', 'contracted'))
      AND NOT EXISTS (
          SELECT FROM success_contract n
          WHERE (n.account_id = k.account_id OR n.customer_id = k.customer_id) AND n.product = k.product
            AND NOT n.withdrawn AND n.status IN ('active', 'ended') AND n.starts_on > k.starts_on
            AND (n.ends_on IS NULL OR n.ends_on > k.ends_on))"""
register(
    End(
        "contracts",
        f"""
    SELECT k.customer_id, k.ends_on, k.auto_renew IS FALSE AS switched_off FROM success_contract k
    WHERE k.customer_id IS NOT NULL AND {_RUNS}
    UNION ALL
    SELECT ct.customer_id, k.ends_on, k.auto_renew IS FALSE FROM success_contract k
    JOIN customers_contact ct ON ct.account_id = k.account_id AND NOT ct.withdrawn
         AND (ct.ended_on IS NULL OR ct.ended_on > %(as_of)s::date)
    WHERE {_RUNS}""",
    )
)
