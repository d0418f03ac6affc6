"""Whose rows are read: a range of customers, or some of them by name. One way to say it in SQL."""

from __future__ import annotations

from typing import Any

from retention.customers.selectors.state_sql import IdList, IdRange
from retention.scoring.moment import whose

Chosen = IdRange | IdList
"""A shard of a full run, or of a refresh: ids ascending."""


def whose_sql(alias: str, customers: Chosen) -> str:
    """The condition that a row of `alias` belongs to `customers`; its parameters are `whose_params`."""
    return whose(alias, named=isinstance(customers, IdList))


def whose_params(customers: Chosen) -> dict[str, Any]:
    """`low` and `high` always, so that what knows ranges alone reads too much rather than the wrong rows."""
    if isinstance(customers, IdRange):
        return {"low": customers.low, "high": customers.high}
    ids = customers.ids
    named = f"{{{','.join(map(str, ids))}}}"  # as one text: the adapter would write each key by itself, for each query
    return {"ids": named, "low": ids[0] if ids else 0, "high": ids[-1] + 1 if ids else 0}
