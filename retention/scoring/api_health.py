"""/api/v1/scores/…/why/ and …/history/, and those of accounts: a health over time, and why it changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from retention.common import clock
from retention.customers.models import Account
from retention.customers.selectors.lists import counted_customers
from retention.customers.selectors.scopes import visible_accounts, visible_customers
from retention.scoring.selectors.health_history import Point, health_history
from retention.scoring.selectors.why_words import tell_change
from retention.scoring.services.dates import checked_date, in_order, not_in_future
from retention.scoring.services.health_sides import AccountSubject, CustomerSubject, Subject
from retention.scoring.services.why_changed import Cause, Change, End, why_changed
from tenants.context import current_tenant
from tenants.people.permissions import api_permission

Permissions = list[type[BasePermission]]
DAYS = [
    OpenApiParameter("from", str, required=True, description="A day, such as 2024-03-03."),
    OpenApiParameter("to", str, required=True, description="A later day."),
]


class HealthEndSerializer(serializers.Serializer[Any]):
    """One of the two days; `source` is *run* where a run's score of that day is kept, else *computed*."""

    day = serializers.DateField()
    health = serializers.FloatField(allow_null=True)
    health_band = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field of this name, as DRF collects it
    inputs = serializers.DictField(child=serializers.FloatField(allow_null=True))


class HealthPartSerializer(serializers.Serializer[Any]):
    """Points of one cause: data, threshold, policy or late. All parts add up to the difference."""

    cause = serializers.CharField()
    code = serializers.CharField()
    points = serializers.FloatField()


class HealthPolicyChangeSerializer(serializers.Serializer[Any]):
    """Who changed what a part of the cause policy, or a threshold, is about."""

    code = serializers.CharField()
    detail = serializers.CharField()
    changed_at = serializers.DateTimeField(allow_null=True)
    changed_by = serializers.CharField()


class HealthChangeSerializer(serializers.Serializer[Any]):
    """`difference` is null, and `parts` empty, where too little was known on one of the days."""

    then = HealthEndSerializer()
    now = HealthEndSerializer()
    difference = serializers.FloatField(allow_null=True)
    by_cause = serializers.DictField(child=serializers.FloatField())
    parts = HealthPartSerializer(many=True)
    changes = HealthPolicyChangeSerializer(many=True)
    words = serializers.CharField()


class CustomerWhyView(APIView):
    """Why a customer's health changed between two days."""

    permission_classes: Permissions = [api_permission("scores.view"), api_permission("customers.view")]

    @extend_schema(parameters=DAYS, responses=HealthChangeSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        customer = get_object_or_404(visible_customers(counted_customers(), request.user), public_id=public_id)
        return _answer(request, CustomerSubject(customer))


class AccountWhyView(APIView):
    """Why an account's health changed between two days."""

    permission_classes: Permissions = [api_permission("scores.view"), api_permission("accounts.view")]

    @extend_schema(parameters=DAYS, responses=HealthChangeSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        account = get_object_or_404(visible_accounts(Account.objects.all(), request.user), public_id=public_id)
        return _answer(request, AccountSubject(account))


class HealthPointSerializer(serializers.Serializer[Any]):
    """One day of a history. `inputs` and `families` are null where the day's run is not kept any more."""

    day = serializers.DateField()
    health = serializers.FloatField(allow_null=True)
    health_card = serializers.CharField()
    families = serializers.DictField(child=serializers.FloatField(allow_null=True), allow_null=True)
    inputs = serializers.DictField(child=serializers.FloatField(allow_null=True), allow_null=True)


class HealthConfigurationSerializer(serializers.Serializer[Any]):
    """A policy of health that was changed."""

    at = serializers.DateTimeField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, as DRF collects it
    detail = serializers.CharField()
    who = serializers.CharField()


class HealthHistorySerializer(serializers.Serializer[Any]):
    """Days, oldest first, and changes of policies since the first, newest first."""

    points = HealthPointSerializer(many=True)
    changes = HealthConfigurationSerializer(many=True)


class CustomerHistoryView(APIView):
    """A customer's health over time."""

    permission_classes: Permissions = [api_permission("scores.view"), api_permission("customers.view")]

    @extend_schema(responses=HealthHistorySerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        customer = get_object_or_404(visible_customers(counted_customers(), request.user), public_id=public_id)
        return _history(CustomerSubject(customer))


class AccountHistoryView(APIView):
    """An account's health over time."""

    permission_classes: Permissions = [api_permission("scores.view"), api_permission("accounts.view")]

    @extend_schema(responses=HealthHistorySerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        account = get_object_or_404(visible_accounts(Account.objects.all(), request.user), public_id=public_id)
        return _history(AccountSubject(account))


def _history(subject: Subject) -> Response:
    found = health_history(subject)
    points = [_point(point) for point in found.points]
    return Response(HealthHistorySerializer({"points": points, "changes": found.changes}).data)


def _point(point: Point) -> dict[str, Any]:
    parts = point.parts
    return {
        "day": point.day,
        "health": point.health,
        "health_card": parts.card if parts else "",
        "families": {family.value: points for family, _label, points in parts.families} if parts else None,
        "inputs": {factor.code: factor.x for factor in parts.factors} if parts else None,
    }


def _answer(request: Request, subject: Subject) -> Response:
    zone = current_tenant().timezone
    first, last = (checked_date(request.query_params.get(name, "")) for name in ("from", "to"))
    in_order(first, not_in_future(last, clock.today(zone)))
    change = why_changed(subject, subject.side(first, zone), subject.side(last, zone))
    return Response(HealthChangeSerializer(_as_json(change)).data)


def _as_json(change: Change) -> dict[str, Any]:
    told = tell_change(change)
    return {
        "then": _end(change.then),
        "now": _end(change.now),
        "difference": change.difference,
        "by_cause": {cause.value: change.total(cause) for cause in Cause} if change.bars else {},
        "parts": change.bars,
        "changes": [reason for reason in told.reasons if reason.cause in (Cause.POLICY, Cause.THRESHOLD)],
        "words": " ".join(told.sentences),
    }


def _end(end: End) -> dict[str, Any]:
    codes, row = end.parts.card.codes, end.parts.x[0].tolist()
    return {
        "day": end.side.moment.as_of,
        "health": end.health,
        "health_band": end.band,
        "source": "computed" if end.side.score is None else "run",
        "inputs": {code: None if x != x else x for code, x in zip(codes, row, strict=True)},
    }
