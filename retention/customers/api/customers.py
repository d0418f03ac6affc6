"""/api/v1/customers/: who they are, with the running state of their facts."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from retention.common.api_pages import CursorPages
from retention.common.errors import Forbidden
from retention.customers.masking import masked_email, masked_phone
from retention.customers.models import Contact, Customer, CustomerState
from retention.customers.selectors.facts_seen import seen_customers
from retention.customers.selectors.lists import found_customers
from tenants.governance.services.audit import record_act
from tenants.people.permissions import api_permission, may

UNMASK = OpenApiParameter(
    "unmask",
    bool,
    description="Show e-mail and phone whole: asks for customers.unmask and is kept in the audit log.",
)


class StateSerializer(serializers.ModelSerializer[CustomerState]):
    """What the facts in force add up to, local days in the tenant's zone."""

    main_category = serializers.CharField(source="main_category.code", default=None, allow_null=True)

    class Meta:
        model = CustomerState
        fields = (
            "first_order_on", "last_order_on", "order_days", "net_revenue", "main_category", "first_login_on",
            "last_login_on", "login_days", "first_seen_on", "last_seen_on",
        )  # fmt: skip
        read_only_fields = fields


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A customer. E-mail and phone are masked unless asked for."""

    id = serializers.UUIDField(source="public_id")
    email = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(source="joined_at", allow_null=True, help_text="Customer since.")
    merged_into = serializers.UUIDField(
        source="merged_into.public_id",
        default=None,
        allow_null=True,
        help_text="Id of the profile that took this one in.",
    )
    state = serializers.SerializerMethodField(help_text="Null for profiles that don't count, such as staff.")

    class Meta:
        model = Customer
        fields = (
            "id", "external_id", "name", "email", "phone", "language", "timezone", "birthday", "kind", "source",
            "created_at", "traits", "merged_into", "state", "recorded_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_email(self, customer: Customer) -> str:
        return customer.email if self.context.get("unmasked") else masked_email(customer.email)

    def get_phone(self, customer: Customer) -> str:
        return customer.phone if self.context.get("unmasked") else masked_phone(customer.phone)

    @extend_schema_field(StateSerializer(allow_null=True))
    def get_state(self, customer: Customer) -> dict[str, Any] | None:
        state = getattr(customer, "state", None)
        return None if state is None else dict(StateSerializer(state).data)


class CustomerFilter(django_filters.FilterSet):
    """What customers may be chosen by."""

    search = django_filters.CharFilter(
        method="by_word", label="Part of the name, or the beginning of the external id or e-mail."
    )
    updated_since = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")
    recorded_since = django_filters.IsoDateTimeFilter(field_name="recorded_at", lookup_expr="gte")
    account = django_filters.CharFilter(method="by_account", label="External id of an account whose contacts to list.")

    class Meta:
        model = Customer
        fields = ("external_id", "kind")

    def by_word(self, customers: QuerySet[Customer], _name: str, text: str) -> QuerySet[Customer]:
        """Like the search of the list on screen."""
        return found_customers(customers, text)

    def by_account(self, customers: QuerySet[Customer], _name: str, text: str) -> QuerySet[Customer]:
        """Whatever part they play in it."""
        contacts = Contact.objects.filter(account__external_id=text, withdrawn=False)
        return customers.filter(pk__in=contacts.values("customer"))


class CustomerDoor(generics.GenericAPIView[Customer]):
    """Customers in sight; seeing e-mail and phone whole is an act that the audit log keeps."""

    permission_classes = [api_permission("customers.view")]
    serializer_class = CustomerSerializer
    queryset = Customer.objects.none()

    def get_queryset(self) -> QuerySet[Customer]:
        customers = seen_customers(self.request.user)
        return customers.select_related("merged_into", "state__main_category").order_by("id")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "unmasked": self.wants_unmasked()}

    def wants_unmasked(self) -> bool:
        """Raises Forbidden for callers who may not."""
        if self.request is None or self.request.query_params.get("unmask", "").lower() not in ("true", "1"):
            return False  # without a request the schema is being written
        if not may(self.request.user, "customers.unmask"):
            raise Forbidden(
                "unmask_forbidden",
                "You may not see e-mail and phone whole.",
                mend="Leave “unmask” out, or ask an admin for customers.unmask.",
            )
        return True


class CustomerListView(CustomerDoor, generics.ListAPIView[Customer]):
    """Customers in order of their making; merged and erased profiles are left out."""

    pagination_class = CursorPages
    filterset_class = CustomerFilter

    def get_queryset(self) -> QuerySet[Customer]:
        return super().get_queryset().filter(merged_into=None)

    @extend_schema(parameters=[UNMASK])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer = super().get(request, *args, **kwargs)
        if self.wants_unmasked():
            ids = [str(row["id"]) for row in answer.data["results"]]
            record_act(actor=request.user, action="customer.unmask", target="customers", detail={"customers": ids})
        return answer


class CustomerView(CustomerDoor, generics.RetrieveAPIView[Customer]):
    """One customer; a merged profile says which one took it in."""

    lookup_field = "public_id"
    filter_backends = ()

    @extend_schema(parameters=[UNMASK])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer = super().get(request, *args, **kwargs)
        if self.wants_unmasked():
            record_act(actor=request.user, action="customer.unmask", target=f"customer:{answer.data['id']}", detail={})
        return answer
