"""What is known of accounts: SQL that gives `account_id` and columns as of a moment.

An event belongs to its account, or, where it names only a customer, to the accounts that customer acts for.
"""

from __future__ import annotations

from retention.common.copying import ColumnKind
from retention.scoring.features.service import SCORE, SEVERE
from retention.scoring.features.terms import term_sources
from retention.scoring.moment import Moment

WHOLE, REAL, DAY = ColumnKind.WHOLE, ColumnKind.REAL, ColumnKind.DAY
KEY = {"account_id": WHOLE}
TWO_WAY = "('meeting_held', 'call_answered', 'message_answered')"
PEOPLE = "EXISTS (SELECT 1 FROM customers_customer p WHERE p.id = {row}.customer_id AND p.kind = 'person')"
"""Not our own staff, nor test or robot profiles."""
CONTACTS = f"NOT k.withdrawn AND (k.ended_on IS NULL OR k.ended_on > %(as_of)s) AND {PEOPLE.format(row='k')}"
WORKING_DAY = "extract(isodow FROM occurred_on) < 6"


def _acts(moment: Moment, which: str, name: str = "acts") -> str:
    """The events of accounts that meet `which`, a condition on `e`: of people, or of nobody by name. Who has several
    roles acts once."""
    return f"""{name} AS MATERIALIZED (
        SELECT coalesce(e.account_id, k.account_id) AS account_id, e.customer_id, e.event_id, e.name, e.id,
               b.behaviour, e.occurred_on, e.occurred_at, e.properties
        FROM customers_event e
        LEFT JOIN customers_eventbehaviour b ON b.name = e.name
        LEFT JOIN (SELECT DISTINCT k.account_id, k.customer_id FROM customers_contact k WHERE {CONTACTS}) k
             ON e.account_id IS NULL AND k.customer_id = e.customer_id
        WHERE {moment.events()} AND {which}
          AND (e.account_id IS NOT NULL OR k.account_id IS NOT NULL)
          AND (e.customer_id IS NULL OR {PEOPLE.format(row="e")})
    )"""


def _lately(days: str) -> str:
    """That an event is of the last `days` (a parameter's name)."""
    return f"e.occurred_on > %(as_of)s - %({days})s"


USE = {
    **KEY,
    "users_active": WHOLE,
    "unnamed_use": WHOLE,
    "core_recent": WHOLE,
    "core_before": WHOLE,
    "logins_recent": WHOLE,
    "logins_before": WHOLE,
    "last_login_on": DAY,
}


def use_sql(moment: Moment) -> str:
    """Active users, uses that name no user, core uses, and log-in days on working days (Monday to Friday), lately and
    before. Log-in windows are given as first days."""
    return f"""WITH {_acts(moment, _lately("use_days"))}
    SELECT account_id,
           count(DISTINCT customer_id) FILTER (WHERE behaviour = 'core_use'
               AND occurred_on > %(as_of)s - %(seats_days)s) AS users_active,
           count(*) FILTER (WHERE behaviour = 'core_use' AND customer_id IS NULL
               AND occurred_on > %(as_of)s - %(seats_days)s) AS unnamed_use,
           count(*) FILTER (WHERE behaviour = 'core_use' AND occurred_on > %(as_of)s - %(core_days)s) AS core_recent,
           count(*) FILTER (WHERE behaviour = 'core_use' AND occurred_on <= %(as_of)s - %(core_days)s
               AND occurred_on > %(as_of)s - 2 * %(core_days)s) AS core_before,
           count(DISTINCT (customer_id, occurred_on)) FILTER (WHERE behaviour = 'log_in' AND {WORKING_DAY}
               AND occurred_on >= %(recent_from)s) AS logins_recent,
           count(DISTINCT (customer_id, occurred_on)) FILTER (WHERE behaviour = 'log_in' AND {WORKING_DAY}
               AND occurred_on >= %(before_from)s AND occurred_on < %(recent_from)s) AS logins_before,
           max(occurred_on) FILTER (WHERE behaviour = 'log_in') AS last_login_on
    FROM acts GROUP BY account_id"""


MODULES = {**KEY, "modules_used": WHOLE}


def modules_sql(moment: Moment) -> str:
    """Modules used by enough users lately."""
    return f"""WITH {_acts(moment, _lately("seats_days"))}
    SELECT account_id, count(*) AS modules_used FROM (
        SELECT account_id, properties->>'module' AS module FROM acts
        WHERE behaviour = 'core_use' AND properties->>'module' IS NOT NULL
        GROUP BY 1, 2 HAVING count(DISTINCT customer_id) >= %(module_users)s
    ) AS used GROUP BY account_id"""


