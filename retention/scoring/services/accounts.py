"""Health of accounts, by the scorecard of business software."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import numpy as np

from retention.common.copying import (
    NO_DAY,
    ColumnKind,
    Days,
    Labels,
    RealLists,
    Reals,
    WholeNumbers,
    read_columns,
    write_columns,
)
from retention.customers.models import Account
from retention.scoring.features import accounts as sql
from retention.scoring.frames.features import ABSENT
from retention.scoring.frames.frame import Array, Frame
from retention.scoring.models import ScoreRun
from retention.scoring.moment import EPOCH, Moment
from retention.scoring.rules import Rules
from retention.scoring.science.health_metrics import Absence
from retention.scoring.services.card_assignment import assignment_at, card_labels, score_by_cards
from retention.scoring.services.plan import Plan
from retention.scoring.services.scorecards import BAND_LABELS, Inputs, family_means, health_columns

WORKING_HOURS = 8
QUERIES: tuple[tuple[Callable[[Moment], str], Mapping[str, ColumnKind]], ...] = (
    (sql.use_sql, sql.USE),
    (sql.modules_sql, sql.MODULES),
    (sql.terms_sql, sql.TERMS),
    (sql.contact_sql, sql.CONTACT),
    (sql.delivery_sql, sql.DELIVERY),
    (sql.tickets_sql, sql.TICKETS),
    (sql.answers_sql, sql.ANSWERS),
)


def score_accounts(run: ScoreRun, plan: Plan, moment: Moment) -> int:
    """Write the AccountScores of `run`, and their radar and bands into its summary; returns how many."""
    frame = account_frame(moment, plan.rules)
    if len(frame) == 0:
        return 0
    inputs = account_inputs(frame, moment, plan.rules, plan.feeds)
    places = assignment_at("software", plan.rules, moment).places(frame.ids)
    health = score_by_cards("software", plan.rules, inputs, places)
    columns = {**health_columns(health, inputs), "health_card": places}
    bands = np.bincount(columns["health_band"], minlength=len(BAND_LABELS)).tolist()
    run.summary = {
        **run.summary,
        "account_bands": dict(zip(BAND_LABELS, bands, strict=True)),
        "account_families": family_means(health),
    }
    labels = card_labels("software", plan.rules), ("", *(cap.code for cap in health.card.caps))
    _store(run, moment, frame, columns, *labels)
    return len(frame)


def account_frame(moment: Moment, rules: Rules) -> Frame:
    """Every account with everything that its metrics are made of."""
    ids = np.array(list(Account.objects.order_by("id").values_list("id", flat=True)), dtype=np.int64)
    frame = Frame(ids, {})
    if len(ids) == 0:
        return frame
    params = _params(moment, rules)
    for query, columns in QUERIES:
        read = read_columns(query(moment), params, columns)
        frame = frame.with_columns(
            **{
                name: frame.aligned(read["account_id"], read[name], missing=ABSENT[kind])
                for name, kind in columns.items()
                if name != "account_id"
            }
        )
    return frame


def account_inputs(frame: Frame, moment: Moment, rules: Rules, feeds: frozenset[str]) -> Inputs:
    """The twelve metrics of DEFINITIONS section 4 for business software."""
    least = rules.table("health.software.minimums")
    windows = rules.table("health.software.windows")
    size, day = len(frame), moment.day
    x: dict[str, Array] = {}
    absence: dict[str, Array] = {}

    def metric(code: str, values: Array, known: Array, reason: Absence, *, has_feed: Array | bool = True) -> None:
        x[code] = np.where(known & has_feed, values, np.nan)
        absence[code] = np.broadcast_to(np.where(has_feed, reason, Absence.NO_FEED), size).astype(np.int64)

    use, log_ins = "core_use" in feeds, "log_in" in feeds
    seats, modules = frame["seats"], frame["modules"]
    named = use & ((frame["users_active"] > 0) | (frame["unnamed_use"] == 0))
    metric("seat_use", np.minimum(_ratio(frame["users_active"], seats), 1), seats > 0, Absence.NONE, has_feed=named)
    before = frame["logins_before"]
    usual = before * windows["login_recent"] / windows["login_before"]
    enough = before >= least["login_before"]
    metric("login_decay", _ratio(frame["logins_recent"], usual), enough, Absence.TOO_FEW, has_feed=log_ins)
    talked = frame["sponsor_on"] != NO_DAY
    metric("sponsor_gap", day - frame["sponsor_on"], (frame["sponsors"] > 0) & talked, Absence.NEVER)
    metric("role_cover", frame["roles_touched"] / 3, frame["key_contacts"] > 0, Absence.NONE)
    trend = _ratio(frame["core_recent"], frame["core_before"])
    metric("core_trend", trend, frame["core_before"] >= least["core_before"], Absence.TOO_FEW, has_feed=use)
    cover = np.minimum(_ratio(frame["modules_used"], modules), 1)
    metric("module_cover", cover, modules >= least["modules"], Absence.TOO_FEW, has_feed=named)
    metric("milestones", _ratio(frame["met"], frame["due"]), frame["due"] > 0, Absence.NONE)
    answered = _ratio(frame["in_sla"], frame["tickets"])
    metric("reply_in_sla", answered, frame["tickets"] >= least["tickets"], Absence.TOO_FEW)
    severe = frame["severe_on"] != NO_DAY
    metric("severe_open", severe_working_days(frame, moment) * WORKING_HOURS, severe, Absence.NONE)
    open_now, closed = frame["handover_open_on"] != NO_DAY, frame["handover_closed_on"] != NO_DAY
    since = np.where(open_now, 0, day - frame["handover_closed_on"])
    metric("continuity", since, open_now | closed, Absence.NONE)
    metric("nps_account", frame["nps_mean"], ~np.isnan(frame["nps_mean"]), Absence.NONE)
    metric("csm_pulse", frame["pulse"], ~np.isnan(frame["pulse"]), Absence.NONE)
    return Inputs(x, absence, _wounds(frame, moment, rules))


def severe_working_days(frame: Frame, moment: Moment) -> Array:
    """Working days (Monday to Friday) after the one on which the oldest open severe ticket came."""
    came = np.where(frame["severe_on"] == NO_DAY, moment.day, frame["severe_on"]).astype("datetime64[D]")
    until = np.datetime64(moment.as_of + timedelta(days=1))
    return np.asarray(np.busday_count(came + 1, until))


def _wounds(frame: Frame, moment: Moment, rules: Rules) -> dict[str, Array]:
    overdue = rules.number("health.software.handover_due_days")
    open_days = np.where(frame["handover_open_on"] == NO_DAY, -1, moment.day - frame["handover_open_on"])
    renewal = np.where(frame["renews_on"] == NO_DAY, np.inf, frame["renews_on"] - moment.day)
    waits = (frame["severe_on"] != NO_DAY) & (
        severe_working_days(frame, moment) > rules.number("health.software.cap_ticket_days")
    )
    return {
        "handover_overdue": open_days > overdue,
        "severe_ticket": waits & (renewal <= rules.number("health.software.cap_renewal_days")),
    }


def _params(moment: Moment, rules: Rules) -> dict[str, Any]:
    windows = rules.table("health.software.windows")
    least = rules.table("health.software.minimums")
    recent_from = np.busday_offset(np.datetime64(moment.as_of), 1 - round(windows["login_recent"]), roll="backward")
    before_from = np.busday_offset(recent_from, -round(windows["login_before"]), roll="backward")
    days = {f"{name}_days": round(value) for name, value in windows.items()}
    return {
        **moment.params,
        **days,
        "zone": moment.zone,
        "recent_from": recent_from.item(),
        "before_from": before_from.item(),
        "use_days": max(2 * days["core_days"], days["seats_days"], 2 * days["login_before_days"]),
        "delivery_days": max(days["milestones_days"], days["pulse_days"]) + 30,
        "module_users": round(least["module_users"]),
        "grace_days": round(least["milestone_grace_days"]),
    }


def _store(
    run: ScoreRun,
    moment: Moment,
    frame: Frame,
    columns: dict[str, Any],
    cards: tuple[str, ...],
    caps: tuple[str, ...],
) -> None:
    size = len(frame)
    seats, login, renews = frame["seats"], frame["last_login_on"], frame["renews_on"]
    words = columns["health_absence"].tolist()
    distinct = list(dict.fromkeys(words))
    write_columns(
        "scoring_accountscore",
        {
            "account_id": WholeNumbers(frame.ids),
            "run_id": WholeNumbers(np.full(size, run.pk)),
            "as_of": Days(np.full(size, (moment.as_of - EPOCH).days)),
            "health": Reals(columns["health"]),
            "health_band": Labels(columns["health_band"], BAND_LABELS),
            "health_cap": Labels(columns["health_cap"], caps),
            "health_card": Labels(columns["health_card"], cards),
            "health_x": RealLists(columns["health_x"]),
            "health_absence": Labels(np.array([distinct.index(word) for word in words]), distinct),
            "users_active": WholeNumbers(frame["users_active"], 4),
            "seats": WholeNumbers(np.nan_to_num(seats), 4, np.isnan(seats)),
            "last_login_on": Days(login, login == NO_DAY),
            "renews_on": Days(renews, renews == NO_DAY),
        },
    )


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=np.nan_to_num(whole) > 0)
