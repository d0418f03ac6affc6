"""The statements of planning: who of a campaign's audience is fit, for which steps, and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from campaigns.enums import BandBy
from campaigns.models import CampaignVersion
from campaigns.selectors.at_send import address_sql, suppressed_sql
from retention.customers.selectors.consent import consent_sql
from retention.segments.rules.compile import Moment, compile_rule
from retention.segments.rules.parse import parse_rule

_SINCE = "((SELECT r.as_of FROM scoring_scorerun r WHERE r.is_current) - z.as_of)"
"""Days that a refresh left a customer's scores as they were: silence has gone on."""
MEASURES = {
    BandBy.LOGIN_GAP: f"(z.visit_silence + {_SINCE})",
    BandBy.RHYTHM: f"(z.r + {_SINCE} / z.threshold_days)",
}
_JUDGED = """
audience AS MATERIALIZED ({audience}),
pairs AS MATERIALIZED (
    SELECT a.customer_id, c.public_id, {measure}::float8 AS measure, s.id AS step_id, s.channel, s.delay_minutes,
           array_remove(ARRAY[
               CASE WHEN {address} = '' THEN 'no_address' END,
               CASE WHEN {suppressed} THEN 'suppressed' END,
               CASE WHEN NOT {consented} THEN 'no_consent' END,
               CASE WHEN {marketing} AND p.personalised IS FALSE THEN 'refused_all' END,
               CASE WHEN {marketing} AND jsonb_array_length(p.content_types) > 0
                         AND NOT p.content_types @> to_jsonb(s.content::text) THEN 'content_off' END,
               CASE WHEN {marketing} AND jsonb_array_length(p.channels) > 0
                         AND NOT p.channels @> to_jsonb(s.channel::text) THEN 'channel_off' END
           ], NULL)::varchar[] AS reasons
    FROM audience a
    JOIN customers_customer c ON c.id = a.customer_id
    LEFT JOIN customers_preference p ON p.customer_id = c.id
    LEFT JOIN scoring_customerscore z
        ON z.customer_id = c.id AND z.run_id = (SELECT r.id FROM scoring_scorerun r WHERE r.is_current)
    JOIN campaigns_step s ON s.version_id = %(version)s
        AND (s.band_from IS NULL OR {measure} >= s.band_from) AND (s.band_below IS NULL OR {measure} < s.band_below)
),
persons AS MATERIALIZED (
    SELECT a.customer_id, j.public_id, j.measure, e.id IS NULL AND coalesce(j.fit, false) AS fit,
           CASE WHEN e.id IS NOT NULL THEN ARRAY['enrolled']
                WHEN j.customer_id IS NULL THEN ARRAY['no_band']
                WHEN NOT j.fit THEN (SELECT array_agg(DISTINCT w.reason ORDER BY w.reason)
                                     FROM pairs q, unnest(q.reasons) AS w (reason)
                                     WHERE q.customer_id = a.customer_id)
                END::varchar[] AS reasons
    FROM audience a
    LEFT JOIN (SELECT q.customer_id, q.public_id, min(q.measure) AS measure, bool_or(q.reasons = '{{}}') AS fit
               FROM pairs q GROUP BY q.customer_id, q.public_id) j ON j.customer_id = a.customer_id
    LEFT JOIN campaigns_enrollment e ON e.campaign_id = %(campaign)s AND e.customer_id = a.customer_id
)"""


@dataclass(frozen=True)
class Statement:
    """SQL with named parameters."""

    sql: str
    params: Mapping[str, Any]


def judged_sql(
    version: CampaignVersion, *, as_of: date, after: int | None = None, most: int | None = None
) -> Statement:
    """CTEs `audience`, `pairs` (customer × step, with reasons against it) and `persons` (fit, or reasons why not).

    All of the audience, or the `most` after a customer's key. Raises RuleError for an empty rule.
    """
    rule = version.segment.rule if version.segment is not None else version.audience
    compiled = compile_rule(parse_rule(rule), Moment.of(as_of))
    part = "" if after is None else " AND c.id > %(after)s ORDER BY c.id LIMIT %(most)s"
    suppressed, prefixes = suppressed_sql("s.channel")
    names = {f"prefix_{place}": prefix for place, prefix in enumerate(prefixes)}
    for name in names:
        suppressed = suppressed.replace("%s", f"%({name})s", 1)
    purpose = version.campaign.purpose
    latest = consent_sql("c.id", "s.channel", "%(purpose)s")
    consented = {"marketing": f"coalesce({latest}, false)", "service": "true"}.get(
        purpose, f"coalesce({latest}, true)"
    )
    sql = _JUDGED.format(
        audience=compiled.select("c.id AS customer_id") + part,
        measure=MEASURES[BandBy(version.band_by)],
        address=address_sql("s.channel"),
        suppressed=suppressed,
        consented=consented,
        marketing="true" if purpose == "marketing" else "false",
    )
    own = {"version": version.pk, "campaign": version.campaign_id, "purpose": purpose, "after": after, "most": most}
    return Statement(sql, {**compiled.params, **names, **own})


