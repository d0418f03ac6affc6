"""Health knows the contracts: seats and modules in force, and when the first of them ends.

A contract's columns `seats` and `modules` (a number, or a list of them) are what its file brought beside the terms.
"""

from __future__ import annotations

from retention.customers.selectors.state_sql import in_force
from retention.scoring.features.terms import TermSource, register
from retention.scoring.moment import Moment

_NUMBER = "CASE WHEN v.properties->>'{0}' ~ '^[0-9]{{1,7}}([.]0+)?$' THEN (v.properties->>'{0}')::float8 END"


def contracts_sql(moment: Moment) -> str:
    """The contracts in force on the day, their last one too, as they were known then."""
    return f"""
    SELECT k.account_id, sum({_NUMBER.format("seats")}) AS seats,
           sum(CASE WHEN jsonb_typeof(v.properties->'modules') = 'array'
                    THEN jsonb_array_length(v.properties->'modules')
                    ELSE {_NUMBER.format("modules")} END) AS modules,
           min(v.ends_on) AS renews_on
    FROM success_contractversion v JOIN success_contract k ON k.id = v.contract_id
    WHERE {in_force("v", known_at=moment.known_at)} AND k.account_id IS NOT NULL
      AND v.status IN ('active', 'ended') AND v.starts_on <= %(as_of)s
      AND (v.ends_on IS NULL OR v.ends_on >= %(as_of)s)
    GROUP BY k.account_id"""


register(TermSource("contracts", contracts_sql))
