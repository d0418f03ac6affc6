"""How answers name customers and accounts: by the external id, as files do, and by the id of this API."""

from __future__ import annotations

from typing import Any

import django_filters
from rest_framework import serializers


class OfCustomer(serializers.Serializer[Any]):
    """Whose row it is; both are null where there is no customer."""

    customer = serializers.CharField(source="customer.external_id", default=None, allow_null=True, read_only=True)
    customer_id = serializers.UUIDField(source="customer.public_id", default=None, allow_null=True, read_only=True)


class OfAccount(serializers.Serializer[Any]):
    """Which account it belongs to; both are null where there is none."""

    account = serializers.CharField(source="account.external_id", default=None, allow_null=True, read_only=True)
    account_id = serializers.UUIDField(source="account.public_id", default=None, allow_null=True, read_only=True)


CUSTOMER, ACCOUNT = ("customer", "customer_id"), ("account", "account_id")
VERSION = ("source", "recorded_at", "superseded_at", "withdrawn")


class ByCustomer(django_filters.FilterSet):
    """Facts of one customer, named by external id."""

    customer = django_filters.CharFilter(field_name="customer__external_id", label="External id.")


class ByAccount(django_filters.FilterSet):
    """Facts of one account, named by external id."""

    account = django_filters.CharFilter(field_name="account__external_id", label="External id.")


class SinceRecorded(django_filters.FilterSet):
    """What was learnt from a moment on."""

    recorded_since = django_filters.IsoDateTimeFilter(field_name="recorded_at", lookup_expr="gte")
