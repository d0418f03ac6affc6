"""/api/v1/tags/ and a customer's tags: to read, to put on and to take off, for one source."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from retention.common import clock
from retention.common.api_pages import CursorPages
from retention.customers.api.parties import CUSTOMER, ByCustomer, OfCustomer
from retention.customers.models import CustomerTag
from retention.customers.selectors.facts_seen import seen_customers, seen_tags
from retention.customers.services.tags import MAX_AT_ONCE, MAX_SOURCE, MAX_TAG, change_tags
from tenants.people.permissions import api_permission


class TagSerializer(OfCustomer, serializers.ModelSerializer[CustomerTag]):
    """A tag in force, with who gave it."""

    class Meta:
        model = CustomerTag
        fields = (*CUSTOMER, "source", "tag", "added_at")
        read_only_fields = fields


class TagFilter(ByCustomer):
    """What tags may be chosen by."""

    class Meta:
        model = CustomerTag
        fields = ("source", "tag")


class TagListView(generics.ListAPIView[CustomerTag]):
    """Tags in force, in the order in which they were put on."""

    permission_classes = [api_permission("customers.view")]
    serializer_class = TagSerializer
    pagination_class = CursorPages
    filterset_class = TagFilter
    queryset = CustomerTag.objects.none()

    def get_queryset(self) -> QuerySet[CustomerTag]:
        return seen_tags(self.request.user).filter(removed_at=None).select_related("customer").order_by("id")


class ChangeSerializer(serializers.Serializer[Any]):
    """Tags of one source to put on and to take off. A tag in both stays on."""

    source = serializers.CharField(max_length=MAX_SOURCE)  # type: ignore[assignment]  # a field, as DRF collects it
    add = serializers.ListField(
        child=serializers.CharField(max_length=MAX_TAG), max_length=MAX_AT_ONCE, required=False, default=list
    )
    remove = serializers.ListField(
        child=serializers.CharField(max_length=MAX_TAG), max_length=MAX_AT_ONCE, required=False, default=list
    )


class TaggedSerializer(serializers.Serializer[Any]):
    """How many were put on and taken off; 0 where nothing was left to do."""

    added = serializers.IntegerField()
    removed = serializers.IntegerField()


class CustomerTagsView(APIView):
    """Put tags on a customer and take tags off."""

    permission_classes = [api_permission("tags.edit")]

    @extend_schema(request=ChangeSerializer, responses=TaggedSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """The tags of other sources stay as they are."""
        customer = get_object_or_404(seen_customers(request.user).filter(merged_into=None), public_id=public_id)
        given = ChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        tagged = change_tags(customer=customer, actor=request.user, now=clock.now(), **given.validated_data)
        return Response(TaggedSerializer(tagged).data)
