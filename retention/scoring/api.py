"""/api/v1/scores, /thresholds and /runs: what the run in force says, and runs to ask for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from retention.common import clock
from retention.common.api_pages import CursorPages
from retention.customers.selectors.lists import counted_customers
from retention.customers.selectors.scopes import visible_customers
from retention.scoring.enums import HealthBand, Pool, Tier
from retention.scoring.explain import explain, why_json, why_text
from retention.scoring.models import CustomerScore, ScoreRun, SilenceThreshold
from retention.scoring.selectors.factors import customer_factors
from retention.scoring.selectors.thresholds import thresholds_in_force
from retention.scoring.selectors.value_ahead import ValuesAhead
from retention.scoring.services.dates import not_in_future
from retention.scoring.services.runs import request_run
from retention.scoring.tasks import advance_run
from tenants.context import current_tenant
from tenants.people.permissions import api_permission

Permissions = list[type[BasePermission]]


class NewestFirst(CursorPages):
    """The latest come first."""

    ordering = "-id"


class PagesByCustomer(CursorPages):
    """Scores have no key of their own."""

    ordering = "customer_id"


class ScoreSerializer(serializers.ModelSerializer[CustomerScore]):
    """One customer's scores. Null is not known; recency and t are in the models' time unit.

    The view sets what is computed when read: the ranges and the worth of what runs in terms.
    """

    customer = serializers.UUIDField(source="customer.public_id")
    external_id = serializers.CharField(source="customer.external_id")
    category = serializers.CharField(source="category.code", default=None, allow_null=True)
    clv_low = serializers.FloatField(read_only=True, allow_null=True)
    clv_high = serializers.FloatField(read_only=True, allow_null=True)
    subscription_value = serializers.FloatField(read_only=True, allow_null=True)
    subscription_low = serializers.FloatField(read_only=True, allow_null=True)
    subscription_high = serializers.FloatField(read_only=True, allow_null=True)
    why = serializers.SerializerMethodField()

    class Meta:
        model = CustomerScore
        fields = (
            "customer", "external_id", "as_of", "frequency", "recency", "t", "monetary_value", "p_alive",
            "expected_90d", "return_12m", "clv", "clv_low", "clv_high", "subscription_value", "subscription_low",
            "subscription_high", "churn_probability", "r_score", "f_score", "m_score", "tier",
            "high_value", "clock", "category", "purchase_silence", "visit_silence", "threshold_days",
            "threshold_source", "r", "pool", "stage", "false_churn", "health", "health_band", "health_card", "why",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_why(self, score: CustomerScore) -> list[dict[str, Any]]:
        return why_json(explain(score, score.category.code if score.category else ""))


class FactorSerializer(serializers.Serializer[Any]):
    """One health metric: input, points, effective weight and what it adds."""

    code = serializers.CharField()
    family = serializers.CharField()
    x = serializers.FloatField(allow_null=True)
    points = serializers.FloatField(allow_null=True)
    weight = serializers.FloatField()
    contribution = serializers.FloatField()


class ScoreDetailSerializer(ScoreSerializer):
    """One customer's scores with the parts of the health and the reasons in words."""

    words = serializers.SerializerMethodField()
    factors = serializers.SerializerMethodField()

    class Meta:
        model = CustomerScore
        fields = (*ScoreSerializer.Meta.fields, "words", "factors")
        read_only_fields = fields

    def get_words(self, score: CustomerScore) -> str:
        return why_text(explain(score, str(score.category or "")))

    @extend_schema_field(FactorSerializer(many=True))
    def get_factors(self, score: CustomerScore) -> list[dict[str, Any]]:
        return list(FactorSerializer(customer_factors(score).factors, many=True).data)


class ScoreFilter(django_filters.FilterSet):
    """What scores may be chosen by."""

    pool = django_filters.ChoiceFilter(choices=Pool.choices)
    tier = django_filters.ChoiceFilter(choices=Tier.choices)
    health_band = django_filters.ChoiceFilter(choices=HealthBand.choices)
    high_value = django_filters.BooleanFilter()

    class Meta:
        model = CustomerScore
        fields = ("pool", "tier", "health_band", "high_value")


