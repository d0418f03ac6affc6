"""/api/v1/experiments/: experiments, their arms, and what they say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.models import Arm, Experiment
from campaigns.selectors.readout import find_control, read_out
from retention.common.api_pages import CursorPages
from tenants.people.permissions import api_permission

Permissions = list[type[BasePermission]]


class ArmSerializer(serializers.ModelSerializer[Arm]):
    """One arm. `share` is its part of 10,000; null where nobody said."""

    class Meta:
        model = Arm
        fields = ("name", "share", "is_control")
        read_only_fields = fields


class ExperimentSerializer(serializers.ModelSerializer[Experiment]):
    """An experiment with its arms."""

    id = serializers.UUIDField(source="public_id")
    arms = ArmSerializer(many=True)

    class Meta:
        model = Experiment
        fields = ("id", "name", "unit", "source", "started_at", "ended_at", "created_at", "arms")
        read_only_fields = fields


class ArmReadoutSerializer(serializers.Serializer[Any]):
    """One metric of one arm; `difference` is arm minus control, shares are fractions."""

    n = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    difference = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    p_value = serializers.FloatField(allow_null=True)
    always_valid_interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class MetricReadoutSerializer(serializers.Serializer[Any]):
    """One metric, by the arms' names."""

    arms = serializers.DictField(child=ArmReadoutSerializer())


class ReadoutSerializer(serializers.Serializer[Any]):
    """What ``manage.py readout`` prints."""

    control = serializers.CharField()
    metrics = serializers.DictField(child=MetricReadoutSerializer())
    sample_ratio_p = serializers.FloatField(allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField())


class ExperimentListView(generics.ListAPIView[Experiment]):
    """All experiments, in order of their making."""

    permission_classes: Permissions = [api_permission("experiments.view")]
    serializer_class = ExperimentSerializer
    pagination_class = CursorPages
    queryset = Experiment.objects.prefetch_related("arms").order_by("id")


class ExperimentView(generics.RetrieveAPIView[Experiment]):
    """One experiment."""

    permission_classes: Permissions = [api_permission("experiments.view")]
    serializer_class = ExperimentSerializer
    lookup_field = "public_id"
    queryset = Experiment.objects.prefetch_related("arms")


class ExperimentReadoutView(generics.GenericAPIView[Experiment]):
    """What an experiment says now, against its control or the arm named by ``?control=``."""

    permission_classes: Permissions = [api_permission("experiments.view")]
    serializer_class = ReadoutSerializer

    @extend_schema(responses=ReadoutSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        experiment = get_object_or_404(Experiment, public_id=public_id)
        control = find_control(experiment, request.query_params.get("control") or None)
        return Response(read_out(experiment, control=control).as_json())
