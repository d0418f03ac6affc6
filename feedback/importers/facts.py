"""What was said comes back to scoring as events, written as a set for the rows that an import has just changed."""

from __future__ import annotations

from retention.customers.importers.stage import Stage
from retention.customers.selectors.state_sql import IdList
from retention.customers.services.facts.events import insert_new_events, replace_changed_events
from retention.customers.services.state import refresh_states

MADE = "import_made_events"


def write_facts(stage: Stage, facts: str) -> None:
    """Write the events of the query `facts`: event_id, customer_id, account_id, name, occurred_at, properties,
    withdrawn. Those of nobody are left out; those withdrawn that never were are too."""
    stage.execute(
        f"""
        CREATE TEMPORARY TABLE {MADE} ON COMMIT DROP AS
        SELECT f.*, decode(md5(concat_ws('|', f.customer_id, f.account_id, f.name, f.occurred_at, f.properties)),
                           'hex') AS digest
        FROM ({facts}) f WHERE f.customer_id IS NOT NULL OR f.account_id IS NOT NULL
        """
    )
    stage.execute(
        f"DELETE FROM {MADE} m WHERE m.withdrawn AND NOT EXISTS (SELECT FROM customers_event e"
        " WHERE e.event_id = m.event_id AND e.superseded_at IS NULL)"
    )
    stage.execute(f"ANALYZE {MADE}")
    params = {**stage.params, "source": "stay"}
    _changed, displaced = replace_changed_events(MADE, params)
    insert_new_events(MADE, params)
    named = [row[0] for row in stage.rows(f"SELECT DISTINCT customer_id FROM {MADE} WHERE customer_id IS NOT NULL")]
    if touched := sorted({*named, *displaced}):
        refresh_states(IdList(touched))
    stage.execute(f"DROP TABLE {MADE}")
