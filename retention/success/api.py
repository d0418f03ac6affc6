"""/api/v1/tasks/ and /api/v1/renewals/: what is to be done, and the ends of terms, to read."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.permissions import BasePermission

from retention.common.api_choices import choice_in
from retention.common.api_pages import CursorPages
from retention.success.enums import TaskStatus
from retention.success.models import Renewal, Task
from retention.success.selectors.renewals import visible_renewals
from retention.success.selectors.work import visible_tasks
from tenants.people.permissions import api_permission

Permissions = list[type[BasePermission]]


class TaskSerializer(serializers.ModelSerializer[Task]):
    """A task; `assignee` is an address, null while nobody of `role` has taken it."""

    id = serializers.UUIDField(source="public_id")
    customer = serializers.CharField(source="customer.external_id", default=None)
    account = serializers.CharField(source="account.external_id", default=None)
    assignee = serializers.CharField(source="assignee.email", default=None)

    class Meta:
        model = Task
        fields = (
            "id", "title", "body", "kind", "customer", "account", "assignee", "role", "due_at", "status", "outcome",
            "evidence_kind", "opened_at", "closed_at", "source",
        )  # fmt: skip
        read_only_fields = fields


class RenewalSerializer(serializers.ModelSerializer[Renewal]):
    """The end of a term."""

    id = serializers.UUIDField(source="public_id")
    contract = serializers.CharField(source="contract.contract_id")
    account = serializers.CharField(source="contract.account.external_id", default=None)
    customer = serializers.CharField(source="contract.customer.external_id", default=None)

    class Meta:
        model = Renewal
        fields = (
            "id", "contract", "account", "customer", "ends_on", "amount", "status", "next_step", "next_step_on",
            "reason", "amount_after", "decided_at",
        )  # fmt: skip
        read_only_fields = fields


@extend_schema_view(get=extend_schema(parameters=[OpenApiParameter("status", enum=TaskStatus.values)]))
class TaskListView(generics.ListAPIView[Task]):
    """Tasks in order of their making; ``?status=`` narrows them."""

    permission_classes: Permissions = [api_permission("success.view")]
    serializer_class = TaskSerializer
    pagination_class = CursorPages
    queryset = Task.objects.none()

    def get_queryset(self) -> QuerySet[Task]:
        if getattr(self, "swagger_fake_view", False):
            return Task.objects.none()
        tasks = visible_tasks(self.request.user)
        status = choice_in(self.request, "status", TaskStatus.values)
        return tasks.filter(status=status) if status else tasks


class RenewalListView(generics.ListAPIView[Renewal]):
    """The ends of terms in order of their making."""

    permission_classes: Permissions = [api_permission("success.view")]
    serializer_class = RenewalSerializer
    pagination_class = CursorPages
    queryset = Renewal.objects.none()

    def get_queryset(self) -> QuerySet[Renewal]:
        if getattr(self, "swagger_fake_view", False):
            return Renewal.objects.none()
        return visible_renewals(self.request.user)
