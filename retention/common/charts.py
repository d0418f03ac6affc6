"""Charts as data: an ECharts option, a sentence that says the same, and a table for those who can't see it.

The option is JSON only, no functions. Colours come from the theme in ``static/stay/charts.js``, so that one option
serves light and dark; name a tone (``"tone:at_risk"``) where a series stands for a pool, band or severity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise

Text = Promise | str
Option = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """A chart on a page. `id` is unique there, `summary` one sentence; `head` and `rows` say the same as a table."""

    id: str
    title: Text
    summary: Text
    option: Option
    head: Sequence[Text] = ()
    rows: Sequence[Sequence[Any]] = field(default_factory=list)
    height: str = "md"
    """sm, md or lg"""

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be drawn: then the sentence stands alone."""
        return not any(value is not None for one in self.option["series"] for value in one["data"])

    @property
    def payload(self) -> Option:
        """What goes into the page's JSON script tag."""
        return _plain(self.option)


def bars(
    names: Sequence[Text], values: Sequence[float | None], *, tones: Sequence[str] = (), label: Text = ""
) -> Option:
    """Bars side by side, one per name."""
    data = [
        {"value": value, "itemStyle": {"color": f"tone:{tones[i]}"}} if i < len(tones) else {"value": value}
        for i, value in enumerate(values)
    ]
    return {
        "xAxis": {"type": "category", "data": list(names)},
        "yAxis": {"type": "value"},
        "series": [{"type": "bar", "name": label, "data": data, "barMaxWidth": 48}],
    }


def every_day(days: Iterable[date]) -> list[date]:
    """The calendar from the first of `days` to the last: with it a chart spaces uneven days as they are. Set
    `connectNulls` on the series that know only some of them."""
    known = sorted(days)
    return [known[0] + timedelta(days=n) for n in range((known[-1] - known[0]).days + 1)]


def lines(days: Sequence[str], series: Mapping[str, Sequence[float | None]], *, stacked: bool = False) -> Option:
    """Lines over days (ISO dates), one per name of `series`."""
    return {
        "xAxis": {"type": "category", "data": list(days), "boundaryGap": False},
        "yAxis": {"type": "value"},
        "legend": {"show": len(series) > 1},
        "series": [
            {"type": "line", "name": name, "data": list(values), "showSymbol": False}
            | ({"stack": "all", "areaStyle": {}} if stacked else {})
            for name, values in series.items()
        ],
    }


def stacks(names: Sequence[Text], series: Mapping[str, Sequence[float | None]]) -> Option:
    """Bars that lie on each other, one layer per name of `series`."""
    return {
        "xAxis": {"type": "category", "data": list(names)},
        "yAxis": {"type": "value", "minInterval": 1},
        "legend": {"show": len(series) > 1},
        "series": [
            {"type": "bar", "name": name, "data": list(values), "stack": "all", "barMaxWidth": 28}
            for name, values in series.items()
        ],
    }


def pairs(names: Sequence[Text], series: Mapping[str, Sequence[float | None]]) -> Option:
    """Bars in groups, one of each of `series` per name."""
    return {
        "xAxis": {"type": "category", "data": list(names)},
        "yAxis": {"type": "value"},
        "legend": {"show": True},
        "series": [{"type": "bar", "name": name, "data": list(values)} for name, values in series.items()],
    }


def in_percent(option: Option) -> Option:
    """The same, with the sign at the axis of values and in what is told of a point; the values are 0 to 100."""
    return {**option, "unit": "%"}


def waterfall(steps: Sequence[tuple[Text, float, float, str, Text]]) -> Option:
    """Steps from one total to the next, from top to bottom: (name, from, to, tone, label).

    A total is a step from 0. The hidden bar below each step holds it up, also under zero.
    """
    shown = [
        {
            "value": abs(end - start),
            "itemStyle": {"color": f"tone:{tone}"},
            "label": {"show": True, "position": "right", "formatter": label},
        }
        for _name, start, end, tone, label in steps
    ]
    base = [min(start, end) for _name, start, end, _tone, _label in steps]
    stack = {"type": "bar", "stack": "all", "stackStrategy": "all", "barMaxWidth": 22}
    return {
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "data": [name for name, *_rest in steps], "inverse": True},
        "tooltip": {"show": False},
        "series": [
            {**stack, "data": base, "itemStyle": {"color": "transparent"}, "silent": True},
            {**stack, "data": shown},
        ],
    }


def radar(axes: Sequence[Text], values: Sequence[float | None], *, top: float = 100, name: Text = "") -> Option:
    """A radar from 0 to `top`."""
    return {
        "radar": {"indicator": [{"name": axis, "max": top} for axis in axes]},
        "series": [{"type": "radar", "data": [{"name": name, "value": list(values), "areaStyle": {}}]}],
    }


def donut(parts: Sequence[tuple[Text, float, str]]) -> Option:
    """A ring of (name, value, tone)."""
    data = [{"name": name, "value": value, "itemStyle": {"color": f"tone:{tone}"}} for name, value, tone in parts]
    return {"legend": {"show": True}, "series": [{"type": "pie", "radius": ["52%", "78%"], "data": data}]}


def sankey(nodes: Sequence[tuple[Text, str]], links: Sequence[tuple[Text, Text, float]]) -> Option:
    """Flows: nodes are (name, tone), links are (from, to, value)."""
    return {
        "series": [
            {
                "type": "sankey",
                "data": [{"name": name, "itemStyle": {"color": f"tone:{tone}"}} for name, tone in nodes],
                "links": [{"source": a, "target": b, "value": value} for a, b, value in links],
            }
        ]
    }


def _plain(value: Any) -> Any:
    """Lazy texts as text, so that JSON holds the reader's language."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Promise) else value
