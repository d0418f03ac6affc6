"""/api/v1/segments/…: how many a rule holds and reaches, some of them, and why a customer is in a segment or not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from retention.common.ids import uuid7
from retention.customers.enums import Channel
from retention.customers.models import Customer
from retention.customers.selectors.lists import counted_customers
from retention.customers.selectors.scopes import visible_customers
from retention.segments.api import MemberSerializer, Permissions
from retention.segments.rules.parse import parse_rule
from retention.segments.selectors.counting import CountTooLong, count_draft, count_tag, estimate_count
from retention.segments.selectors.members import Reach, segment_reach
from retention.segments.selectors.standing import standing_of
from retention.segments.selectors.why import Reason, why
from retention.segments.tables import with_scores
from retention.segments.views.shared import find_segment, page_day
from tenants.people.permissions import api_permission, may
from tenants.policies import policy_number

SAMPLE = 20


class RuleSerializer(serializers.Serializer[Any]):
    """A rule as a segment keeps it: `{"all": […]}`, `{"any": […]}`, `{"not": …}` or a condition about one field."""

    rule = serializers.JSONField()


class ChannelSerializer(serializers.Serializer[Any]):
    """Customers whom a channel reaches: consent to marketing, an address, no refusal as a whole."""

    channel = serializers.ChoiceField(choices=Channel.choices)
    customers = serializers.IntegerField()


class ReachSerializer(serializers.Serializer[Any]):
    """How many there are as of a day, and how many of them each channel reaches."""

    as_of = serializers.DateField()
    customers = serializers.IntegerField()
    channels = ChannelSerializer(many=True)


class EstimateSerializer(serializers.Serializer[Any]):
    """About how many, with 95 % confidence from `low` to `high`, by `asked` of `everyone`."""

    about = serializers.IntegerField()
    low = serializers.IntegerField()
    high = serializers.IntegerField()
    asked = serializers.IntegerField()
    everyone = serializers.IntegerField()


class CountSerializer(serializers.Serializer[Any]):
    """What a rule holds. Where counting takes longer than the policy `segments.count_seconds`, `customers` is null and
    `estimate` stands in its place, null where even that takes too long."""

    as_of = serializers.DateField()
    customers = serializers.IntegerField(allow_null=True)
    channels = ChannelSerializer(many=True)
    estimate = EstimateSerializer(allow_null=True)
    sample = MemberSerializer(many=True)


class ReasonSerializer(serializers.Serializer[Any]):
    """One part of a rule for one customer. A condition says what it asks and what is so, in the caller's language."""

    kind = serializers.ChoiceField(choices=["all", "any", "not", "clause"])
    holds = serializers.BooleanField()
    asks = serializers.CharField(source="text")
    actual = serializers.CharField()
    parts = serializers.SerializerMethodField()

    @extend_schema_field({"type": "array", "items": {"$ref": "#/components/schemas/Reason"}})
    def get_parts(self, reason: Reason) -> list[Any]:
        return [ReasonSerializer(part).data for part in reason.parts]


class WhySerializer(serializers.Serializer[Any]):
    """Whether the rule holds a customer as of a day, and each of its parts."""

    as_of = serializers.DateField()
    holds = serializers.BooleanField()
    reason = ReasonSerializer()


class RuleCountView(APIView):
    """How many customers a rule holds and reaches, and some of them; nothing is kept."""

    permission_classes: Permissions = [api_permission("segments.edit")]

    @extend_schema(request=RuleSerializer, responses=CountSerializer)
    def post(self, request: Request) -> Response:
        """Count a rule. `sample` holds up to 20 customers, and none for those who may not see customers."""
        sent = RuleSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        rule, as_of = sent.validated_data["rule"], page_day()
        parse_rule(rule)
        tag = count_tag(request.user, str(uuid7()))
        found: dict[str, Any] = {"as_of": as_of, "customers": None, "channels": [], "estimate": None, "sample": []}
        try:
            counted = count_draft(rule, as_of=as_of, tag=tag, seconds=int(policy_number("segments.count_seconds")))
        except CountTooLong:
            found["estimate"] = estimate_count(rule, as_of=as_of, tag=tag)
        else:
            found |= _reach(counted.reach)
            if may(request.user, "customers.view"):
                some = visible_customers(Customer.objects.filter(pk__in=counted.ids), request.user)
                found["sample"] = with_scores(some).order_by("pk")[:SAMPLE]
        return Response(CountSerializer(found).data)


class SegmentReachView(APIView):
    """How many customers a segment holds and reaches."""

    permission_classes: Permissions = [api_permission("segments.view")]

    @extend_schema(responses=ReachSerializer)
    def get(self, request: Request, code: str) -> Response:
        """The reach as of the score run in force; a problem where the segment could not be counted."""
        segment, as_of = find_segment(code), page_day()
        standing = standing_of(segment, as_of=as_of)
        if standing.problem is not None and not standing.has_members:
            raise standing.problem
        found = {"as_of": as_of, **_reach(segment_reach(segment, as_of=as_of))}
        return Response(ReachSerializer(found).data)


class SegmentWhyView(APIView):
    """Why a customer is in a segment, or is not."""

    permission_classes: Permissions = [api_permission("segments.view"), api_permission("customers.view")]

    @extend_schema(responses=WhySerializer)
    def get(self, request: Request, code: str, public_id: UUID) -> Response:
        """Each condition of the segment's rule with what it asks and what is so, as of the score run in force."""
        segment, as_of = find_segment(code), page_day()
        customer = get_object_or_404(visible_customers(counted_customers(), request.user), public_id=public_id)
        reason = why(segment.rule, customer, as_of=as_of)
        return Response(WhySerializer({"as_of": as_of, "holds": reason.holds, "reason": reason}).data)


def _reach(reach: Reach) -> dict[str, Any]:
    channels = [{"channel": channel, "customers": count} for channel, count in reach.by_channel.items()]
    return {"customers": reach.customers, "channels": channels}
