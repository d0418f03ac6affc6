"""/api/v1/offers/: offers, to read, make and change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.models import Offer
from campaigns.services.offers import Terms, change_offer, create_offer
from retention.common import clock
from retention.common.api_pages import CursorPages
from tenants.people.permissions import api_permission, may

Permissions = list[type[BasePermission]]


class OfferSerializer(serializers.ModelSerializer[Offer]):
    """An offer. `value` is money, or a number of growth points; `taken` counts the codes that are out of `limit`.

    Only coupons have codes. `code` and `kind` are for good.
    """

    id = serializers.UUIDField(source="public_id", read_only=True)
    code = serializers.SlugField(max_length=80, required=False)
    value = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0, required=False)
    minimum_spend = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0, required=False)
    limit = serializers.IntegerField(min_value=0, max_value=2_000_000_000, required=False, allow_null=True)
    valid_days = serializers.IntegerField(min_value=1, max_value=3650, required=False)

    class Meta:
        model = Offer
        fields = (
            "id", "code", "name", "name_zh", "kind", "value", "minimum_spend", "has_codes", "limit", "taken",
            "valid_days", "stacks", "audience", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = ("has_codes", "taken", "created_at", "updated_at")


class OfferChangeSerializer(OfferSerializer):
    """What may be changed of an offer; code and kind are not read."""

    code = serializers.SlugField(read_only=True)

    class Meta(OfferSerializer.Meta):
        read_only_fields: tuple[str, ...] = (*OfferSerializer.Meta.read_only_fields, "kind")


class OfferListView(generics.ListCreateAPIView[Offer]):
    """The offers that are not archived; POST makes one, a coupon unless another kind is named."""

    serializer_class = OfferSerializer
    pagination_class = CursorPages
    queryset = Offer.objects.filter(archived_at=None).order_by("id")

    def get_permissions(self) -> list[BasePermission]:
        code = "campaigns.edit" if self.request.method == "POST" else "campaigns.view"
        return [api_permission(code)()]

    def perform_create(self, serializer: Any) -> None:
        given = dict(serializer.validated_data)
        chosen = {"code": given.pop("code", ""), "kind": given.pop("kind", "coupon")}
        made = create_offer(terms=Terms(**given), actor=self.request.user, now=clock.now(), **chosen)
        serializer.instance = made


class OfferView(generics.GenericAPIView[Offer]):
    """One offer; PATCH changes its terms for what goes out from now on."""

    permission_classes: Permissions = [api_permission("campaigns.view")]
    serializer_class = OfferSerializer

    @extend_schema(responses=OfferSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        return Response(OfferSerializer(_find(public_id)).data)

    @extend_schema(request=OfferChangeSerializer, responses=OfferSerializer)
    def patch(self, request: Request, public_id: UUID) -> Response:
        offer = _find(public_id)  # first: to whoever may read, what isn't theirs is not there
        if not may(request.user, "campaigns.edit"):
            self.permission_denied(request)
        change = OfferChangeSerializer(offer, data=request.data, partial=True)
        change.is_valid(raise_exception=True)
        terms = replace(Terms.of(offer), **change.validated_data)
        changed = change_offer(offer=offer, terms=terms, seen=offer.updated_at, actor=request.user, now=clock.now())
        return Response(OfferSerializer(changed).data)


def _find(public_id: UUID) -> Offer:
    return get_object_or_404(Offer, public_id=public_id, archived_at=None)
