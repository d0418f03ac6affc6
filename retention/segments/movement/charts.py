"""Movements as pictures: each with a sentence that says the same, and a table whose numbers lead to lists."""

from __future__ import annotations

from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.charts import Chart, sankey
from retention.segments.movement.flows import PoolMovement
from retention.segments.movement.lists import NOBODY, value_of
from retention.segments.overview.charts import link
from retention.segments.overview.words import customers_url, pool_label


def pool_flow_chart(movement: PoolMovement) -> Chart:
    """From the pools of the first day to those of the second, whoever stayed included."""
    period = movement.period
    flows = [(flow.before or NOBODY, flow.after, flow) for flow in movement.flows]
    nodes = {_then(was): was for was, _now, _flow in flows} | {str(pool_label(now)): now for _was, now, _flow in flows}
    option = sankey(
        [(name, "secondary" if pool == NOBODY else pool) for name, pool in nodes.items()],
        [(_then(was), str(pool_label(now)), flow.customers) for was, now, flow in flows],
    )
    option["series"][0]["label"] = {"show": True}
    urls = [customers_url(moved=value_of(period.first, period.last, was, now)) for was, now, _flow in flows]
    for edge, url in zip(option["series"][0]["links"], urls, strict=True):
        edge["href"] = url
    rows = [
        (pool_label(was), pool_label(now), link(url, flow.customers), formats.money(flow.value, whole=True))
        for (was, now, flow), url in zip(flows, urls, strict=True)
    ]
    head = (formats.day(period.first), formats.day(period.last), _("Customers"), _("Lifetime value today"))
    return Chart("flows", _("From pool to pool"), summary_of(movement), option, head, rows, height="lg")


def summary_of(movement: PoolMovement) -> str:
    """The movement in a sentence."""
    said = _("%(moved)s customers moved, %(stayed)s are where they were, and %(new)s are new.") % {
        "moved": formats.number(movement.moved),
        "stayed": formats.number(movement.stayed),
        "new": formats.number(movement.new),
    }
    moved = [flow for flow in movement.flows if flow.before not in ("", flow.after)]
    if not moved:
        return said
    largest = _("Most went from “%(was)s” to “%(now)s” (%(most)s).") % {
        "was": pool_label(moved[0].before),
        "now": pool_label(moved[0].after),
        "most": formats.number(moved[0].customers),
    }
    return f"{said} {largest}"


def _then(pool: str) -> str:
    """The node on the left: names must differ from those on the right."""
    return f"{pool_label(pool)} →"
