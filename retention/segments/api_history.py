"""/api/v1/segments/…: a segment's past, its snapshots, and what it shares with another."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from retention.common import clock
from retention.common.api_pages import CursorPages
from retention.customers.models import Customer
from retention.customers.selectors.lists import counted_customers
from retention.customers.selectors.scopes import visible_customers
from retention.segments.api import MemberSerializer, Permissions
from retention.segments.models import Segment, SegmentSnapshot
from retention.segments.selectors.history import Way, changed, history_of
from retention.segments.selectors.overlap import shared_between
from retention.segments.services.snapshots import freeze_segment
from retention.segments.tables import with_scores
from retention.segments.views.shared import find_segment, page_day
from tenants.people.permissions import api_permission, may

SINCE_DAYS = 28
PERIOD = [OpenApiParameter("from", date), OpenApiParameter("to", date)]


class PeriodSerializer(serializers.Serializer[Any]):
    """Two days, by default the 28 days up to the day of the run in force."""

    to = serializers.DateField(required=False)

    def get_fields(self) -> dict[str, Any]:
        """`from` is no name that a class may give."""
        return {"from": serializers.DateField(required=False), **super().get_fields()}

    def validate(self, attrs: dict[str, date]) -> dict[str, date]:
        until = attrs.get("to") or page_day()
        since = attrs.get("from") or until - timedelta(days=min(SINCE_DAYS, (until - date.min).days))
        if since > until:
            raise serializers.ValidationError({"from": ["The first day lies after the last one."]})
        return {"from": since, "to": until}


class SizeSerializer(serializers.Serializer[Any]):
    """The size as of a day."""

    as_of = serializers.DateField()
    customers = serializers.IntegerField()


class HistorySerializer(serializers.Serializer[Any]):
    """A segment between two days: `entered` and `left` compare these, whatever happened between."""

    since = serializers.DateField()
    until = serializers.DateField()
    known_from = serializers.DateField(allow_null=True)
    entered = serializers.IntegerField()
    left = serializers.IntegerField()
    sizes = SizeSerializer(many=True)


class SharedSerializer(serializers.Serializer[Any]):
    """Customers in both, only in the one and only in the other; shares of the smaller and of all."""

    both = serializers.IntegerField()
    only_one = serializers.IntegerField(source="one")
    only_other = serializers.IntegerField(source="other")
    share_of_smaller = serializers.FloatField(source="of_smaller", allow_null=True)
    share_of_all = serializers.FloatField(source="of_all", allow_null=True)


class SnapshotSerializer(serializers.ModelSerializer[SegmentSnapshot]):
    """A snapshot: `customers` is how many there were when it was frozen."""

    id = serializers.UUIDField(source="public_id", read_only=True)

    class Meta:
        model = SegmentSnapshot
        fields = ("id", "name", "as_of", "customers", "rule", "created_at")
        read_only_fields = ("as_of", "customers", "rule", "created_at")


def _period(request: Request) -> tuple[date, date]:
    asked = PeriodSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return asked.validated_data["from"], asked.validated_data["to"]


class SegmentHistoryView(generics.GenericAPIView[Segment]):
    """Sizes between two days, and how many entered and left."""

    permission_classes: Permissions = [api_permission("segments.view")]
    serializer_class = HistorySerializer

    @extend_schema(parameters=PERIOD, responses=HistorySerializer)
    def get(self, request: Request, code: str) -> Response:
        since, until = _period(request)
        history = history_of(find_segment(code), since=since, until=until)
        sizes = [{"as_of": day, "customers": size} for day, size in history.sizes]
        told = {name: getattr(history, name) for name in ("since", "until", "known_from", "entered", "left")}
        return Response(HistorySerializer({**told, "sizes": sizes}).data)


class _People(generics.ListAPIView[Customer]):
    """Customers of a segment whom the caller may see, in order of their making."""

    permission_classes: Permissions = [api_permission("segments.view"), api_permission("customers.view")]
    serializer_class = MemberSerializer
    pagination_class = CursorPages
    queryset = Customer.objects.none()

    def get_queryset(self) -> QuerySet[Customer]:
        if getattr(self, "swagger_fake_view", False):
            return Customer.objects.none()
        return with_scores(visible_customers(self.people(), self.request.user))

    def people(self) -> QuerySet[Customer]:
        raise NotImplementedError


@extend_schema(parameters=PERIOD)
class SegmentChangesView(_People):
    """Those who entered, or left, between two days."""

    def people(self) -> QuerySet[Customer]:
        since, until = _period(self.request)
        way: Way = "left" if self.kwargs["way"] == "left" else "entered"
        return changed(find_segment(self.kwargs["code"]), way, since=since, until=until)


class SnapshotListView(generics.ListCreateAPIView[SegmentSnapshot]):
    """The snapshots of a segment; POST with a name freezes who is in now."""

    serializer_class = SnapshotSerializer
    pagination_class = CursorPages
    queryset = SegmentSnapshot.objects.order_by("id")

    def get_permissions(self) -> list[BasePermission]:
        return [api_permission("segments.view")()]

    def get_queryset(self) -> QuerySet[SegmentSnapshot]:
        if getattr(self, "swagger_fake_view", False):
            return SegmentSnapshot.objects.none()
        return SegmentSnapshot.objects.filter(segment=find_segment(self.kwargs["code"])).order_by("id")

    def perform_create(self, serializer: Any) -> None:
        segment = find_segment(self.kwargs["code"])  # first: to whoever may read, what isn't theirs is not there
        if not may(self.request.user, "segments.edit"):
            self.permission_denied(self.request)
        serializer.instance = freeze_segment(
            segment=segment,
            name=serializer.validated_data["name"],
            actor=self.request.user,
            now=clock.now(),
            as_of=page_day(),
        )


class SnapshotMembersView(_People):
    """The customers of a snapshot; whoever was erased since is gone from it."""

    def people(self) -> QuerySet[Customer]:
        held = {"segment__code": self.kwargs["code"], "segment__archived_at": None}
        snapshot = get_object_or_404(SegmentSnapshot, public_id=self.kwargs["public_id"], **held)
        return counted_customers().filter(pk__in=snapshot.members.values("customer_id")).order_by("id")


class SegmentOverlapView(generics.GenericAPIView[Segment]):
    """What two segments share, by their latest counts."""

    permission_classes: Permissions = [api_permission("segments.view")]
    serializer_class = SharedSerializer

    @extend_schema(responses=SharedSerializer)
    def get(self, request: Request, code: str, other: str) -> Response:
        return Response(SharedSerializer(shared_between(find_segment(code), find_segment(other))).data)
