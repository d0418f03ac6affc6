"""/api/v1/pools/flows/ and /tiers/moves/: movements over any period, as their pages tell them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from retention.scoring.selectors.current import current_run
from retention.scoring.selectors.flows import first_day_in_pools
from retention.scoring.selectors.tiers import first_day_with_tiers
from retention.segments.movement.flows import pool_movement
from retention.segments.movement.period import Period, PeriodForm
from retention.segments.movement.tiers import tier_movement
from tenants.people.permissions import api_permission

Permissions = list[type[BasePermission]]
DAYS = [
    OpenApiParameter("from", {"type": "string", "format": "date"}, description="Default: 28 days before."),
    OpenApiParameter("to", {"type": "string", "format": "date"}, description="Default: the run in force."),
]


class FlowSerializer(serializers.Serializer[Any]):
    """Customers in `before` ("": not yet customers) at the first end and in `after` at the second."""

    before = serializers.CharField()
    after = serializers.CharField()
    customers = serializers.IntegerField()
    value = serializers.FloatField(help_text="What they may still bring, as the scores in force see them.")


class EntrySerializer(serializers.Serializer[Any]):
    """Entries into `pool` from `came_from`; leaving a pool is entering another."""

    came_from = serializers.CharField()
    pool = serializers.CharField()
    reason = serializers.CharField()
    customers = serializers.IntegerField()
    times = serializers.IntegerField()


class PoolEndsSerializer(serializers.Serializer[Any]):
    """A pool at both ends."""

    pool = serializers.CharField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    value = serializers.FloatField()


class MovementSerializer(serializers.Serializer[Any]):
    """Flows from the end of one day to the end of another; both ends sum to the pools. Empty before the first run."""

    first = serializers.DateField(allow_null=True)
    last = serializers.DateField(allow_null=True)
    pools = PoolEndsSerializer(many=True)
    flows = FlowSerializer(many=True)
    entries = EntrySerializer(many=True)


class PoolFlowsView(APIView):
    """Flows between pools."""

    permission_classes: Permissions = [api_permission("scores.view")]

    @extend_schema(parameters=DAYS, responses=MovementSerializer)
    def get(self, request: Request) -> Response:
        run, earliest = current_run(), first_day_in_pools()
        if run is None or earliest is None:
            nothing: dict[str, Any] = {"first": None, "last": None, "pools": [], "flows": [], "entries": []}
            return Response(MovementSerializer(nothing).data)
        form = PeriodForm(request.query_params, earliest=earliest, latest=run.as_of)
        movement = pool_movement(run, period_in(form))
        told = MovementSerializer(
            {
                "first": movement.period.first,
                "last": movement.period.last,
                "pools": movement.pools,
                "flows": movement.flows,
                "entries": movement.entries,
            }
        )
        return Response(told.data)


class TierMoveSerializer(serializers.Serializer[Any]):
    """Customers of tier `before` ("": none) at the first end and of `after` at the second."""

    before = serializers.CharField()
    after = serializers.CharField()
    customers = serializers.IntegerField()
    revenue = serializers.FloatField(help_text="Net revenue between the two ends.")


class TierMovementSerializer(serializers.Serializer[Any]):
    """Moves between value tiers, as the runs of both days saw them."""

    first = serializers.DateField(allow_null=True)
    last = serializers.DateField(allow_null=True)
    moves = TierMoveSerializer(many=True)


class TierMovesView(APIView):
    """Moves between value tiers."""

    permission_classes: Permissions = [api_permission("scores.view")]

    @extend_schema(parameters=DAYS, responses=TierMovementSerializer)
    def get(self, request: Request) -> Response:
        run, earliest = current_run(), first_day_with_tiers()
        if run is None or earliest is None:
            nothing: dict[str, Any] = {"first": None, "last": None, "moves": []}
            return Response(TierMovementSerializer(nothing).data)
        period = period_in(PeriodForm(request.query_params, earliest=earliest, latest=run.as_of))
        movement = tier_movement(run, period)
        told = {"first": period.first, "last": period.last, "moves": movement.moves}
        return Response(TierMovementSerializer(told).data)


def period_in(form: PeriodForm) -> Period:
    """The period asked for. Raises ValidationError where it can't be compared."""
    if form.period is None:
        raise ValidationError({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    return form.period
