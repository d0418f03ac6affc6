"""Movements as pictures: each with a sentence that says the same, and a table whose numbers lead to lists."""

from __future__ import annotations

from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.charts import Chart, sankey
from retention.common.errors import sentences
from retention.segments.movement.flows import PoolMovement
from retention.segments.movement.lists import NOBODY, tier_label, value_of
from retention.segments.movement.tiers import KEY, TierMovement
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
    return sentences(said, largest)


def _then(pool: str) -> str:
    """The node on the left: names must differ from those on the right."""
    return f"{pool_label(pool)} →"


def tier_chart(movement: TierMovement) -> Chart | None:
    """From the tiers of the first day to those of the second; None when nobody had one on both."""
    period = movement.period
    moves = [move for move in movement.moves if move.before and move.after]
    if not moves:
        return None
    names = {_tier_then(move.before): move.before for move in moves} | {
        str(tier_label(move.after)): move.after for move in moves
    }
    option = sankey(
        [(name, "info" if tier in KEY else "secondary") for name, tier in names.items()],
        [(_tier_then(move.before), str(tier_label(move.after)), move.customers) for move in moves],
    )
    option["series"][0] |= {"label": {"show": True}, "right": 120}
    urls = [customers_url(tiers=value_of(period.first, period.last, move.before, move.after)) for move in moves]
    for edge, url in zip(option["series"][0]["links"], urls, strict=True):
        edge["href"] = url
    rows = [
        (tier_label(move.before), tier_label(move.after), link(url, move.customers), formats.money(move.revenue))
        for move, url in zip(moves, urls, strict=True)
    ]
    summary = _(
        "%(moved)s customers changed tier and %(stayed)s kept theirs; %(risen)s became key customers, and %(fallen)s "
        "are none any more."
    ) % {name: formats.number(getattr(movement, name)) for name in ("moved", "stayed", "risen", "fallen")}
    head = (formats.day(period.first), formats.day(period.last), _("Customers"), _("Paid in between"))
    return Chart("tiers", _("From tier to tier"), summary, option, head, rows, height="lg")


def _tier_then(tier: str) -> str:
    return f"{tier_label(tier)} →"
