"""Who would change pool if silence thresholds were learned in another way: asked before a policy is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from retention.common import formats
from retention.scoring.enums import Pool
from retention.scoring.models import ScoreRun
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules, rules_in_force
from retention.scoring.selectors.current import current_run
from retention.scoring.services.thresholds import learn
from tenants.context import current_tenant
from tenants.policies import JSONValue
from tenants.policy_previews import Effect, Preview, previews

LEARNING = frozenset(
    {
        "silence.window_days",
        "silence.quantile",
        "silence.minimum_gaps",
        "silence.minimum_customers",
        "silence.shortest_days",
        "silence.longest_days",
        "silence.preset_days",
        "silence.preset_baby_days",
        "silence.preset_baby_words",
        "silence.preset_electronics_days",
        "silence.preset_electronics_words",
    }
)
_MOVES = """
WITH learned AS (SELECT * FROM unnest(%(categories)s::bigint[], %(days)s::float8[]) AS l (category_id, days)),
stood AS (
    SELECT s.pool,
           CASE WHEN s.clock = 'visit' THEN s.visit_silence ELSE s.purchase_silence END
               + (%(as_of)s::date - s.as_of) AS silence,
           CASE WHEN s.clock = 'visit' THEN %(visits)s ELSE coalesce(l.days, %(tenant)s) END AS days
    FROM scoring_customerscore s LEFT JOIN learned l ON l.category_id = s.category_id
    WHERE s.run_id = %(run)s AND s.pool <> ''
)
SELECT pool,
       CASE WHEN silence >= %(lost)s * days THEN CASE WHEN pool = 'gone' THEN 'gone' ELSE 'lost' END
            WHEN silence >= %(hibernating)s * days THEN 'hibernating'
            WHEN silence >= %(at_risk)s * days THEN 'at_risk'
            ELSE 'active' END AS would_be,
       count(*)
FROM stood GROUP BY 1, 2 ORDER BY 1, 2
"""


def who_moves(name: str, value: JSONValue) -> Effect:
    """Customers of the run in force by the pool they are in and the one they would be in, with `name` at `value`."""
    run = current_run()
    if run is None:
        return Effect((_("No scoring run is done yet: who would move can’t be told before one is."),))
    rules = Rules({**rules_in_force().values, name: value})
    with connection.cursor() as cursor:
        cursor.execute(_MOVES, {"run": run.pk, "as_of": run.as_of, **_thresholds(run, rules), **_bounds(rules)})
        counted: list[tuple[str, str, int]] = cursor.fetchall()
    moves = [(old, new, count) for old, new, count in counted if old != new]
    moved, everybody = sum(count for *_pools, count in moves), sum(count for *_pools, count in counted)
    sentence = ngettext(
        "As of %(day)s, %(moved)s of %(all)s customers would change pool.",
        "As of %(day)s, %(moved)s of %(all)s customers would change pool.",
        moved,
    ) % {"day": formats.day(run.as_of), "moved": formats.number(moved), "all": formats.number(everybody)}
    rows = tuple((_label(old), _label(new), formats.number(count)) for old, new, count in moves)
    return Effect((sentence,), (_("Pool now"), _("Pool then"), _("Customers")), rows)


def _thresholds(run: ScoreRun, rules: Rules) -> dict[str, Any]:
    """Thresholds learned anew as of the run's day."""
    learned = learn(Moment(run.as_of, current_tenant().timezone, run.known_at), rules)
    return {
        "categories": learned.category_ids,
        "days": [one.days for one in learned.categories],
        "visits": learned.visits.days,
        "tenant": learned.tenant.days,
    }


def _bounds(rules: Rules) -> Mapping[str, float]:
    pools = rules.pools
    return {"at_risk": pools.at_risk, "hibernating": pools.hibernating, "lost": pools.lost}


def _label(pool: str) -> str:
    return str(Pool(pool).label)


previews.register(Preview("thresholds", LEARNING, who_moves))
