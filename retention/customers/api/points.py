"""Growth points and levels under /api/v1/: what a customer holds, the ledger, and booking points."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from retention.common import clock
from retention.common.api_pages import CursorPages
from retention.customers.api.parties import CUSTOMER, ByCustomer, OfCustomer, SinceRecorded
from retention.customers.models import Customer, PointEntry
from retention.customers.selectors.facts_seen import seen_customers, seen_points
from retention.customers.selectors.levels import standing_of
from retention.customers.selectors.points import points_of
from retention.customers.services.points.ledger import MAX_KEY, MOST, grant_points, spend_points
from tenants.context import current_tenant
from tenants.people.permissions import api_permission


class PointEntrySerializer(OfCustomer, serializers.ModelSerializer[PointEntry]):
    """An entry of the ledger. `rule` is the code of the rule by which it was earned."""

    class Meta:
        model = PointEntry
        fields = (
            *CUSTOMER, "kind", "points", "rule", "reason", "revision", "occurred_at", "expires_on", "recorded_at",
        )  # fmt: skip
        read_only_fields = fields


class PointEntryFilter(ByCustomer, SinceRecorded):
    """What entries may be chosen by."""

    class Meta:
        model = PointEntry
        fields = ("kind", "rule")


class PointEntryListView(generics.ListAPIView[PointEntry]):
    """The ledger in the order in which it was written."""

    permission_classes = [api_permission("customers.view")]
    serializer_class = PointEntrySerializer
    pagination_class = CursorPages
    filterset_class = PointEntryFilter
    queryset = PointEntry.objects.none()

    def get_queryset(self) -> QuerySet[PointEntry]:
        return seen_points(self.request.user).select_related("customer").order_by("id")


class StandingSerializer(serializers.Serializer[Any]):
    """A customer's level and points, as of a local day. `given` says that a membership gives the level."""

    as_of = serializers.DateField()
    level = serializers.CharField(allow_null=True)
    given = serializers.BooleanField()
    earned = serializers.IntegerField(help_text="Points in the rolling period of the levels.")
    next_level = serializers.CharField(allow_null=True, help_text="Null while a membership gives the level.")
    missing = serializers.IntegerField(help_text="Points to the next level; 0 without one.")
    kept_until = serializers.DateField(allow_null=True)
    balance = serializers.IntegerField(help_text="Points that may be spent.")
    expiring = serializers.IntegerField(help_text="Of these, what is gone after `expires_on`, within 30 days.")
    expires_on = serializers.DateField(allow_null=True)


class BookingSerializer(serializers.Serializer[Any]):
    """Points to spend or give. The same `key` again books nothing more."""

    points = serializers.IntegerField(min_value=1, max_value=MOST)
    reason = serializers.CharField(max_length=120)
    key = serializers.CharField(max_length=MAX_KEY)


class GrantSerializer(BookingSerializer):
    """Points to give; they expire after so many months, or never."""

    months = serializers.IntegerField(min_value=1, max_value=120, required=False, allow_null=True)


class BookedSerializer(serializers.Serializer[Any]):
    """What was booked, and what is left."""

    points = serializers.IntegerField()
    balance = serializers.IntegerField()
    repeated = serializers.BooleanField(help_text="It had been booked before.")


def _customer(request: Request, public_id: UUID) -> Customer:
    return get_object_or_404(seen_customers(request.user).filter(merged_into=None), public_id=public_id)


class StandingView(APIView):
    """A customer's level and points today."""

    permission_classes = [api_permission("customers.view")]

    @extend_schema(responses=StandingSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """As of the tenant's local day."""
        customer, today = _customer(request, public_id), clock.today(current_tenant().timezone)
        standing, points = standing_of(customer, today), points_of(customer, today)
        held = standing.membership
        code = standing.level.code if standing.level else held.level if held else None
        answer = {
            "as_of": today,
            "level": code,
            "given": held is not None,
            "earned": standing.earned,
            "next_level": standing.next_level and standing.next_level.code,
            "missing": standing.missing,
            "kept_until": standing.kept_until,
            "balance": points.balance,
            "expiring": points.expiring,
            "expires_on": points.expires_on,
        }
        return Response(StandingSerializer(answer).data)


class SpendView(APIView):
    """Spend a customer's points."""

    permission_classes = [api_permission("points.edit")]

    @extend_schema(request=BookingSerializer, responses=BookedSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Refused where fewer are left; those that expire first are taken first."""
        given = BookingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        booked = spend_points(
            customer=_customer(request, public_id), actor=request.user, now=clock.now(), **given.validated_data
        )
        return Response(BookedSerializer(booked).data)


class GrantView(APIView):
    """Give a customer points."""

    permission_classes = [api_permission("points.edit")]

    @extend_schema(request=GrantSerializer, responses=BookedSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """They count towards the level as earned ones do."""
        given = GrantSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        booked = grant_points(
            customer=_customer(request, public_id), actor=request.user, now=clock.now(), **given.validated_data
        )
        return Response(BookedSerializer(booked).data)
