"""What a run has seen of its customers' paid terms: whose have begun, changed or gone since the run before.

Terms are changed in place and taken back, so that no key tells what is news: a mark of each customer's terms does.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

from retention.common.whole_tables import reading_whole_tables
from retention.scoring.features.fees import paid_terms_sql
from retention.scoring.models import ScoreRun
from retention.scoring.moment import Moment

PAID_DIFFERENTLY = """
    SELECT customer AS customer_id, least(b.first_on, a.first_on) AS first_on
    FROM (SELECT * FROM scoring_paidterms WHERE run_id = %(run)s) b
    FULL JOIN (SELECT * FROM scoring_paidterms WHERE run_id = %(this)s) a USING (customer)
    WHERE b.mark IS DISTINCT FROM a.mark
    """
"""Whose paid terms `run` saw otherwise than `this` one, with the first day of any of them."""


def note_paid_terms(run: ScoreRun, moment: Moment) -> None:
    """Keep what `run` sees, before anything else of it is read."""
    with reading_whole_tables(enable_nestloop="off"), connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO scoring_paidterms (run_id, customer, mark, first_on)
            SELECT %(run)s, customer_id, hashtextextended(string_agg(term, ';' ORDER BY term), 0), min(starts_on)
            FROM (
                SELECT t.customer_id, t.starts_on, ROW(t.starts_on, t.ends_on, t.amount, t.told)::text AS term
                FROM ({paid_terms_sql(moment)}) t
            ) AS terms GROUP BY customer_id""",
            {**moment.params, "run": run.pk},
        )


def paid_differently_since(run: ScoreRun, *, before: int) -> date | None:
    """The first day of all terms of those who pay otherwise than the run `before` saw; None where nobody does."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(first_on) FROM ({PAID_DIFFERENTLY}) AS found", {"this": run.pk, "run": before})
        found: date | None = cursor.fetchone()[0]
    return found


def hand_on_paid_terms(run: ScoreRun, base: ScoreRun) -> None:
    """What the refresh `run` saw is what `base`, which it moves on, has seen; what both saw alike stays as it is."""
    params = {"this": run.pk, "run": base.pk}
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM scoring_paidterms b WHERE b.run_id = %(run)s AND NOT EXISTS (
                SELECT FROM scoring_paidterms a
                WHERE a.run_id = %(this)s AND a.customer = b.customer AND a.mark = b.mark
            )""",
            params,
        )
        cursor.execute(
            """DELETE FROM scoring_paidterms a USING scoring_paidterms b
            WHERE a.run_id = %(this)s AND b.run_id = %(run)s AND a.customer = b.customer""",
            params,
        )
        cursor.execute("UPDATE scoring_paidterms SET run_id = %(run)s WHERE run_id = %(this)s", params)


def forget_paid_terms(run: ScoreRun) -> None:
    """Drop what `run` saw: it is in force no longer, or never came into force."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM scoring_paidterms WHERE run_id = %s", [run.pk])
