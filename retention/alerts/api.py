"""/api/v1/alerts/: alerts to read, to take, to put off and to resolve."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from retention.alerts.enums import Level, Status
from retention.alerts.models import Alert
from retention.alerts.selectors.lists import shown
from retention.alerts.selectors.scopes import visible_alerts
from retention.alerts.selectors.words import alert_sentence, alert_title
from retention.alerts.services import working
from retention.common import clock
from retention.common.api_pages import CursorPages
from retention.common.errors import DomainError
from tenants.people.models import User
from tenants.people.permissions import api_permission, may

Permissions = list[type[BasePermission]]


class AlertSerializer(serializers.ModelSerializer[Alert]):
    """An alert. `customer`, `account` and `category` say whom it is about; all null: the whole business."""

    id = serializers.UUIDField(source="public_id")
    monitor = serializers.CharField(source="monitor.code")
    title = serializers.SerializerMethodField()
    sentence = serializers.SerializerMethodField()
    customer = serializers.CharField(source="customer.external_id", default=None)
    account = serializers.CharField(source="account.external_id", default=None)
    category = serializers.CharField(source="category.code", default=None)
    taken_by = serializers.CharField(source="taken_by.email", default=None)
    deadline = serializers.SerializerMethodField()

    class Meta:
        model = Alert
        fields = (
            "id", "monitor", "title", "sentence", "subject", "customer", "account", "category", "cause", "urgency",
            "reach", "priority", "status", "owner_role", "affected", "found_count", "first_found_on", "last_found_on",
            "opened_at", "taken_by", "taken_at", "deadline", "snoozed_until", "resolved_at", "resolution", "evidence",
        )  # fmt: skip
        read_only_fields = fields

    def get_title(self, alert: Alert) -> str:
        return alert_title(alert)

    def get_sentence(self, alert: Alert) -> str:
        return alert_sentence(alert)

    def get_deadline(self, alert: Any) -> str | None:
        return alert.unmet[0].deadline.isoformat() if alert.unmet else None


class WorkedBySerializer(serializers.Serializer[Any]):
    """Who does it, by e-mail; needed with a key, whose owner is a program."""

    person = serializers.EmailField(required=False)


class SnoozeSerializer(WorkedBySerializer):
    """Until when, and why it can wait."""

    until = serializers.DateField()
    reason = serializers.CharField(max_length=400)


class ResolveSerializer(WorkedBySerializer):
    """The cause that was found."""

    cause = serializers.CharField(max_length=400)


class AlertListView(generics.ListAPIView[Alert]):
    """Alerts in order of their making; ``?status=`` and ``?priority=`` narrow them."""

    permission_classes: Permissions = [api_permission("alerts.view")]
    serializer_class = AlertSerializer
    pagination_class = CursorPages
    queryset = Alert.objects.none()

    def get_queryset(self) -> QuerySet[Alert]:
        if getattr(self, "swagger_fake_view", False):
            return Alert.objects.none()
        alerts = shown(visible_alerts(Alert.objects.all(), self.request.user))
        asked = self.request.query_params
        if (status := asked.get("status")) in Status.values:
            alerts = alerts.filter(status=status)
        if (priority := asked.get("priority")) in Level.values:
            alerts = alerts.filter(priority=priority)
        return alerts


class AlertView(generics.GenericAPIView[Alert]):
    """One alert."""

    permission_classes: Permissions = [api_permission("alerts.view")]
    serializer_class = AlertSerializer

    @extend_schema(responses=AlertSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        return Response(AlertSerializer(_find(request, public_id)).data)


class AcknowledgeView(generics.GenericAPIView[Alert]):
    """A named person takes it."""

    permission_classes: Permissions = [api_permission("alerts.work")]
    serializer_class = WorkedBySerializer

    @extend_schema(responses=AlertSerializer)
    def post(self, request: Request, public_id: str) -> Response:
        alert, body = _find(request, public_id), _body(WorkedBySerializer, request)
        working.acknowledge(alert=alert, person=_person(request, body), actor=request.user, now=clock.now())
        return Response(AlertSerializer(_find(request, public_id)).data)


class SnoozeView(generics.GenericAPIView[Alert]):
    """Put it off until a day, for a reason."""

    permission_classes: Permissions = [api_permission("alerts.work")]
    serializer_class = SnoozeSerializer

    @extend_schema(responses=AlertSerializer)
    def post(self, request: Request, public_id: str) -> Response:
        alert, body = _find(request, public_id), _body(SnoozeSerializer, request)
        working.snooze(
            alert=alert,
            person=_person(request, body),
            until=body["until"],
            reason=body["reason"],
            actor=request.user,
            now=clock.now(),
        )
        return Response(AlertSerializer(_find(request, public_id)).data)


class ResolveView(generics.GenericAPIView[Alert]):
    """Close it with its cause."""

    permission_classes: Permissions = [api_permission("alerts.work")]
    serializer_class = ResolveSerializer

    @extend_schema(responses=AlertSerializer)
    def post(self, request: Request, public_id: str) -> Response:
        alert, body = _find(request, public_id), _body(ResolveSerializer, request)
        working.resolve(
            alert=alert,
            person=_person(request, body),
            cause=body["cause"],
            actor=request.user,
            now=clock.now(),
        )
        return Response(AlertSerializer(_find(request, public_id)).data)


def _find(request: Request, public_id: str) -> Alert:
    return get_object_or_404(shown(visible_alerts(Alert.objects.all(), request.user)), public_id=public_id)


def _body(serializer_class: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _person(request: Request, body: dict[str, Any]) -> User:
    """The colleague named, else whoever asks; a program must name one who may work on alerts."""
    if "person" not in body and isinstance(request.user, User):
        return request.user
    found = User.objects.filter(email=body.get("person", "").lower(), is_active=True).first()
    if found is None or not may(found, "alerts.work"):
        raise DomainError(
            "no_such_person",
            "An alert is taken by a named person who may work on alerts.",
            mend="Send the e-mail address of a colleague as “person”.",
        )
    return found
