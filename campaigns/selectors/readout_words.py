"""A result in sentences: how many more per 100 customers, or how much more per customer, and how sure that is."""

from __future__ import annotations

from math import floor, isnan, log10

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.science.differences import Interval
from campaigns.selectors.readout import ArmResult, MetricResult, ReadoutResult
from retention.common.formats import number


def sentences(result: ReadoutResult, *, always_valid: bool) -> list[str]:
    """One for each metric and arm; `always_valid`: the experiment runs on, so the interval must stand peeking."""
    return [
        sentence(found, arm, result.control.name, always_valid) for found in result.metrics for arm in found.treated
    ]


def sentence(found: MetricResult, arm: ArmResult, control: str, always_valid: bool) -> str:
    """What one arm did to one metric."""
    words = {"arm": arm.arm.name, "metric": metric_name(found.metric), "control": control}
    interval = arm.always_valid_interval if always_valid else arm.interval
    if interval is None or isnan(arm.difference):
        return _("%(arm)s, “%(metric)s”: too few to say.") % words
    scale = 100 if found.binary else 1
    low, high = (end * scale for end in interval)
    if low <= 0 <= high:
        words |= {"low": figure(low, signed=True), "high": figure(high, signed=True)}
        if found.binary:
            text = _("%(arm)s, “%(metric)s”: no difference to %(control)s is shown (%(low)s to %(high)s per 100).")
        else:
            text = _("%(arm)s, “%(metric)s”: no difference to %(control)s is shown (%(low)s to %(high)s each).")
        return text % words
    near, far = sorted((abs(low), abs(high)))
    words |= {"size": figure(abs(arm.difference) * scale), "low": figure(near), "high": figure(far)}
    texts = {
        (True, True): _("%(arm)s brought %(size)s more “%(metric)s” per 100 customers than %(control)s"),
        (True, False): _("%(arm)s brought %(size)s fewer “%(metric)s” per 100 customers than %(control)s"),
        (False, True): _("%(arm)s brought %(size)s more “%(metric)s” per customer than %(control)s"),
        (False, False): _("%(arm)s brought %(size)s less “%(metric)s” per customer than %(control)s"),
    }
    return _("%(said)s (%(low)s to %(high)s).") % {**words, "said": texts[found.binary, low > 0] % words}


def metric_name(metric: str) -> str:
    """The words for a metric that Stay counts itself; another one is called as its file calls it."""
    own = {
        "returned": pgettext("win-back", "returns"),
        "orders": _("orders"),
        "net_revenue": _("net revenue"),
    }
    return own.get(metric, metric)


def figure(value: float, *, signed: bool = False) -> str:
    """A number with two significant digits at least, so that small effects don't read as 0."""
    places = 1 if not value or abs(value) >= 1 else min(1 - floor(log10(abs(value))), 6)
    text = number(value, places)
    return f"+{text}" if signed and value > 0 else text


def interval_words(interval: Interval | None, *, scale: float = 1) -> str:
    """``+6.9 … +8.4``; a dash for none."""
    if interval is None:
        return "–"
    return " … ".join(figure(end * scale, signed=True) for end in interval)
