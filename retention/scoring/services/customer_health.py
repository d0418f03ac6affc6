"""The twelve metrics of a shop's customers, from their features."""

from __future__ import annotations

import numpy as np

from retention.scoring.frames.frame import Array, Frame
from retention.scoring.rules import Rules
from retention.scoring.science.health_metrics import Absence
from retention.scoring.services.scorecards import Inputs


def customer_inputs(frame: Frame, rules: Rules, feeds: frozenset[str]) -> Inputs:
    """Metrics of DEFINITIONS section 4.

    `frame` has the features, and visit_r, purchase_r, order_days_recent and order_days_before. `feeds` are the
    behaviours that the tenant sends at all.
    """
    windows, least = rules.table("health.shop.windows"), rules.table("health.shop.minimums")
    feed = {name: name in feeds for name in ("log_in", "browse", "cart", "favourite")}
    size = len(frame)
    nowhere = np.zeros(size, dtype=bool)
    bought = ~np.isnan(frame["purchase_r"])
    x: dict[str, Array] = {}
    absence: dict[str, Array] = {}

    def metric(code: str, values: Array, known: Array, reason: Absence, *, has_feed: bool = True) -> None:
        x[code] = np.where(known & has_feed, values, np.nan)
        absence[code] = np.full(size, reason if has_feed else Absence.NO_FEED, dtype=np.int64)

    seen = ~np.isnan(frame["visit_r"])
    metric("login_gap", frame["visit_r"], seen, Absence.NEVER, has_feed=feed["log_in"])
    before = frame["logins_before"]
    usual = before * windows["login_recent"] / windows["login_before"]
    metric(
        "login_decay",
        _ratio(frame["logins_recent"], usual),
        before >= least["login_before"],
        Absence.TOO_FEW,
        has_feed=feed["log_in"],
    )
    metric("browse_days", frame["browse_days"], ~nowhere, Absence.NO_FEED, has_feed=feed["browse"])
    kept = frame["cart_lines"] + frame["favourites"]
    metric("intent_kept", kept, ~nowhere, Absence.NO_FEED, has_feed=feed["cart"] or feed["favourite"])
    delivered = frame["delivered"]
    replies = np.minimum(_ratio(frame["answered"], delivered), 1)
    metric("reply_rate", replies, delivered >= least["delivered"], Absence.TOO_FEW)
    x["reply_rate"][frame["all_off"]] = np.nan
    absence["reply_rate"][frame["all_off"]] = Absence.ALL_OFF
    metric("purchase_silence", frame["purchase_r"], bought, Absence.NONE)
    earlier = frame["order_days_before"]
    trend = _ratio(frame["order_days_recent"], earlier)
    metric("order_trend", trend, bought & (earlier >= least["order_days_before"]), Absence.TOO_FEW)
    granted = frame["benefits_granted"]
    metric("benefit_use", _ratio(frame["benefits_used"], granted), granted > 0, Absence.NONE)
    metric("complaint_wait", frame["complaint_hours"], ~np.isnan(frame["complaint_hours"]), Absence.NONE)
    recent = frame["orders_recent"]
    metric("order_faults", _ratio(frame["orders_faulty"], recent), recent > 0, Absence.NONE)
    metric("nps_last", frame["nps_latest"], ~np.isnan(frame["nps_latest"]), Absence.NONE)
    metric("tone", frame["tone"], ~np.isnan(frame["tone"]), Absence.NONE)
    return Inputs(x, absence, _wounds(frame, rules))


def _wounds(frame: Frame, rules: Rules) -> dict[str, Array]:
    return {
        "severe_complaint": frame["severe_hours"] > rules.number("health.shop.cap_complaint_hours"),
        "nps_very_low": frame["nps_lowest"] <= rules.number("health.shop.cap_nps"),
    }


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
