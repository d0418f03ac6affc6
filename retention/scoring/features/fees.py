"""What customers pay for terms, paid memberships and their own contracts: each term's amount, spread over its days."""

from __future__ import annotations

from retention.scoring.features.renewal_terms import COLUMNS, renewal_sources
from retention.scoring.moment import Moment
from retention.scoring.science.renewal_terms import TERM_LENGTHS

_LENGTHS = ", ".join(f"('{term.name}', {term.months}, {term.days}, {term.shortest})" for term in TERM_LENGTHS)


def paid_terms_sql(moment: Moment) -> str:
    """The rows of all sources of renewals that cost a customer something."""
    rows = " UNION ALL ".join(
        f"SELECT {', '.join(COLUMNS)} FROM ({source.sql(moment)}) s" for source in renewal_sources
    )
    return f"SELECT * FROM ({rows}) r WHERE r.customer_id IS NOT NULL AND r.amount > 0"


def fees_sql(moment: Moment, who: str = "true") -> str:
    """One row per term that began by the day: `customer_id`, `first_on` and `last_on` (both included), `amount`.

    A row without an end has nothing to spread over; one that names the length of its terms is cut into them, the last
    one whole, since who leaves within a term has paid it. `who` is a condition on the rows `t`.
    """
    return f"""
    SELECT t.customer_id, p.first_on, p.last_on, t.amount
    FROM ({paid_terms_sql(moment)}) t LEFT JOIN (VALUES {_LENGTHS}) l (name, months, days, shortest) ON l.name = t.told
    CROSS JOIN LATERAL (SELECT least(coalesce(t.ends_on, %(as_of)s), %(as_of)s) AS day) u
    CROSS JOIN LATERAL (
        SELECT t.starts_on AS first_on, t.ends_on AS last_on WHERE t.told IS NULL AND t.ends_on IS NOT NULL
        UNION ALL
        SELECT {_after("n")}, {_after("n + 1")} - 1
        FROM generate_series(0, (u.day - t.starts_on) / l.shortest) n
    ) p
    WHERE p.first_on <= u.day AND {who}
    """


def monthly_fees_sql(moment: Moment) -> str:
    """What each customer paid for the days of each month up to the day, in cents exactly, from the month of `since` (a
    parameter) on: `customer_id`, `month`, `net`."""
    return f"""
    SELECT f.customer_id, m.month::date AS month,
           round(sum(f.amount * (least(f.last_on, %(as_of)s, (m.month + interval '1 month')::date - 1)
                                 - greatest(f.first_on, m.month::date) + 1)
                     / (f.last_on - f.first_on + 1))::numeric, 2) AS net
    FROM ({fees_sql(moment)}) f
    CROSS JOIN LATERAL generate_series(date_trunc('month', greatest(f.first_on, %(since)s)::timestamp),
                                       least(f.last_on, %(as_of)s)::timestamp, interval '1 month') AS m (month)
    GROUP BY 1, 2
    """


def fees_between_sql(moment: Moment, after: str) -> str:
    """What each customer paid for the days from the one after `after` (the SQL of a day) up to the moment's, in cents
    exactly: `customer_id`, `net`."""
    return f"""
    SELECT f.customer_id,
           round(sum(f.amount * (least(f.last_on, %(as_of)s) - greatest(f.first_on - 1, {after}))
                     / (f.last_on - f.first_on + 1))::numeric, 2) AS net
    FROM ({fees_sql(moment, f"(t.ends_on IS NULL OR t.ends_on > {after})")}) f
    WHERE f.last_on > {after}
    GROUP BY 1
    """


def _after(terms: str) -> str:
    """The first day of the term so many terms after the first one."""
    return f"""(CASE l.months WHEN 0 THEN t.starts_on + l.days * ({terms})
                ELSE (t.starts_on + make_interval(months => l.months * ({terms})))::date END)"""
