"""/api/v1/trends/: the trends over time, as their page tells them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from retention.common.api_choices import choice_in
from retention.scoring.rules import rules_in_force
from retention.scoring.selectors.current import current_run
from retention.segments.trends.figures import DEFAULT, ENTRIES, SPANS, DayTrend, TrendFigures, trend_figures
from tenants.people.permissions import api_permission
from tenants.policies import policy_number

Permissions = list[type[BasePermission]]


class TrendDaySerializer(serializers.Serializer[Any]):
    """A day. A null is too few to say, or not known."""

    day = serializers.DateField()
    pools = serializers.DictField(child=serializers.IntegerField())
    login_decay = serializers.FloatField(allow_null=True)
    silent_share = serializers.FloatField(allow_null=True)
    entered_lost = serializers.IntegerField()
    daily_churn = serializers.FloatField(allow_null=True)


class TrendMonthSerializer(serializers.Serializer[Any]):
    """A complete month."""

    month = serializers.DateField()
    revenue = serializers.FloatField()
    payers = serializers.IntegerField()


class TrendCohortSerializer(serializers.Serializer[Any]):
    """Of those who joined in `cohort`, how many were active and how many bought in `month`."""

    cohort = serializers.DateField()
    month = serializers.DateField()
    active = serializers.IntegerField()
    buyers = serializers.IntegerField()


class TrendsSerializer(serializers.Serializer[Any]):
    """All trends; empty before the first run."""

    days = TrendDaySerializer(many=True)
    months = TrendMonthSerializer(many=True)
    falls_in_a_row = serializers.IntegerField()
    cohorts = TrendCohortSerializer(many=True)


class TrendsView(APIView):
    """Trends over time."""

    permission_classes: Permissions = [api_permission("scores.view")]

    @extend_schema(
        parameters=[OpenApiParameter("days", {"type": "string", "enum": list(SPANS)})], responses=TrendsSerializer
    )
    def get(self, request: Request) -> Response:
        run = current_run()
        span = SPANS[choice_in(request, "days", SPANS) or DEFAULT]
        figures = TrendFigures((), (), None, ())
        if run is not None:
            figures = trend_figures(run, rules_in_force(), days=span, entries=int(policy_number(ENTRIES)))
        told = {
            "days": [_day(one) for one in figures.days],
            "months": figures.months,
            "falls_in_a_row": figures.falls,
            "cohorts": figures.cohorts,
        }
        return Response(TrendsSerializer(told).data)


def _day(one: DayTrend) -> dict[str, Any]:
    return {
        "day": one.day,
        "pools": one.counts.pools,
        "login_decay": one.decay.value if one.decay else None,
        "silent_share": one.silent.value,
        "entered_lost": one.counts.entered_lost,
        "daily_churn": one.churn.value,
    }
