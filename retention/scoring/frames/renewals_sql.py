"""The SQL that strings terms together to histories of renewals; see `frames.renewals`."""

from __future__ import annotations

from retention.scoring.features.renewal_terms import COLUMNS, renewal_sources
from retention.scoring.moment import Moment
from retention.scoring.science.renewal_terms import TERM_LENGTHS


def histories_sql(moment: Moment, grace_days: int, who: str = "") -> str:
    """CTEs that end in `histories`; `placed` holds the terms, with a null `term` where the length is not usual.

    `who` is a WHERE clause on the terms `t`.
    """
    return _SQL.format(
        terms=" UNION ALL ".join(
            f"SELECT '{source.name}' AS source, {', '.join(COLUMNS)} FROM ({source.sql(moment)}) s"
            for source in renewal_sources
        ),
        who=who,
        lengths=", ".join(
            f"({place}, {term.months}, {term.days}, {term.grace(grace_days)})"
            for place, term in enumerate(TERM_LENGTHS)
        ),
        by_name=" ".join(f"WHEN '{term.name}' THEN {place}" for place, term in enumerate(TERM_LENGTHS)),
        by_days=" ".join(
            f"WHEN ends_on - starts_on + 1 BETWEEN {term.shortest} AND {term.longest} THEN {place}"
            for place, term in enumerate(TERM_LENGTHS)
        ),
        done_at_horizon=_whole_terms("l.horizon + 1"),
        done_at_end=_whole_terms("c.ends_on + 1"),
        done_now=_whole_terms("least(coalesce(c.ends_on, %(as_of)s), %(as_of)s) + 1"),
        end_of_done=_later("started_on", "done_at_end"),
        end_of_next=_later("started_on", "done_at_end + 1"),
        next_at_horizon=_later("started_on", "done_at_horizon + 1"),
        end_of_kept=_later("ends_on", "1"),
        end_now=_later("started_on", "renewals + 1"),
    )


def _whole_terms(until: str) -> str:
    """How many whole terms lie between the first day of the history and the day `until`; none where it is before."""
    age = f"age(({until})::timestamp, c.started_on::timestamp)"
    return f"""greatest(CASE l.months WHEN 0 THEN (({until}) - c.started_on) / l.days
        ELSE (extract(year FROM {age}) * 12 + extract(month FROM {age}))::int / l.months END, 0)"""


def _later(day: str, terms: str) -> str:
    """The day so many terms after `day`."""
    return f"""CASE months WHEN 0 THEN {day} + days * ({terms})::int
        ELSE ({day} + make_interval(months => (months * ({terms}))::int))::date END"""


_SQL = """
WITH lengths AS (
    SELECT v.*, %(as_of)s::date - v.grace - 1 AS horizon FROM (VALUES {lengths}) v (place, months, days, grace)
), terms AS (
    SELECT t.* FROM ({terms}) t {who}
), sized AS (
    SELECT t.*, CASE WHEN told IS NOT NULL THEN CASE told {by_name} END ELSE CASE {by_days} END END AS own
    FROM terms t WHERE starts_on <= %(as_of)s
), placed AS (
    -- A term that was broken off is as long as the one before it would have been.
    SELECT s.*, CASE WHEN own IS NULL AND stopped THEN lag(own) OVER line ELSE own END AS term
    FROM sized s WINDOW line AS (PARTITION BY source, account_id, customer_id, product ORDER BY starts_on, ends_on)
), begun AS (
    SELECT p.*, l.grace, l.horizon,
           NOT coalesce(lag(p.term) OVER line = p.term
                        AND p.starts_on BETWEEN lag(p.ends_on) OVER line + 1 - l.grace
                                            AND lag(p.ends_on) OVER line + 1 + l.grace, false) AS begins
    FROM placed p LEFT JOIN lengths l ON l.place = p.term
    WINDOW line AS (PARTITION BY source, account_id, customer_id, product ORDER BY starts_on, ends_on)
), strung AS (
    SELECT b.*, sum(begins::int) OVER line AS history,
           coalesce(lead(begins) OVER line AND lead(starts_on) OVER line BETWEEN ends_on + 1 - grace
                                                                             AND ends_on + 1 + grace, false) AS goes_on
    FROM begun b WINDOW line AS (PARTITION BY source, account_id, customer_id, product ORDER BY starts_on, ends_on)
), chains AS (
    SELECT source, account_id, customer_id, product, term, min(starts_on) AS started_on,
           bool_or(told IS NOT NULL) AS spans, count(*) AS terms, count(*) FILTER (WHERE ends_on <= horizon) AS ended,
           CASE WHEN bool_and(ends_on IS NOT NULL) THEN max(ends_on) END AS ends_on,
           min(ends_on) FILTER (WHERE ends_on > horizon) AS next_end, bool_or(goes_on) AS goes_on,
           (array_agg(stopped ORDER BY starts_on DESC))[1] AS stopped,
           (array_agg(kept ORDER BY starts_on DESC))[1] AS kept,
           (array_agg(amount ORDER BY starts_on DESC))[1] AS amount
    FROM strung WHERE term IS NOT NULL GROUP BY source, account_id, customer_id, product, term, history
), measured AS (
    SELECT c.*, l.months, l.days, l.grace, l.horizon,
           hashtextextended(concat_ws('/', c.source, c.account_id, c.customer_id, c.term, c.started_on, c.product), 0)
               AS line,
           {done_at_horizon} AS done_at_horizon, {done_at_end} AS done_at_end, {done_now} AS done_now
    FROM chains c JOIN lengths l ON l.place = c.term
), ended AS (
    SELECT m.*, coalesce(({end_of_done}) = ends_on + 1, false) AS in_full,
           spans AND NOT kept AND coalesce(ends_on > %(as_of)s, false) AS agreed  -- up to a day to come
    FROM measured m
), counted AS (
    SELECT e.*,
           CASE WHEN NOT spans THEN CASE WHEN ended < terms THEN ended WHEN kept THEN terms ELSE terms - 1 END
                WHEN ends_on IS NULL OR ends_on > horizon THEN done_at_horizon
                WHEN in_full AND NOT kept THEN greatest(done_at_end - 1, 0) ELSE done_at_end END AS renewed,
           NOT kept AND NOT goes_on AND coalesce(CASE WHEN NOT spans THEN ended = terms
                ELSE ends_on <= horizon AND (in_full OR ({end_of_next}) - 1 <= horizon) END, false) AS has_left,
           NOT goes_on AND (kept OR ends_on IS NULL OR ends_on > %(as_of)s
                            OR ends_on >= %(as_of)s - grace AND (in_full OR NOT spans)) AS running,
           CASE WHEN NOT spans THEN terms - 1 + kept::int
                WHEN agreed THEN greatest(done_at_end - in_full::int, done_now)
                WHEN ends_on <= %(as_of)s AND in_full AND NOT kept THEN greatest(done_at_end - 1, 0)
                ELSE done_now END AS renewals
    FROM ended e
), histories AS (
    SELECT account_id, customer_id, line, term, renewed, has_left, running, stopped, renewals, amount,
           CASE WHEN spans THEN ({next_at_horizon}) - 1 ELSE next_end END AS next_end,
           CASE WHEN spans AND NOT agreed THEN ({end_now}) - 1 WHEN kept THEN ({end_of_kept})
                ELSE ends_on END AS ends_on
    FROM counted
)
"""
