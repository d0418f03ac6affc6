"""/api/v1/memberships/ and /api/v1/categories/."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import generics, serializers

from retention.common.api_pages import CursorPages
from retention.customers.api.in_force import Withdrawable
from retention.customers.api.parties import CUSTOMER, ByCustomer, OfCustomer, SinceRecorded
from retention.customers.enums import Clock
from retention.customers.models import Category, Membership
from retention.customers.selectors.facts_seen import seen_memberships
from tenants.people.permissions import api_permission


class MembershipSerializer(OfCustomer, serializers.ModelSerializer[Membership]):
    """A level that a customer holds from a day on."""

    class Meta:
        model = Membership
        fields = (
            *(*CUSTOMER, "level", "since", "ends_on", "auto_renew", "cancelled", "cancelled_on", "amount"),
            *("recorded_at", "withdrawn"),
        )
        read_only_fields = fields


class MembershipFilter(Withdrawable, ByCustomer, SinceRecorded):
    """What memberships may be chosen by."""

    since_from = django_filters.DateFilter(field_name="since", lookup_expr="gte")
    since_to = django_filters.DateFilter(field_name="since", lookup_expr="lte")

    class Meta:
        model = Membership
        fields = ("level",)


class MembershipListView(generics.ListAPIView[Membership]):
    """Levels in the order in which they were recorded."""

    permission_classes = [api_permission("customers.view")]
    serializer_class = MembershipSerializer
    pagination_class = CursorPages
    filterset_class = MembershipFilter
    queryset = Membership.objects.none()

    def get_queryset(self) -> QuerySet[Membership]:
        return seen_memberships(self.request.user).select_related("customer").order_by("id")


class CategorySerializer(serializers.ModelSerializer[Category]):
    """A kind of goods or content; its clock says whether orders or visits end a silence, null: the tenant's policy."""

    parent = serializers.CharField(  # type: ignore[assignment]  # a field of this name, as DRF collects it
        source="parent.code", default=None, allow_null=True
    )
    clock = serializers.SerializerMethodField()

    class Meta:
        model = Category
        fields = ("code", "name", "parent", "clock")
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=Clock.choices, allow_null=True))
    def get_clock(self, category: Category) -> str | None:
        return category.clock or None


class CategoryFilter(django_filters.FilterSet):
    """What categories may be chosen by."""

    parent = django_filters.CharFilter(field_name="parent__code")

    class Meta:
        model = Category
        fields = ("code", "clock")


class CategoryListView(generics.ListAPIView[Category]):
    """Categories in order of their making."""

    permission_classes = [api_permission("customers.view")]
    serializer_class = CategorySerializer
    pagination_class = CursorPages
    filterset_class = CategoryFilter
    queryset = Category.objects.select_related("parent").order_by("id")
