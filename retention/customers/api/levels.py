"""Membership in sums under /api/v1/, to be read: the ladder, what earns points, and how paid terms are renewed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from retention.common import clock
from retention.common.api_pages import CursorPages
from retention.common.errors import Busy
from retention.customers.models import EarnRule, Level
from retention.customers.selectors.membership_sums import Renewals, least_ends
from retention.customers.services.points.figures import Told, told_figures
from tenants.context import current_tenant
from tenants.people.permissions import api_permission


class LevelSerializer(serializers.ModelSerializer[Level]):
    """A level of the ladder and how many customers hold it."""

    multiplier = serializers.FloatField(help_text="Of points of days from its last change on.")
    customers = serializers.SerializerMethodField()

    class Meta:
        model = Level
        fields = ("code", "name", "name_zh", "points_needed", "multiplier", "benefits", "benefits_zh", "customers")
        read_only_fields = fields

    @extend_schema_field(serializers.IntegerField())
    def get_customers(self, level: Level) -> int:
        """Customers who count, as of the day."""
        customers: dict[str | None, int] = self.context["customers"]
        return customers.get(level.code, 0)


class GivenLevelSerializer(serializers.Serializer[Any]):
    """A level that memberships give and the ladder does not know."""

    code = serializers.CharField()
    customers = serializers.IntegerField()


class LadderSerializer(serializers.Serializer[Any]):
    """The levels from the lowest up, as of the last complete day, or of the day before while it is worked out."""

    as_of = serializers.DateField()
    levels = LevelSerializer(many=True)
    others = GivenLevelSerializer(many=True)
    without = serializers.IntegerField(help_text="Customers without any level.")


class LadderView(APIView):
    """The ladder of levels with the customers of each."""

    permission_classes = [api_permission("customers.view")]

    @extend_schema(responses=LadderSerializer)
    def get(self, request: Request) -> Response:
        """The same figures as the page of membership tells: at most an hour old, older while they are worked out."""
        told_now = _told()
        customers = told_now.figures.levels
        ladder = list(Level.objects.order_by("points_needed"))
        unknown = sorted({code for code in customers if code is not None} - {level.code for level in ladder})
        told = {
            "as_of": told_now.as_of,
            "levels": ladder,
            "others": [{"code": code, "customers": customers[code]} for code in unknown],
            "without": customers.get(None, 0),
        }
        return Response(LadderSerializer(told, context={"customers": customers}).data)


class EarnRuleSerializer(serializers.ModelSerializer[EarnRule]):
    """What earns points from a day on. A change ends a rule and begins another of the same code."""

    points = serializers.FloatField(help_text="For each unit of currency, order day or event, by `kind`.")

    class Meta:
        model = EarnRule
        fields = (
            "code", "name", "name_zh", "kind", "event", "behaviour", "points", "cap_per_day", "multiplied",
            "expires_months", "starts_on", "ends_on", "recorded_at",
        )  # fmt: skip
        read_only_fields = fields


class EarnRuleListView(generics.ListAPIView[EarnRule]):
    """All rules, also those that ended, in the order in which they were made."""

    permission_classes = [api_permission("customers.view")]
    serializer_class = EarnRuleSerializer
    pagination_class = CursorPages
    queryset = EarnRule.objects.order_by("id")


class RenewalsOfSerializer(serializers.Serializer[Any]):
    """Paid terms of a level, or of a month (YYYY-MM), that ended, and how many were renewed."""

    of = serializers.CharField()
    ended = serializers.IntegerField()
    renewed = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True, help_text="Renewed ÷ ended; null under the minimum.")


class RenewalRatesSerializer(serializers.Serializer[Any]):
    """Renewals of paid memberships, as of the last complete day."""

    as_of = serializers.DateField()
    minimum = serializers.IntegerField(help_text="Ended terms under which no rate is told.")
    levels = RenewalsOfSerializer(many=True, help_text="Terms that ended in the last 365 days.")
    months = RenewalsOfSerializer(many=True, help_text="The last twelve months in which terms ended.")


class RenewalRatesView(APIView):
    """How paid memberships are renewed."""

    permission_classes = [api_permission("customers.view")]

    @extend_schema(responses=RenewalRatesSerializer)
    def get(self, request: Request) -> Response:
        """The same figures as the page of membership tells: at most an hour old, older while they are worked out."""
        told_now = _told()
        figures = told_now.figures
        told = {
            "as_of": told_now.as_of,
            "minimum": least_ends(),
            "levels": [_renewals(one) for one in figures.by_level],
            "months": [_renewals(one) for one in figures.by_month],
        }
        return Response(RenewalRatesSerializer(told).data)


def _renewals(one: Renewals) -> dict[str, Any]:
    return {"of": one.of, "ended": one.ended, "renewed": one.renewed, "rate": one.rate}


def _told() -> Told:
    """Raises Busy where they are being worked out for the first time."""
    told = told_figures(clock.last_complete_day(current_tenant().timezone), now=clock.now())
    if told is None:
        raise Busy("figures_unmade", _("These figures are being worked out."), mend=_("Ask again in a minute."))
    return told
