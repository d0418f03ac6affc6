"""What stands beside a silence threshold, in sentences."""

from __future__ import annotations

from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from retention.common import formats
from retention.scoring.models import SilenceThreshold


def pooled_sentence(threshold: SilenceThreshold) -> str:
    """The pooled figure and what it leans on; "" where there is none."""
    pooled = threshold.pooled
    if pooled is None:
        return ""
    low, high = pooled["interval"]
    values = {
        "days": formats.number(pooled["days"], 1),
        "low": formats.number(low, 1),
        "high": formats.number(high, 1),
        "level": formats.number(pooled["level_days"], 1),
        "own": formats.share(pooled["own_share"], 0),
        "rest": formats.share(1 - pooled["own_share"], 0),
        "p90": formats.number(threshold.p90, 1),
    }
    if pooled["own_share"] == 0:
        said = _("Pooled: %(days)s days (95%%: %(low)s–%(high)s), all from its neighbours (%(level)s days).")
        return said % values
    said = _(
        "Pooled: %(days)s days (95%%: %(low)s–%(high)s). Its own %(p90)s days weigh %(own)s,"
        " its neighbours’ %(level)s days weigh %(rest)s."
    )
    return said % values


def drift_sentence(threshold: SilenceThreshold, minimum: int) -> str:
    """How the newer half of the window compares with the older; "" where nothing was learned."""
    drift = threshold.drift
    if drift is None:
        return ""
    if drift["interval"] is None:
        before, now = drift["gaps_before"], drift["gaps_now"]
        if min(before, now) >= minimum:
            return _("Whether the rhythm changes can’t be told: the gaps come from too few customers.")
        if before < minimum <= now:
            said = _(
                "Whether the rhythm changes can’t be told: %(n)s gaps in the older half of the window, %(N)s needed."
            )
        elif now < minimum <= before:
            said = _(
                "Whether the rhythm changes can’t be told: %(n)s gaps in the newer half of the window, %(N)s needed."
            )
        else:
            said = _(
                "Whether the rhythm changes can’t be told: %(before)s and %(now)s gaps in the halves, %(N)s needed."
            )
        return said % {
            "n": formats.number(min(before, now)),
            "before": formats.number(before),
            "now": formats.number(now),
            "N": formats.number(minimum),
        }
    return _moved(drift) if drift["moved"] else _stayed(drift)


def _moved(drift: dict[str, Any]) -> str:
    values = _values(drift)
    if drift["change"] > 0:
        return (
            _(
                "The rhythm slows down: nine of ten came back within %(before)s days in the older half of the window,"
                " within %(now)s in the newer (%(change)s, 95%%: %(low)s to %(high)s)."
            )
            % values
        )
    return (
        _(
            "The rhythm quickens: nine of ten came back within %(before)s days in the older half of the window,"
            " within %(now)s in the newer (%(change)s, 95%%: %(low)s to %(high)s)."
        )
        % values
    )


def _stayed(drift: dict[str, Any]) -> str:
    said = _(
        "The rhythm holds: %(before)s days in the older half of the window, %(now)s in the newer"
        " (%(change)s, 95%%: %(low)s to %(high)s)."
    )
    return said % _values(drift)


def _values(drift: dict[str, Any]) -> dict[str, str]:
    low, high = drift["interval"]
    return {
        "before": formats.number(drift["before"], 1),
        "now": formats.number(drift["now"], 1),
        "change": signed_share(drift["change"]),
        "low": signed_share(low),
        "high": signed_share(high),
    }


def signed_share(value: float) -> str:
    """``+12%`` or ``−7%``."""
    return f"{'+' if value > 0 else ''}{formats.share(value, 0)}"


def pooled_reason(threshold: SilenceThreshold) -> str:
    """The reason that stands with an override by the pooled figure, which it has."""
    pooled = cast("dict[str, float]", threshold.pooled)
    return ngettext(
        "Pooled with its neighbours as of %(day)s: its own %(gaps)s gap weighs %(own)s.",
        "Pooled with its neighbours as of %(day)s: its own %(gaps)s gaps weigh %(own)s.",
        threshold.gaps,
    ) % {
        "day": formats.day(threshold.run.as_of),
        "gaps": formats.number(threshold.gaps),
        "own": formats.share(pooled["own_share"], 0),
    }
