"""The first page: who is leaving."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from retention.customers.models import Customer
from retention.scoring.enums import HealthBand, Pool, Tier
from retention.scoring.selectors.current import current_run
from retention.segments.overview import charts
from retention.segments.overview.counts import Count
from retention.segments.overview.figures import Overview, load_overview
from retention.segments.overview.parts import shown_parts
from retention.segments.overview.words import customers_url, feed_label
from retention.segments.views.false_churn import false_churn_sentence
from tenants.people.permissions import require

TIER_COLUMNS = ("value", "grow", "keep", "save")


@dataclass(frozen=True)
class Figure:
    """A count that leads to its list."""

    code: str
    label: str
    customers: int
    share: float | None
    url: str
    change: int | None = None
    value: float = 0.0


@require("scores.view")
def dashboard(request: HttpRequest) -> HttpResponse:
    """Pools and flows, silent share, one-day churn, tiers and health; or what is needed to see them."""
    run = current_run()
    if run is None:
        return render(request, "overview/empty.html", {"has_customers": Customer.objects.exists()})
    overview = load_overview(run)
    context = {
        "overview": overview,
        "parts": shown_parts(request.user),
        "pools": _pools(overview),
        "tiers": _tiers(overview),
        "bands": _bands(overview),
        "health_words": charts.health_words(overview),
        "account_bands": [(band, band.label, overview.account_bands.get(band, 0)) for band in HealthBand],
        "account_words": charts.account_words(overview),
        "high_value_url": customers_url(pool="silent", value="yes"),
        "silent_url": customers_url(pool="silent"),
        "churn_url": customers_url(pool=Pool.LOST, entered="1"),
        "false_churn": false_churn_sentence(run),
        "missing": [(feed_label(feed.feed), feed.came, feed.usual) for feed in overview.missing],
        "pool_chart": charts.pool_chart(overview),
        "flow_chart": charts.flow_chart(overview),
        "silent_chart": charts.silent_chart(overview),
        "lost_chart": charts.lost_chart(overview),
        "health_chart": charts.health_chart(overview),
        "radar_chart": charts.radar_chart("families", _("Health by family"), overview.families),
        "account_chart": charts.radar_chart("accounts", _("Health of accounts by family"), overview.account_families),
    }
    return render(request, "overview/dashboard.html", context)


def _pools(overview: Overview) -> list[Figure]:
    everybody = overview.counts.pool(*Pool)
    found = []
    for pool in Pool:
        count = overview.counts.pools.get(pool, Count())
        change = count.customers - overview.before.get(pool, 0)
        share = count.customers / everybody if everybody else None
        url = customers_url(pool=pool)
        found.append(Figure(pool, str(pool.label), count.customers, share, url, change, count.value))
    return found


def _tiers(overview: Overview) -> list[tuple[str, list[Figure]]]:
    """Two rows (key, general) of four tiers; none where nobody has a tier."""
    if not any(count.customers for tier, count in overview.counts.tiers.items() if tier):
        return []
    rows = []
    for kind, label in (("key", pgettext("tier", "Key")), ("general", pgettext("tier", "General"))):
        tiers = [Tier(f"{kind}_{column}") for column in TIER_COLUMNS]
        rows.append((label, [_figure(tier, str(tier.label), overview.counts.tiers, "tier") for tier in tiers]))
    return rows


def _bands(overview: Overview) -> list[Figure]:
    return [_figure(band, str(band.label), overview.counts.bands, "band") for band in HealthBand]


def _figure(code: str, label: str, counts: dict[str, Count], filter_: str) -> Figure:
    known = sum(count.customers for name, count in counts.items() if name)
    count = counts.get(code, Count())
    share = count.customers / known if known else None
    return Figure(code, label, count.customers, share, customers_url(**{filter_: code}), value=count.value)
