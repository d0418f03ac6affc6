"""A refresh: restate whom the day touched on the plan of the run in force, and move that run on to the new day.

Its scores are written under its own key, which nobody reads, and take the place of the older ones in one transaction.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import datetime

from django.db import connection

from retention.common.copying import ColumnKind, read_columns
from retention.customers.models import Customer
from retention.customers.selectors.state_sql import IdList, IdRange
from retention.customers.services.state import LOOKED_UP
from retention.scoring.enums import FullReason, RunStatus
from retention.scoring.frames.frame import Array
from retention.scoring.models import ScoreRun, ScoreShard
from retention.scoring.moment import Moment, day_number
from retention.scoring.rules import Rules
from retention.scoring.services.card_assignment import fix_customers
from retention.scoring.services.choosing import reason_for_full
from retention.scoring.services.moves import Previous
from retention.scoring.services.news import CIRCUMSTANCES, FACTS, OVERLAP, news_params
from retention.scoring.services.paid_terms import PAID_DIFFERENTLY, hand_on_paid_terms
from retention.scoring.services.seen import Seen
from retention.scoring.services.summary import counted

OWN = ("began", "prepared", "seconds", "why", "restated")
"""What a refresh's summary says of itself alone."""


def prepare_refresh(run: ScoreRun, moment: Moment, rules: Rules, seen: Seen) -> FullReason | None:
    """Plan `run` on the run in force and set it running; or say why it has to be a full one, and do nothing."""
    began = time.time()
    base = ScoreRun.objects.filter(is_current=True).first()
    reason = reason_for_full(run, base, moment, rules, seen)
    if reason is not None or base is None:
        return reason
    restated = _choose(run, base, moment, rules)
    if restated > base.customers * rules.number("runs.refresh_share"):
        _forget(run)
        return FullReason.MANY
    fix_customers(run, rules, moment)
    ranges = _ranges(run, min(rules.whole("runs.shard_customers"), LOOKED_UP))
    ScoreShard.objects.bulk_create(
        ScoreShard(run=run, number=place, low=shard.low, high=shard.high) for place, shard in enumerate(ranges)
    )
    run.plan = {**base.plan, "advances": True, "previous": asdict(Previous.of(base))}
    run.summary = {"began": began, "prepared": time.time(), "restated": restated}
    run.customers, run.shards, run.status = base.customers, len(ranges), RunStatus.RUNNING
    run.seen, run.base, run.scored_on = seen, base, base.scored_on
    run.save(update_fields=["plan", "summary", "customers", "shards", "status", "seen", "base", "scored_on"])
    return None


def restated_in(run: ScoreRun, shard: IdRange) -> tuple[IdList, Array]:
    """The customers of the shard that `run` restates, ascending, and those of them of whom there is news."""
    read = read_columns(
        """SELECT customer, news FROM scoring_restated WHERE run_id = %(run)s
        AND customer >= %(low)s AND customer < %(high)s ORDER BY customer""",
        {"run": run.pk, "low": shard.low, "high": shard.high},
        {"customer": ColumnKind.WHOLE, "news": ColumnKind.FLAG},
    )
    return IdList(read["customer"].tolist()), read["customer"][read["news"]]


def move_on(run: ScoreRun, base: ScoreRun, *, now: datetime) -> None:
    """Put what `run` restated in place of what `base` said, and make `base` the run of the new day."""
    erased = _some_were_erased(base)
    left = _execute(
        """DELETE FROM scoring_customerscore s USING scoring_restated r
        WHERE r.run_id = %(run)s AND s.run_id = %(base)s AND s.customer_id = r.customer""",
        run,
        base,
    )
    came = _execute("UPDATE scoring_customerscore SET run_id = %(base)s WHERE run_id = %(run)s", run, base)
    _execute("DELETE FROM scoring_accountscore WHERE run_id = %(base)s", run, base)
    _execute("UPDATE scoring_accountscore SET run_id = %(base)s WHERE run_id = %(run)s", run, base)
    _forget(run)
    hand_on_paid_terms(run, base)
    run.customers = base.customers + came - left
    if erased or run.customers != sum(run.summary["pools"].values()):
        run.summary |= counted(base.pk)
        run.customers = sum(run.summary["pools"].values())
    base.as_of, base.customers, base.started_at, base.finished_at = run.as_of, run.customers, run.started_at, now
    base.fingerprint, base.seen = run.fingerprint, run.seen
    base.summary = {**base.summary, **{name: part for name, part in run.summary.items() if name not in OWN}}
    base.scheduled = False  # the schedule asked for another day; the refresh is what it asked for of this one
    base.save(
        update_fields=[
            "as_of", "customers", "started_at", "finished_at", "fingerprint", "seen", "summary", "scheduled",
        ]
    )  # fmt: skip


def _choose(run: ScoreRun, base: ScoreRun, moment: Moment, rules: Rules) -> int:
    """Write down whom `run` restates; returns how many."""
    params = news_params(moment, rules, run=base.pk, day_before=day_number(base.as_of), seen=base.seen)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO scoring_restated (run_id, customer, news)
            SELECT %(this)s, customer_id, bool_or(news) FROM (
                SELECT customer_id, true AS news FROM ({FACTS} UNION {CIRCUMSTANCES}) AS told
                WHERE customer_id IS NOT NULL
                UNION ALL
                SELECT customer_id, true FROM ({PAID_DIFFERENTLY}) AS paying
                UNION ALL
                SELECT s.customer_id, false FROM scoring_customerscore s
                WHERE s.run_id = %(run)s AND s.due_on <= %(as_of)s
            ) AS chosen GROUP BY customer_id""",
            {**params, "this": run.pk},
        )
        return cursor.rowcount


def _ranges(run: ScoreRun, size: int) -> list[IdRange]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT min(customer), max(customer) + 1 FROM (
                SELECT customer, (row_number() OVER (ORDER BY customer) - 1) / %(size)s AS piece
                FROM scoring_restated WHERE run_id = %(run)s
            ) AS pieces GROUP BY piece ORDER BY piece""",
            {"run": run.pk, "size": size},
        )
        return [IdRange(low, high) for low, high in cursor.fetchall()]


def _some_were_erased(base: ScoreRun) -> bool:
    """Whether anybody was erased since `base` looked: their scores went too, and nothing was left to take off the
    sums."""
    since = datetime.fromisoformat(base.seen["at"]) - OVERLAP
    return Customer.objects.filter(erased_at__gt=since).exists()


def _forget(run: ScoreRun) -> None:
    _execute("DELETE FROM scoring_restated WHERE run_id = %(run)s", run, run)


def _execute(sql: str, run: ScoreRun, base: ScoreRun) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"run": run.pk, "base": base.pk})
        return cursor.rowcount
