"""/api/v1/accounts/ and /api/v1/contacts/: companies, and who acts for them."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from rest_framework import generics, serializers

from retention.common.api_pages import CursorPages
from retention.customers.api.in_force import Withdrawable
from retention.customers.api.parties import (
    ACCOUNT,
    CUSTOMER,
    ByAccount,
    ByCustomer,
    OfAccount,
    OfCustomer,
    SinceRecorded,
)
from retention.customers.models import Account, Contact
from retention.customers.selectors.facts_seen import seen_accounts, seen_contacts
from retention.customers.selectors.lists import found_accounts
from tenants.people.permissions import api_permission


class AccountSerializer(serializers.ModelSerializer[Account]):
    """A company that is a customer, who cares for it and who delivers."""

    id = serializers.UUIDField(source="public_id")
    parent = serializers.CharField(  # type: ignore[assignment]  # a field of this name, as DRF collects it
        source="parent.external_id", default=None, allow_null=True, help_text="External id of the parent account."
    )
    created_at = serializers.DateTimeField(source="joined_at", allow_null=True, help_text="Customer since.")

    class Meta:
        model = Account
        fields = (
            "id", "external_id", "name", "csm", "consultant", "consultant_since", "parent", "created_at", "traits",
            "recorded_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class AccountFilter(SinceRecorded):
    """What accounts may be chosen by."""

    search = django_filters.CharFilter(
        method="by_word", label="Part of the name, or the beginning of the external id or CSM."
    )
    updated_since = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")
    csm = django_filters.CharFilter(lookup_expr="iexact")
    parent = django_filters.CharFilter(field_name="parent__external_id", label="External id of the parent account.")

    class Meta:
        model = Account
        fields = ("external_id",)

    def by_word(self, accounts: QuerySet[Account], _name: str, text: str) -> QuerySet[Account]:
        """Like the search of the list on screen."""
        return found_accounts(accounts, text)


class AccountListView(generics.ListAPIView[Account]):
    """Accounts in order of their making."""

    permission_classes = [api_permission("accounts.view")]
    serializer_class = AccountSerializer
    pagination_class = CursorPages
    filterset_class = AccountFilter
    queryset = Account.objects.none()

    def get_queryset(self) -> QuerySet[Account]:
        return seen_accounts(self.request.user).select_related("parent").order_by("id")


class AccountView(generics.RetrieveAPIView[Account]):
    """One account."""

    permission_classes = [api_permission("accounts.view")]
    serializer_class = AccountSerializer
    lookup_field = "public_id"
    filter_backends = ()
    queryset = Account.objects.none()

    def get_queryset(self) -> QuerySet[Account]:
        return seen_accounts(self.request.user).select_related("parent")


class ContactSerializer(OfAccount, OfCustomer, serializers.ModelSerializer[Contact]):
    """The part that a customer plays in an account."""

    class Meta:
        model = Contact
        fields = (*ACCOUNT, *CUSTOMER, "role", "ended_on", "recorded_at", "withdrawn")
        read_only_fields = fields


class ContactFilter(Withdrawable, ByCustomer, ByAccount, SinceRecorded):
    """What contacts may be chosen by."""

    class Meta:
        model = Contact
        fields = ("role",)


class ContactListView(generics.ListAPIView[Contact]):
    """Who acts for which account, those who left too."""

    permission_classes = [api_permission("accounts.view")]
    serializer_class = ContactSerializer
    pagination_class = CursorPages
    filterset_class = ContactFilter
    queryset = Contact.objects.none()

    def get_queryset(self) -> QuerySet[Contact]:
        return seen_contacts(self.request.user).select_related("account", "customer").order_by("id")