TERMS = {**KEY, "seats": REAL, "modules": REAL, "renews_on": DAY}
NUMBER = "CASE WHEN a.traits->>'{name}' ~ '^[0-9]{{1,7}}([.]0+)?$' THEN (a.traits->>'{name}')::float8 END"


def terms_sql(moment: Moment) -> str:
    """Seats and modules in force, and the next renewal: as a source of terms says, else as the account's traits and
    its people's memberships do."""
    modules = NUMBER.format(name="modules")
    own = {
        "seats": NUMBER.format(name="seats"),
        "modules": "CASE WHEN jsonb_typeof(a.traits->'modules') = 'array'"
        f" THEN jsonb_array_length(a.traits->'modules') ELSE {modules} END",
        "renews_on": "(SELECT min(m.ends_on) FROM customers_contact k JOIN customers_membership m USING (customer_id)"
        " WHERE k.account_id = a.id AND NOT k.withdrawn AND NOT m.withdrawn"
        " AND m.ends_on >= %(as_of)s AND m.since <= %(as_of)s)",
    }
    sources = [source.sql(moment) for source in term_sources]
    said = {name: [f"s{place}.{name}" for place in range(len(sources))] for name in own}
    columns = ", ".join(f"coalesce({', '.join([*said[name], sql])}) AS {name}" for name, sql in own.items())
    joins = "".join(f" LEFT JOIN ({sql}) s{place} ON s{place}.account_id = a.id" for place, sql in enumerate(sources))
    return f"SELECT a.id AS account_id, {columns} FROM customers_account a{joins}"


CONTACT = {**KEY, "sponsors": WHOLE, "key_contacts": WHOLE, "sponsor_on": DAY, "roles_touched": WHOLE}


def contact_sql(moment: Moment) -> str:
    """Key people, the last two-way contact with decision maker or champion, and the roles spoken with lately."""
    return f"""WITH talks AS (
        SELECT e.customer_id, max(e.occurred_on) AS talked_on FROM customers_event e
        WHERE {moment.events()} AND e.name IN {TWO_WAY} AND e.customer_id IS NOT NULL
        GROUP BY e.customer_id
        UNION ALL
        SELECT t.customer_id, max((t.occurred_at AT TIME ZONE %(zone)s)::date) FROM customers_touch t
        WHERE t.two_way AND t.occurred_at < %(ends_at)s
          AND (%(known_at)s::timestamptz IS NULL OR t.recorded_at <= %(known_at)s)
        GROUP BY t.customer_id
    )
    SELECT k.account_id,
           count(DISTINCT k.customer_id) FILTER (WHERE k.role IN ('decision_maker', 'champion')) AS sponsors,
           count(DISTINCT k.customer_id) FILTER (WHERE k.role IN ('decision_maker', 'champion', 'administrator'))
               AS key_contacts,
           max(t.talked_on) FILTER (WHERE k.role IN ('decision_maker', 'champion')) AS sponsor_on,
           count(DISTINCT k.role) FILTER (WHERE k.role IN ('decision_maker', 'champion', 'administrator')
               AND t.talked_on > %(as_of)s - %(touch_days)s) AS roles_touched
    FROM customers_contact k LEFT JOIN talks t ON t.customer_id = k.customer_id
    WHERE {CONTACTS} GROUP BY k.account_id"""


DELIVERY = {
    **KEY,
    "due": WHOLE,
    "met": WHOLE,
    "handover_open_on": DAY,
    "handover_closed_on": DAY,
    "pulse": REAL,
}


CONSULTANT_CHANGED = "name = 'consultant_changed' AND coalesce(properties->>'role', 'consultant') = 'consultant'"
"""A change of the CSM is no hand-over of delivery."""


