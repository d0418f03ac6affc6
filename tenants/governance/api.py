"""/api/v1/policies/ and /api/v1/audit/."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from retention.common import clock
from retention.common.api_pages import CursorPages
from tenants.governance.models import AuditEntry
from tenants.governance.selectors.policies import policies_now, policy_now
from tenants.governance.services.policies import reset_policy, set_policy
from tenants.people.permissions import api_permission, may


class PolicySerializer(serializers.Serializer[Any]):
    """A policy as it stands."""

    name = serializers.CharField()
    value = serializers.JSONField()
    default = serializers.JSONField()
    set = serializers.BooleanField(help_text="Whether somebody set it; else the default holds.")
    kind = serializers.CharField()
    group = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, as DRF collects it
    help = serializers.CharField()
    minimum = serializers.FloatField(allow_null=True)
    maximum = serializers.FloatField(allow_null=True)
    choices = serializers.ListField(child=serializers.CharField())


class PolicyChangeSerializer(serializers.Serializer[Any]):
    """A new value, and why."""

    value = serializers.JSONField()
    reason = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class PoliciesView(APIView):
    """Every policy of the tenant."""

    permission_classes = [api_permission("policies.view")]

    @extend_schema(responses=PolicySerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response([policy.as_json() for policy in policies_now()])


class PolicyView(APIView):
    """One policy: read, set, or bring back to its default."""

    permission_classes = [api_permission("policies.view")]

    def check_permissions(self, request: Request) -> None:
        """Changing asks for more than reading."""
        super().check_permissions(request)
        if request.method in ("PUT", "DELETE") and not may(request.user, "policies.edit"):
            self.permission_denied(request)

    @extend_schema(responses=PolicySerializer)
    def get(self, request: Request, name: str) -> Response:
        return Response(policy_now(name).as_json())

    @extend_schema(request=PolicyChangeSerializer, responses=PolicySerializer)
    def put(self, request: Request, name: str) -> Response:
        change = PolicyChangeSerializer(data=request.data)
        change.is_valid(raise_exception=True)
        set_policy(name=name, actor=request.user, now=clock.now(), **change.validated_data)
        return Response(policy_now(name).as_json())

    @extend_schema(responses=PolicySerializer)
    def delete(self, request: Request, name: str) -> Response:
        reset_policy(name=name, actor=request.user, now=clock.now())
        return Response(policy_now(name).as_json())


class AuditSerializer(serializers.ModelSerializer[AuditEntry]):
    """One act; `digest` binds it to everything before it."""

    id = serializers.UUIDField(source="public_id")
    digest = serializers.SerializerMethodField()

    class Meta:
        model = AuditEntry
        fields = ("id", "position", "at", "actor_kind", "actor", "action", "target", "detail", "digest")
        read_only_fields = fields

    def get_digest(self, entry: AuditEntry) -> str:
        """In hexadecimal digits."""
        return bytes(entry.digest).hex()


class AuditPages(CursorPages):
    """Newest first."""

    ordering = "-position"


class AuditView(generics.ListAPIView[AuditEntry]):
    """The audit log."""

    permission_classes = [api_permission("audit.view")]
    serializer_class = AuditSerializer
    pagination_class = AuditPages

    def get_queryset(self) -> QuerySet[AuditEntry]:
        return AuditEntry.objects.all()
