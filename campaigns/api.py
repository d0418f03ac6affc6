"""/api/v1/campaigns/ to read and stop, /api/v1/decisions/ to read why a customer got something or nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.models import Campaign, Decision
from campaigns.selectors.live import live_of, reason_label
from campaigns.services.launching import stop
from retention.common import clock
from retention.common.api_pages import CursorPages
from retention.common.errors import DomainError
from retention.customers.models import Customer
from retention.customers.selectors.person import whole_person
from retention.customers.selectors.scopes import visible_customers
from tenants.people.permissions import api_permission

Permissions = list[type[BasePermission]]


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    """A campaign as it stands."""

    id = serializers.UUIDField(source="public_id")
    version = serializers.IntegerField(source="current.number", allow_null=True)
    experiment = serializers.UUIDField(source="experiment.public_id", allow_null=True, default=None)

    class Meta:
        model = Campaign
        fields: tuple[str, ...] = (
            "id", "name", "name_zh", "kind", "purpose", "status", "pause_reason", "version", "experiment",
            "created_at", "launched_at", "ended_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields


class CampaignDetailSerializer(CampaignSerializer):
    """The same with its figures."""

    messages = serializers.SerializerMethodField()
    left_out = serializers.SerializerMethodField()

    class Meta:
        model = Campaign
        fields: tuple[str, ...] = (*CampaignSerializer.Meta.fields, "messages", "left_out")
        read_only_fields: tuple[str, ...] = fields

    def get_messages(self, campaign: Campaign) -> dict[str, int]:
        """Messages by state."""
        return {figure.code: figure.count for figure in live_of(campaign).states}

    def get_left_out(self, campaign: Campaign) -> dict[str, int]:
        """Customers who got nothing, by reason."""
        return {figure.code: figure.count for figure in live_of(campaign).reasons}


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """A yes, no or later, with its reasons by code and in words."""

    customer = serializers.UUIDField(source="customer.public_id")
    campaign = serializers.UUIDField(source="campaign.public_id", allow_null=True, default=None)
    step = serializers.IntegerField(source="step.ordinal", allow_null=True, default=None)
    words = serializers.SerializerMethodField()

    class Meta:
        model = Decision
        fields = ("customer", "campaign", "step", "verdict", "reasons", "words", "evidence", "decided_at")
        read_only_fields = fields

    def get_words(self, decision: Decision) -> list[str]:
        return [reason_label(code) for code in decision.reasons]


class CampaignListView(generics.ListAPIView[Campaign]):
    """All campaigns."""

    permission_classes: Permissions = [api_permission("campaigns.view")]
    serializer_class = CampaignSerializer
    pagination_class = CursorPages
    queryset = Campaign.objects.select_related("current", "experiment").order_by("id")


class CampaignView(generics.RetrieveAPIView[Campaign]):
    """One campaign with its figures."""

    permission_classes: Permissions = [api_permission("campaigns.view")]
    serializer_class = CampaignDetailSerializer
    queryset = Campaign.objects.select_related("current", "experiment")
    lookup_field = "public_id"


class CampaignStopView(generics.GenericAPIView[Campaign]):
    """End a campaign for good: what was not handed over is withheld."""

    permission_classes: Permissions = [api_permission("campaigns.stop")]
    serializer_class = CampaignDetailSerializer
    queryset = Campaign.objects.select_related("current", "experiment")
    lookup_field = "public_id"

    @extend_schema(request=None, responses=CampaignDetailSerializer)
    def post(self, request: Request, public_id: Any) -> Response:
        stop(campaign=self.get_object(), actor=request.user, now=clock.now())
        return Response(CampaignDetailSerializer(self.get_object()).data)


def _called(asked: str) -> Q:
    """The customer's own id, or ours."""
    try:
        return Q(external_id=asked) | Q(public_id=UUID(asked))
    except ValueError:
        return Q(external_id=asked)


class DecisionListView(generics.ListAPIView[Decision]):
    """Every yes and no about one customer, oldest first."""

    permission_classes: Permissions = [api_permission("campaigns.view"), api_permission("customers.view")]
    serializer_class = DecisionSerializer
    pagination_class = CursorPages
    queryset = Decision.objects.none()

    @extend_schema(parameters=[OpenApiParameter("customer", str, required=True)])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Decision]:
        if getattr(self, "swagger_fake_view", False):
            return Decision.objects.none()
        asked = self.request.query_params.get("customer", "")
        if not asked:
            raise DomainError("customer_missing", "Name a customer.", mend="Add ?customer= with the customer’s id.")
        rows = visible_customers(Customer.objects.all(), self.request.user)
        customer = get_object_or_404(rows, _called(asked))
        found = Decision.objects.filter(customer__in=whole_person(customer))
        return found.select_related("customer", "campaign", "step").order_by("id")