def delivery_sql(moment: Moment) -> str:
    """Milestones due and met in time, the last hand-over, and the CSM's rating.

    A hand-over is open until it is closed, however long ago it began; closed, it counts for its window.
    """
    lately = f"e.name IN ('milestone_due', 'milestone_accepted', 'csm_pulse') AND {_lately('delivery_days')}"
    rating = "CASE WHEN properties->>'rating' ~ '^[1-5]([.]0+)?$' THEN (properties->>'rating')::float8 END"
    return f"""WITH {_acts(moment, lately)},
    {_acts(moment, "e.name IN ('consultant_changed', 'handover_closed')", "changes")}, due AS (
        SELECT d.account_id, d.occurred_on, EXISTS (
            SELECT 1 FROM acts x WHERE x.account_id = d.account_id AND x.name = 'milestone_accepted'
              AND x.properties->>'milestone_id' = d.properties->>'milestone_id'
              AND x.occurred_on <= d.occurred_on + %(grace_days)s) AS met
        FROM acts d WHERE d.name = 'milestone_due' AND d.occurred_on > %(as_of)s - %(milestones_days)s
    ), handovers AS (
        SELECT account_id, max(occurred_on) FILTER (WHERE {CONSULTANT_CHANGED}) AS changed_on,
               max(occurred_on) FILTER (WHERE name = 'handover_closed') AS closed_on,
               max(occurred_at) FILTER (WHERE {CONSULTANT_CHANGED}) AS changed_at,
               max(occurred_at) FILTER (WHERE name = 'handover_closed') AS closed_at
        FROM changes GROUP BY account_id
    ), pulses AS (
        SELECT DISTINCT ON (account_id) account_id, {rating} AS pulse FROM acts
        WHERE name = 'csm_pulse' AND occurred_on > %(as_of)s - %(pulse_days)s
        ORDER BY account_id, occurred_at DESC, id DESC
    ), counts AS (
        SELECT account_id, count(*) FILTER (WHERE met OR occurred_on + %(grace_days)s <= %(as_of)s) AS due,
               count(*) FILTER (WHERE met) AS met
        FROM due GROUP BY account_id
    )
    SELECT a.id AS account_id, c.due, c.met,
           CASE WHEN h.changed_at > coalesce(h.closed_at, '-infinity') THEN h.changed_on END AS handover_open_on,
           CASE WHEN h.closed_on > %(as_of)s - %(handover_days)s THEN h.closed_on END AS handover_closed_on, p.pulse
    FROM customers_account a LEFT JOIN counts c ON c.account_id = a.id LEFT JOIN handovers h ON h.account_id = a.id
         LEFT JOIN pulses p ON p.account_id = a.id"""


TICKETS = {**KEY, "tickets": WHOLE, "in_sla": WHOLE, "severe_on": DAY}


def tickets_sql(moment: Moment) -> str:
    """Tickets of the window, those first answered in time, and the day the oldest open severe one came.

    What is answered or closed is what came before: a complaint opened again is open again, and a severe one stays so
    until it is closed, however long ago it came.
    """
    severe = SEVERE.format(event="e")
    opened = f"e.name = 'complaint_opened' AND ({_lately('tickets_days')} OR {severe})"
    ended = "e.name IN ('complaint_answered', 'complaint_closed')"
    return f"""WITH {_acts(moment, opened)}, {_acts(moment, ended, "ends")}, ended AS (
        SELECT account_id, properties->>'complaint_id' AS complaint,
               max(occurred_at) FILTER (WHERE name = 'complaint_closed') AS closed_at,
               max(occurred_at) FILTER (WHERE name = 'complaint_answered'
                   AND lower(coalesce(properties->>'in_sla', '')) IN ('true', '1', 'yes')) AS in_sla_at
        FROM ends WHERE properties ? 'complaint_id' GROUP BY 1, 2
    ), tickets AS (
        SELECT o.account_id, o.occurred_on, {SEVERE.format(event="o")} AS severe,
               coalesce(x.in_sla_at >= o.occurred_at, false) AS in_sla,
               coalesce(x.closed_at >= o.occurred_at, false) AS closed
        FROM acts o LEFT JOIN ended x ON x.account_id = o.account_id
             AND x.complaint = coalesce(o.properties->>'complaint_id', o.event_id)
    )
    SELECT account_id, count(*) FILTER (WHERE occurred_on > %(as_of)s - %(tickets_days)s) AS tickets,
           count(*) FILTER (WHERE in_sla AND occurred_on > %(as_of)s - %(tickets_days)s) AS in_sla,
           min(occurred_on) FILTER (WHERE severe AND NOT closed) AS severe_on
    FROM tickets GROUP BY account_id"""


ANSWERS = {**KEY, "nps_mean": REAL}


def answers_sql(moment: Moment) -> str:
    """Mean of the contacts' latest scores; a decision maker counts twice."""
    return f"""WITH latest AS (
        SELECT DISTINCT ON (e.customer_id) e.customer_id, {SCORE} AS score
        FROM customers_event e
        WHERE {moment.events()} AND e.name = 'nps_answered' AND e.customer_id IS NOT NULL
          AND e.occurred_on > %(as_of)s - %(nps_days)s
        ORDER BY e.customer_id, e.occurred_at DESC, e.id DESC
    ), people AS (
        SELECT k.account_id, k.customer_id, CASE WHEN bool_or(k.role = 'decision_maker') THEN 2 ELSE 1 END AS votes
        FROM customers_contact k WHERE {CONTACTS} GROUP BY 1, 2
    )
    SELECT p.account_id, sum(p.votes * l.score) / sum(p.votes) AS nps_mean
    FROM people p JOIN latest l USING (customer_id) WHERE l.score IS NOT NULL GROUP BY p.account_id"""