COUNTED = """
SELECT coalesce(p.reasons[1], '') AS reason, count(*) FROM persons p GROUP BY 1
"""
BY_STEP = """
SELECT q.step_id, count(*) FROM pairs q JOIN persons p ON p.customer_id = q.customer_id AND p.fit
WHERE q.reasons = '{}' GROUP BY 1
"""
PLAN = """
, drawn AS MATERIALIZED ({drawn}), everywhere AS (
    INSERT INTO campaigns_exposure (experiment_id, customer_id, arm_id, exposed_at, recorded_at)
    SELECT %(everybody)s, customer_id, CASE WHEN arm_id IS NULL THEN %(global_holdout)s ELSE %(global_reached)s END,
           %(now)s, %(now)s
    FROM drawn ORDER BY customer_id ON CONFLICT (experiment_id, customer_id) DO NOTHING
), exposed AS (
    INSERT INTO campaigns_exposure (experiment_id, customer_id, arm_id, exposed_at, recorded_at)
    SELECT %(experiment)s, customer_id, arm_id, %(now)s, %(now)s
    FROM drawn WHERE arm_id IS NOT NULL ORDER BY customer_id ON CONFLICT (experiment_id, customer_id) DO NOTHING
), enrolled AS (
    INSERT INTO campaigns_enrollment (campaign_id, version_id, customer_id, arm_id, held_out, measure, enrolled_at)
    SELECT %(campaign)s, %(version)s, d.customer_id, d.arm_id, d.arm_id = %(holdout_arm)s, p.measure, %(now)s
    FROM drawn d JOIN persons p ON p.customer_id = d.customer_id
    WHERE d.arm_id IS NOT NULL ORDER BY d.customer_id
    RETURNING id, customer_id, held_out
), planned AS (
    INSERT INTO campaigns_message (public_id, enrollment_id, campaign_id, step_id, customer_id, channel, purpose, lane,
                                   state, worth, planned_at, due_at, not_after)
    SELECT {uuid7}, e.id, %(campaign)s, q.step_id, e.customer_id, q.channel, %(purpose)s, 'campaign', 'planned',
           %(worth)s, %(now)s, w.due_at, w.due_at + %(useful)s
    FROM enrolled e
    JOIN pairs q ON q.customer_id = e.customer_id AND q.reasons = '{{}}'
    CROSS JOIN LATERAL (
        SELECT %(begins)s::timestamptz + make_interval(mins => q.delay_minutes + {canary}) AS due_at) w
    WHERE NOT e.held_out
    ORDER BY e.customer_id
    RETURNING id
), decided AS (
    INSERT INTO campaigns_decision (campaign_id, customer_id, verdict, reasons, evidence, decided_at)
    SELECT %(campaign)s, p.customer_id,
           CASE WHEN p.fit AND d.arm_id IS NOT NULL AND d.arm_id <> %(holdout_arm)s THEN 'yes' ELSE 'no' END,
           CASE WHEN NOT p.fit THEN p.reasons
                WHEN d.arm_id IS NULL THEN ARRAY['global_holdout']::varchar[]
                WHEN d.arm_id = %(holdout_arm)s THEN ARRAY['held_out']::varchar[]
                ELSE ARRAY['in_audience']::varchar[] END,
           CASE WHEN p.measure IS NULL THEN '{{}}'::jsonb ELSE jsonb_build_object('measure', p.measure) END, %(now)s
    FROM persons p LEFT JOIN drawn d ON d.customer_id = p.customer_id
    WHERE p.reasons IS DISTINCT FROM ARRAY['enrolled']::varchar[]
    RETURNING 1
)
SELECT (SELECT count(*) FROM audience), (SELECT max(customer_id) FROM audience),
       (SELECT count(*) FROM enrolled WHERE NOT held_out), (SELECT count(*) FROM enrolled WHERE held_out),
       (SELECT count(*) FROM planned), (SELECT count(*) FROM decided)
"""
