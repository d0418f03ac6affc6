"""Intervals as a picture: each arm's difference with the interval of one look and the always-valid one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from campaigns.selectors.readout import ArmResult, MetricResult, ReadoutResult
from campaigns.selectors.readout_words import figure, interval_words, metric_name, sentence
from retention.common.charts import Chart


def interval_chart(result: ReadoutResult, found: MetricResult, place: int, *, always_valid: bool) -> Chart | None:
    """One metric's picture; None where no arm has an interval."""
    arms = [arm for arm in found.treated if arm.interval]
    if not arms:
        return None
    scale = 100 if found.binary else 1
    unit = _("more or fewer per 100 customers") if found.binary else _("more or less per customer")
    series: list[dict[str, Any]] = []
    for arm in arms:
        series += _bars(arm, scale)
    series.append(
        {
            "type": "scatter",
            "name": _("Difference"),
            "data": [[arm.difference * scale, arm.arm.name] for arm in arms],
            "symbolSize": 11,
            "itemStyle": {"color": "tone:info"},
            "markLine": {
                "silent": True,
                "symbol": "none",
                "label": {"show": False},
                "lineStyle": {"color": "tone:secondary", "type": "solid"},
                "data": [{"xAxis": 0}],
            },
        }
    )
    option = {
        "tooltip": {"show": False},
        "xAxis": {"type": "value", "scale": True, "name": unit, "nameLocation": "middle", "nameGap": 28},
        "yAxis": {"type": "category", "data": [arm.arm.name for arm in arms]},
        "grid": {"left": 8, "right": 24, "top": 12, "bottom": 24, "containLabel": True},
        "series": series,
    }
    rows = [
        (
            arm.arm.name,
            figure(arm.difference * scale, signed=True),
            interval_words(arm.interval, scale=scale),
            interval_words(arm.always_valid_interval, scale=scale),
        )
        for arm in arms
    ]
    head = (_("Arm"), _("Difference"), _("One look"), _("Always valid"))
    summary = " ".join(sentence(found, arm, result.control.name, always_valid) for arm in arms)
    return Chart(f"metric-{place}", metric_name(found.metric), summary, option, head, rows, height="sm")


def _bars(arm: ArmResult, scale: float) -> list[dict[str, Any]]:
    """A thick line for one look, a thin one for all looks."""
    drawn = []
    for interval, width in ((arm.always_valid_interval, 2), (arm.interval, 6)):
        if interval:
            drawn.append(
                {
                    "type": "line",
                    "name": arm.arm.name,
                    "data": [[end * scale, arm.arm.name] for end in interval],
                    "showSymbol": width == 2,
                    "symbol": "circle",
                    "symbolSize": 5,
                    "lineStyle": {"width": width, "color": "tone:info", "opacity": 0.55 if width == 6 else 0.8},
                    "itemStyle": {"color": "tone:info"},
                }
            )
    return drawn
