"""Whom a run has to look at again: who has other facts than the run before saw, and whose day has come."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from retention.common.copying import ColumnKind, read_columns
from retention.customers.selectors.state_sql import IdRange
from retention.scoring.frames.frame import Array
from retention.scoring.moment import EPOCH, Moment
from retention.scoring.rules import Rules
from retention.scoring.services.seen import open_params, open_sql

OVERLAP = timedelta(hours=1)
"""A change of a profile is stamped before it is committed: so far back it is looked for again."""

FACTS = f"""
    SELECT o.customer_id FROM {open_sql("order", "o")}
    UNION
    SELECT e.customer_id FROM {open_sql("event", "e")}
    UNION
    SELECT o.customer_id FROM customers_order o WHERE o.ordered_on > %(day_before)s AND o.ordered_on <= %(as_of)s
    UNION
    SELECT e.customer_id FROM customers_event e WHERE e.occurred_on > %(day_before)s AND e.occurred_on <= %(as_of)s
    UNION
    SELECT o.customer_id FROM {open_sql("order", "n")}
    JOIN customers_order o ON o.external_id = n.external_id AND o.version < n.version
    WHERE n.version > 1
    UNION
    SELECT o.customer_id FROM {open_sql("event", "n")}
    JOIN customers_event o ON o.event_id = n.event_id AND o.version < n.version AND o.superseded_at IS NOT NULL
    WHERE n.version > 1
    UNION
    SELECT c.merged_into_id FROM customers_customer c
    JOIN scoring_customerscore s ON s.customer_id = c.id AND s.run_id = %(run)s
    WHERE c.merged_into_id IS NOT NULL
    """
"""Who has other facts as of the day than the run before saw.

Every new version of a fact has a key that was not there. It may be of another customer than the version before, who
lost it. Facts that were known but dated ahead hold now. Who was made one with a customer scored then has got that
one's facts, whose keys stay as they were.
"""

CIRCUMSTANCES = f"""
    SELECT c.id FROM customers_customer c WHERE c.updated_at > %(changed_since)s
    UNION
    SELECT c.id FROM customers_customer c
    JOIN scoring_customerscore s ON s.customer_id = c.id AND s.run_id = %(run)s
    WHERE c.merged_into_id IS NOT NULL
    UNION
    SELECT k.customer_id FROM {open_sql("consent", "k")}
    UNION
    SELECT e.customer_id FROM customers_event e
    WHERE e.name IN ('message_clicked', 'message_answered')
      AND e.occurred_on > %(day_before)s - %(gone_after_days)s - 1
      AND e.occurred_on <= %(as_of)s - %(gone_after_days)s + 1
    UNION
    SELECT t.customer_id FROM customers_touch t
    WHERE t.occurred_at >= %(ended_before)s OR t.recorded_at >= %(changed_since)s
       OR (t.occurred_at >= %(ended_before)s - make_interval(days => %(gone_after_days)s + 1)
           AND t.occurred_at < %(ends_at)s - make_interval(days => %(gone_after_days)s - 1))
    """
"""Who else may stand otherwise: profiles, consents, and contacts and answers that came or grew too old to count."""


def touched(shard: IdRange, moment: Moment, *, run: int, day_before: int, seen: dict[str, Any]) -> Array:
    """Customers of the shard with other facts than `run` saw, as of the day number `day_before`."""
    read = read_columns(
        f"SELECT customer_id FROM ({FACTS}) AS news WHERE customer_id >= %(low)s AND customer_id < %(high)s",
        {**_facts_params(moment, run, day_before, seen), "low": shard.low, "high": shard.high},
        {"customer_id": ColumnKind.WHOLE},
    )
    return read["customer_id"]


def news_params(moment: Moment, rules: Rules, *, run: int, day_before: int, seen: dict[str, Any]) -> dict[str, Any]:
    """What FACTS and CIRCUMSTANCES refer to."""
    before = Moment(_day(day_before), moment.zone)
    return {
        **_facts_params(moment, run, day_before, seen),
        "changed_since": datetime.fromisoformat(seen["at"]) - OVERLAP,
        "ended_before": before.ends_at,
        "gone_after_days": rules.whole("pools.gone_after_days"),
    }


def _facts_params(moment: Moment, run: int, day_before: int, seen: dict[str, Any]) -> dict[str, Any]:
    return {**moment.params, **open_params(seen), "run": run, "day_before": _day(day_before)}


def _day(number: int) -> date:
    return EPOCH + timedelta(days=number)
