"""/api/v1/people/: who is on the team, to read."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import generics, serializers

from retention.common.api_pages import CursorPages
from tenants.people.models import User
from tenants.people.permissions import api_permission


class PersonSerializer(serializers.ModelSerializer[User]):
    """A colleague."""

    id = serializers.UUIDField(source="public_id")
    custom_role = serializers.CharField(source="custom_role.name", default=None)

    class Meta:
        model = User
        fields = ("id", "email", "name", "role", "custom_role", "own_accounts_only", "is_active", "created_at")
        read_only_fields = fields


class PeopleView(generics.ListAPIView[User]):
    """Everybody on the team, oldest first."""

    permission_classes = [api_permission("people.manage")]
    serializer_class = PersonSerializer
    pagination_class = CursorPages

    def get_queryset(self) -> QuerySet[User]:
        return User.objects.select_related("custom_role").order_by("id")
