"""/api/v1/segments/: segments with their sizes and customers, to read; own ones, to make."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from retention.common import clock
from retention.common.api_pages import CursorPages
from retention.customers.models import Customer
from retention.customers.selectors.scopes import visible_customers
from retention.segments.models import Segment
from retention.segments.selectors.members import segment_members
from retention.segments.selectors.sizes import segment_cards
from retention.segments.services.save import Draft, archive_segment, change_segment, create_segment
from retention.segments.tables import score_of, with_scores
from retention.segments.views.shared import find_segment, page_day
from tenants.people.permissions import api_permission, may

Permissions = list[type[BasePermission]]


class SegmentSerializer(serializers.ModelSerializer[Segment]):
    """A segment with its latest size and count; null before the first score run. `problem`: why it was not counted."""

    customers = serializers.SerializerMethodField()
    as_of = serializers.SerializerMethodField()
    refreshed_at = serializers.DateTimeField(source="refresh.refreshed_at", read_only=True, default=None)
    took_ms = serializers.IntegerField(source="refresh.took_ms", read_only=True, default=None)
    entered = serializers.IntegerField(source="refresh.entered", read_only=True, default=None)
    left = serializers.IntegerField(source="refresh.left", read_only=True, default=None)
    problem = serializers.CharField(source="refresh.problem_words", read_only=True, default="")

    class Meta:
        model = Segment
        fields = (
            "code", "name", "name_zh", "description", "description_zh", "rule", "ready", "customers", "as_of",
            "refreshed_at", "took_ms", "entered", "left", "problem", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = ("code", "ready", "created_at", "updated_at")

    def get_customers(self, segment: Segment) -> int | None:
        (card,) = segment_cards([segment])
        return card.customers

    def get_as_of(self, segment: Segment) -> str | None:
        (card,) = segment_cards([segment])
        return card.as_of.isoformat() if card.as_of else None


class MemberSerializer(serializers.ModelSerializer[Customer]):
    """A customer of a segment, with pool, tier and health of the run in force."""

    id = serializers.UUIDField(source="public_id")
    pool = serializers.SerializerMethodField()
    tier = serializers.SerializerMethodField()
    health = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields = ("id", "external_id", "name", "pool", "tier", "health")
        read_only_fields = fields

    def get_pool(self, customer: Customer) -> str | None:
        score = score_of(customer)
        return score.pool or None if score else None

    def get_tier(self, customer: Customer) -> str | None:
        score = score_of(customer)
        return score.tier or None if score else None

    def get_health(self, customer: Customer) -> float | None:
        score = score_of(customer)
        return score.health if score else None


class SegmentListView(generics.ListCreateAPIView[Segment]):
    """The living segments; POST makes one of your own and counts it at once."""

    serializer_class = SegmentSerializer
    pagination_class = CursorPages
    queryset = Segment.objects.filter(archived_at=None).select_related("refresh").order_by("id")

    def get_permissions(self) -> list[BasePermission]:
        code = "segments.edit" if self.request.method == "POST" else "segments.view"
        return [api_permission(code)()]

    def perform_create(self, serializer: Any) -> None:
        draft = Draft(**serializer.validated_data)
        serializer.instance = create_segment(draft=draft, actor=self.request.user, now=clock.now(), as_of=page_day())


class SegmentView(generics.GenericAPIView[Segment]):
    """One segment; PATCH changes one of your own and counts it at once, DELETE archives it."""

    permission_classes: Permissions = [api_permission("segments.view")]
    serializer_class = SegmentSerializer

    @extend_schema(responses=SegmentSerializer)
    def get(self, request: Request, code: str) -> Response:
        return Response(SegmentSerializer(find_segment(code)).data)

    @extend_schema(request=SegmentSerializer, responses=SegmentSerializer)
    def patch(self, request: Request, code: str) -> Response:
        """Change what is sent. Its history up to now stays as the old rule made it."""
        segment = self._own(request, code)
        change = SegmentSerializer(segment, data=request.data, partial=True)
        change.is_valid(raise_exception=True)
        draft = replace(Draft.of(segment), **change.validated_data)
        now = clock.now()
        changed = change_segment(segment=segment, draft=draft, actor=request.user, now=now, as_of=page_day())
        return Response(SegmentSerializer(find_segment(changed.code)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, code: str) -> Response:
        """Take it off the lists; its history is kept. Refused while campaigns, scorecards or segments use it."""
        archive_segment(segment=self._own(request, code), actor=request.user, now=clock.now())
        return Response(status=204)

    def _own(self, request: Request, code: str) -> Segment:
        segment = find_segment(code)  # first: to whoever may read, what isn't theirs is not there
        if not may(request.user, "segments.edit"):
            self.permission_denied(request)
        return segment


class SegmentMembersView(generics.ListAPIView[Customer]):
    """The customers of a segment as of the score run in force, in order of their making."""

    permission_classes: Permissions = [api_permission("segments.view"), api_permission("customers.view")]
    serializer_class = MemberSerializer
    pagination_class = CursorPages
    queryset = Customer.objects.none()

    def get_queryset(self) -> QuerySet[Customer]:
        if getattr(self, "swagger_fake_view", False):
            return Customer.objects.none()
        segment = find_segment(self.kwargs["code"])
        return with_scores(visible_customers(segment_members(segment, as_of=page_day()), self.request.user))
