"""/api/v1/orders/ and /api/v1/events/: what was bought and what was done."""

from __future__ import annotations

from functools import cached_property

import django_filters
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import generics, serializers

from retention.common.api_pages import CursorPages
from retention.customers.api.in_force import Versions
from retention.customers.api.parties import (
    ACCOUNT,
    CUSTOMER,
    VERSION,
    ByAccount,
    ByCustomer,
    OfAccount,
    OfCustomer,
    SinceRecorded,
)
from retention.customers.enums import Behaviour
from retention.customers.models import Event, EventBehaviour, Order, OrderLine
from retention.customers.selectors.facts_seen import seen_events, seen_orders
from tenants.context import current_tenant
from tenants.people.permissions import api_permission


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    """A line: its amount is its own, else quantity × price."""

    product = serializers.CharField(source="product.code", default=None, allow_null=True)
    category = serializers.CharField(source="category.code", default=None, allow_null=True)

    class Meta:
        model = OrderLine
        fields = ("ordinal", "product", "category", "quantity", "price", "amount")
        read_only_fields = fields


class OrderSerializer(OfCustomer, OfAccount, serializers.ModelSerializer[Order]):
    """A version of an order; a negative amount is a return. Amounts are in the tenant's currency."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    order_id = serializers.CharField(source="external_id", read_only=True)
    currency = serializers.SerializerMethodField()
    lines = OrderLineSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = (
            "id", "order_id", "version", *CUSTOMER, *ACCOUNT, "ordered_at", "ordered_on", "amount", "refunded",
            "currency", "status", "coupon", "properties", "lines", *VERSION,
        )  # fmt: skip
        read_only_fields = fields

    @cached_property
    def _currency(self) -> str:
        return current_tenant().currency

    def get_currency(self, _order: Order) -> str:
        return self._currency


class OrderFilter(Versions, ByCustomer, ByAccount, SinceRecorded):
    """What orders may be chosen by."""

    order_id = django_filters.CharFilter(field_name="external_id")
    ordered_from = django_filters.DateFilter(field_name="ordered_on", lookup_expr="gte", label="First local day.")
    ordered_to = django_filters.DateFilter(field_name="ordered_on", lookup_expr="lte", label="Last local day.")

    class Meta:
        model = Order
        fields = ("status",)


def orders_shown(orders: QuerySet[Order]) -> QuerySet[Order]:
    """With what the serializer reads, in order of their recording."""
    lines = Prefetch("lines", OrderLine.objects.select_related("product", "category").order_by("ordinal"))
    return orders.select_related("customer", "account").prefetch_related(lines).order_by("id")


class OrderListView(generics.ListAPIView[Order]):
    """Orders in the order in which they were recorded, each with its lines."""

    permission_classes = [api_permission("customers.view")]
    serializer_class = OrderSerializer
    pagination_class = CursorPages
    filterset_class = OrderFilter
    queryset = Order.objects.none()

    def get_queryset(self) -> QuerySet[Order]:
        return orders_shown(seen_orders(self.request.user))


class OrderView(generics.RetrieveAPIView[Order]):
    """One version of an order by its id, in force or not."""

    permission_classes = [api_permission("customers.view")]
    serializer_class = OrderSerializer
    lookup_field = "public_id"
    filter_backends = ()
    queryset = Order.objects.none()

    def get_queryset(self) -> QuerySet[Order]:
        return orders_shown(seen_orders(self.request.user))


class EventSerializer(OfCustomer, OfAccount, serializers.ModelSerializer[Event]):
    """Something that a customer or account did. Its behaviour is what the map says today."""

    event = serializers.CharField(source="name", read_only=True)
    behaviour = serializers.SerializerMethodField()

    class Meta:
        model = Event
        fields = (
            "event_id", "version", *CUSTOMER, *ACCOUNT, "event", "behaviour", "occurred_at", "occurred_on",
            "properties", *VERSION,
        )  # fmt: skip
        read_only_fields = fields

    @cached_property
    def _behaviours(self) -> dict[str, str]:
        return dict(EventBehaviour.objects.values_list("name", "behaviour"))

    @extend_schema_field(serializers.ChoiceField(choices=Behaviour.choices))
    def get_behaviour(self, event: Event) -> str:
        return self._behaviours.get(event.name, Behaviour.OTHER.value)


class EventFilter(Versions, ByCustomer, ByAccount, SinceRecorded):
    """What events may be chosen by."""

    event = django_filters.CharFilter(field_name="name", label="Name of the event.")
    occurred_from = django_filters.IsoDateTimeFilter(field_name="occurred_at", lookup_expr="gte")
    occurred_before = django_filters.IsoDateTimeFilter(field_name="occurred_at", lookup_expr="lt")

    class Meta:
        model = Event
        fields = ("event_id",)


class EventListView(generics.ListAPIView[Event]):
    """Events in the order in which they were recorded."""

    permission_classes = [api_permission("customers.view")]
    serializer_class = EventSerializer
    pagination_class = CursorPages
    filterset_class = EventFilter
    queryset = Event.objects.none()

    def get_queryset(self) -> QuerySet[Event]:
        return seen_events(self.request.user).select_related("customer", "account").order_by("id")