class ScoresView(generics.ListAPIView[CustomerScore]):
    """Scores of the run in force."""

    permission_classes: Permissions = [api_permission("scores.view"), api_permission("customers.view")]
    serializer_class = ScoreSerializer
    pagination_class = PagesByCustomer
    filterset_class = ScoreFilter
    queryset = CustomerScore.objects.none()

    def get_queryset(self) -> QuerySet[CustomerScore]:
        if getattr(self, "swagger_fake_view", False):
            return CustomerScore.objects.none()
        visible = visible_customers(counted_customers(), self.request.user)
        scores = CustomerScore.current.filter(customer__in=visible)
        return scores.select_related("customer", "category", "run").order_by("customer_id")

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        if page:
            ValuesAhead(page[0].run).attach(page)
        return page


class ScoreView(generics.GenericAPIView[CustomerScore]):
    """Scores of one customer, with the parts of the health."""

    permission_classes: Permissions = [api_permission("scores.view"), api_permission("customers.view")]
    serializer_class = ScoreDetailSerializer

    @extend_schema(responses=ScoreDetailSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        customer = get_object_or_404(visible_customers(counted_customers(), request.user), public_id=public_id)
        scores = CustomerScore.current.select_related("customer", "category", "run")
        score = get_object_or_404(scores, customer=customer)
        ValuesAhead(score.run).attach([score])
        return Response(ScoreDetailSerializer(score).data)


class ThresholdSerializer(serializers.ModelSerializer[SilenceThreshold]):
    """A silence threshold; without a category it is the tenant's, on the clock named."""

    category = serializers.CharField(source="category.code", default=None, allow_null=True)

    class Meta:
        model = SilenceThreshold
        fields = (
            "category", "clock", "days", "source", "gaps", "open_gaps", "customers", "p50", "p90", "interval_low",
            "interval_high", "km_p50", "km_p90", "pooled", "drift",
        )  # fmt: skip
        read_only_fields = fields


class ThresholdsView(generics.ListAPIView[SilenceThreshold]):
    """Silence thresholds of the run in force."""

    permission_classes: Permissions = [api_permission("scores.view")]
    serializer_class = ThresholdSerializer
    pagination_class = CursorPages
    queryset = SilenceThreshold.objects.none()

    def get_queryset(self) -> QuerySet[SilenceThreshold]:
        if getattr(self, "swagger_fake_view", False):
            return SilenceThreshold.objects.none()
        return thresholds_in_force().order_by("id")


class RunSerializer(serializers.ModelSerializer[ScoreRun]):
    """A run. POST takes `as_of` alone; progress is 0–1."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    progress = serializers.FloatField(read_only=True)
    pools = serializers.SerializerMethodField()

    class Meta:
        model = ScoreRun
        fields = (
            "id", "kind", "as_of", "scored_on", "known_at", "status", "is_current", "fingerprint", "customers",
            "progress", "message", "pools", "requested_at", "started_at", "finished_at",
        )  # fmt: skip
        read_only_fields = tuple(name for name in fields if name != "as_of")

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_pools(self, run: ScoreRun) -> dict[str, int]:
        return {name or "none": count for name, count in run.summary.get("pools", {}).items()}


class RunsView(generics.ListCreateAPIView[ScoreRun]):
    """Runs, newest first; POST asks for one."""

    serializer_class = RunSerializer
    pagination_class = NewestFirst
    queryset = ScoreRun.objects.order_by("-id")

    def get_permissions(self) -> list[BasePermission]:
        return [api_permission("scores.run" if self.request.method == "POST" else "scores.view")()]

    def perform_create(self, serializer: Any) -> None:
        as_of = not_in_future(serializer.validated_data["as_of"], clock.today(current_tenant().timezone))
        actor = self.request.user if getattr(self.request.user, "pk", None) else None
        serializer.instance = request_run(as_of=as_of, now=clock.now(), actor=actor)
        advance_run.wake(run=serializer.instance.pk)


class RunView(generics.RetrieveAPIView[ScoreRun]):
    """One run and how far it is."""

    permission_classes: Permissions = [api_permission("scores.view")]
    serializer_class = RunSerializer
    queryset = ScoreRun.objects.all()
    lookup_field = "public_id"
