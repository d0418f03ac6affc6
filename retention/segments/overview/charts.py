"""The charts of the overview: each with a sentence that says the same, and a table whose numbers lead to lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.charts import Chart, Option, bars, in_percent, lines, radar, sankey
from retention.scoring.enums import Pool
from retention.segments.movement.lists import value_of
from retention.segments.overview.counts import Count
from retention.segments.overview.figures import Overview
from retention.segments.overview.flows import DAYS, Flow
from retention.segments.overview.words import FAMILIES, customers_url, pool_label

TENTHS = tuple(str(n) for n in range(0, 100, 10))


def pool_chart(overview: Overview) -> Chart:
    """Customers by pool, each bar leading to its list."""
    names, values = [str(pool.label) for pool in Pool], [overview.counts.pool(pool) for pool in Pool]
    urls = [customers_url(pool=pool) for pool in Pool]
    option = _leading(bars(names, values, tones=list(Pool), label=_("Customers")), urls)
    parts = [f"{name} {formats.number(value)}" for name, value in zip(names, values, strict=True)]
    rows = [(name, link(url, value)) for name, url, value in zip(names, urls, values, strict=True)]
    return Chart("pools", _("Customers by pool"), _(", ").join(parts), option, (_("Pool"), _("Customers")), rows)


def flow_chart(overview: Overview) -> Chart | None:
    """Who moved within 28 days; None when nobody did."""
    moved = [flow for flow in overview.flows if flow.moved]
    if not moved:
        return None
    nodes = {_before(flow.was): flow.was for flow in moved} | {_now(flow.now): flow.now for flow in moved}
    option = sankey(
        [(name, "secondary" if pool == "none" else pool) for name, pool in nodes.items()],
        [(_before(flow.was), _now(flow.now), flow.customers) for flow in moved],
    )
    option["series"][0]["label"] = {"show": True}
    for edge, flow in zip(option["series"][0]["links"], moved, strict=True):
        edge["href"] = _flow_url(flow, overview.as_of)
    largest = moved[0]
    stayed = sum(flow.customers for flow in overview.flows if not flow.moved)
    summary = _(
        "%(moved)s customers moved and %(stayed)s stayed; most went from “%(was)s” to “%(now)s” (%(most)s)."
    ) % {
        "moved": formats.number(sum(flow.customers for flow in moved)),
        "stayed": formats.number(stayed),
        "was": pool_label(largest.was),
        "now": pool_label(largest.now),
        "most": formats.number(largest.customers),
    }
    rows = [(pool_label(f.was), pool_label(f.now), link(_flow_url(f, overview.as_of), f.customers)) for f in moved]
    head = (_("28 days before"), _("Now"), _("Customers"))
    return Chart("flows", _("Flows between pools in 28 days"), summary, option, head, rows)


def silent_chart(overview: Overview) -> Chart | None:
    """The silent share week by week; None while there are too few customers for one."""
    known = [(day, value) for day, value in overview.silent_line if value is not None]
    if len(known) < 2:
        return None
    days = [day.isoformat() for day, _value in overview.silent_line]
    shares = [None if value is None else round(value * 100, 2) for _day, value in overview.silent_line]
    option = in_percent(lines(days, {_("Silent share"): shares}))
    (first_day, first), (last_day, last) = known[0], known[-1]
    summary = _("From %(first)s on %(from)s to %(last)s on %(to)s.") % {
        "first": formats.share(first),
        "from": formats.day(first_day),
        "last": formats.share(last),
        "to": formats.day(last_day),
    }
    rows = [(formats.day(day), formats.share(value)) for day, value in known]
    return Chart("silent", _("Silent share"), summary, option, (_("Day"), _("Silent share")), rows)


def lost_chart(overview: Overview) -> Chart:
    """Customers who entered *lost*, day by day."""
    days = [day.isoformat() for day, _count in overview.lost_line]
    option = bars(days, [count for _day, count in overview.lost_line], label=_("Entered “lost”"))
    option["yAxis"]["minInterval"] = 1
    total = sum(count for _day, count in overview.lost_line)
    summary = _("%(count)s customers entered “lost” in %(days)s.") % {
        "count": formats.number(total),
        "days": formats.days(len(days)),
    }
    rows = [(formats.day(day), formats.number(count)) for day, count in overview.lost_line if count]
    return Chart("lost", _("Entered “lost” each day"), summary, option, (_("Day"), _("Customers")), rows)


def radar_chart(name: str, title: str, families: dict[str, float]) -> Chart | None:
    """Health by family; None when no family has a number."""
    if not families:
        return None
    codes = [code for code in FAMILIES if code in families]
    labels, values = [str(FAMILIES[code]) for code in codes], [round(families[code], 1) for code in codes]
    weakest = min(zip(values, labels, strict=True))
    summary = _("Weakest: %(family)s with %(points)s of 100 points.") % {
        "family": weakest[1],
        "points": formats.number(weakest[0]),
    }
    rows = [(label, formats.number(value, 1)) for label, value in zip(labels, values, strict=True)]
    option = radar(labels, values, name=title) if len(codes) > 2 else bars(labels, values, label=_("Points"))
    return Chart(name, title, summary, option, (_("Family"), _("Points")), rows)


def health_chart(overview: Overview) -> Chart | None:
    """Customers by tenth of health; None before anybody has a health."""
    counts = [overview.counts.tenths.get(tenth, Count()).customers for tenth in TENTHS]
    if not sum(counts):
        return None
    names = [f"{low}–{int(low) + 10}" for low in TENTHS]
    urls = [customers_url(health=low) for low in TENTHS]
    rows = [(name, link(url, count)) for name, url, count in zip(names, urls, counts, strict=True)]
    option = _leading(bars(names, counts, label=_("Customers")), urls)
    title, head = _("Distribution of health"), (_("Health"), _("Customers"))
    return Chart("health", title, health_words(overview), option, head, rows)


def health_words(overview: Overview) -> str:
    """How many have a health, and of how many too little is known for one."""
    known = sum(overview.counts.tenths.get(tenth, Count()).customers for tenth in TENTHS)
    return _("%(known)s customers have a health; of %(unknown)s too little is known.") % {
        "known": formats.number(known),
        "unknown": formats.number(overview.customers - known),
    }


def account_words(overview: Overview) -> str:
    """How many accounts have a health, and of how many too little is known for one."""
    unknown = overview.account_bands.get("", 0)
    return _("%(known)s accounts have a health; of %(unknown)s too little is known.") % {
        "known": formats.number(overview.accounts - unknown),
        "unknown": formats.number(unknown),
    }


def link(url: str, count: int) -> SafeString:
    """A count that leads to its list."""
    return format_html('<a href="{}">{}</a>', url, formats.number(count))


def _leading(option: Option, urls: Sequence[str]) -> Option:
    """`option` with an address behind each bar."""
    option["yAxis"]["minInterval"] = 1
    data: list[dict[str, Any]] = option["series"][0]["data"]
    for bar, url in zip(data, urls, strict=True):
        bar["href"] = url
    return option


def _flow_url(flow: Flow, as_of: date) -> str:
    then = as_of - timedelta(days=DAYS)
    return customers_url(moved=value_of(then, as_of, flow.was, flow.now))


def _before(pool: str) -> str:
    """The node on the left: names must differ from those on the right."""
    return f"{pool_label(pool)} →"


def _now(pool: str) -> str:
    return str(pool_label(pool))
