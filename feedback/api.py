"""/api/v1/feedback/, /api/v1/leads/ and /api/v1/survey-answers/: what was said, to read; feedback, to bring too."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.permissions import BasePermission

from feedback.enums import Intent, ItemStatus
from feedback.models import FeedbackItem, ProductLead, SurveyResponse
from feedback.selectors.inbox import inbox
from feedback.selectors.leads import staked_leads
from feedback.selectors.nps import visible_answers
from feedback.services.hearing import hear
from retention.common import clock
from retention.common.api_choices import choice_in
from retention.common.api_pages import CursorPages
from retention.customers.models import Account, Customer
from retention.customers.selectors.scopes import visible_accounts, visible_customers
from tenants.context import current_tenant
from tenants.people.permissions import api_permission

Permissions = list[type[BasePermission]]


class FeedbackSerializer(serializers.ModelSerializer[FeedbackItem]):
    """One voice. POST takes `feedback_id`, `text` and what is known besides; an id that is there changes nothing."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    feedback_id = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=20_000)
    customer = serializers.CharField(source="customer.external_id", default=None, allow_null=True)
    account = serializers.CharField(source="account.external_id", default=None, allow_null=True)
    intent = serializers.ChoiceField(Intent.choices, default="", allow_blank=True)
    topics = serializers.SerializerMethodField()
    received_at = serializers.DateTimeField(required=False)
    duplicate_of = serializers.CharField(source="duplicate_of.feedback_id", default=None, read_only=True)

    class Meta:
        model = FeedbackItem
        fields = (
            "id", "feedback_id", "customer", "account", "text", "language", "channel", "intent", "severe", "sentiment",
            "topics", "status", "duplicate_of", "received_at", "answered_at", "closed_at",
        )  # fmt: skip
        read_only_fields = ("severe", "sentiment", "status", "answered_at", "closed_at")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_topics(self, item: FeedbackItem) -> list[str]:
        return [tag.topic.code for tag in item.tags.all()]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Names become rows that the caller may see; the time may not lie ahead."""
        user = self.context["request"].user
        for name, rows in (
            ("customer", visible_customers(Customer.objects.filter(merged_into=None, erased_at=None), user)),
            ("account", visible_accounts(Account.objects.all(), user)),
        ):
            wanted = attrs.pop(name, {}).get("external_id")
            attrs[name] = rows.filter(external_id=wanted).first() if wanted else None
            if wanted and attrs[name] is None:
                raise serializers.ValidationError({name: f"There is no {name} {wanted}."})
        if attrs.get("received_at") and attrs["received_at"] > clock.now():
            raise serializers.ValidationError({"received_at": "This moment lies in the future."})
        return attrs


@extend_schema_view(get=extend_schema(parameters=[OpenApiParameter("status", enum=ItemStatus.values)]))
class FeedbackListView(generics.ListCreateAPIView[FeedbackItem]):
    """Feedback in order of its making; ``?status=`` narrows it. POST brings one more voice."""

    serializer_class = FeedbackSerializer
    pagination_class = CursorPages
    queryset = FeedbackItem.objects.none()

    def get_permissions(self) -> list[BasePermission]:
        return [api_permission("feedback.tag" if self.request.method == "POST" else "feedback.view")()]

    def get_queryset(self) -> QuerySet[FeedbackItem]:
        if getattr(self, "swagger_fake_view", False):
            return FeedbackItem.objects.none()
        status = choice_in(self.request, "status", ItemStatus.values)
        items = inbox(self.request.user)
        return items.filter(status=status) if status else items

    def perform_create(self, serializer: Any) -> None:
        given = {"channel": "api", **serializer.validated_data}
        item, is_new = hear(**given, now=clock.now())
        if not is_new and not inbox(self.request.user).filter(pk=item.pk).exists():
            raise serializers.ValidationError({"feedback_id": "This id is taken."})
        serializer.instance = item


class LeadSerializer(serializers.ModelSerializer[ProductLead]):
    """A product lead with what is at stake: customers counted once, and what they spend in a year."""

    id = serializers.UUIDField(source="public_id")
    owner = serializers.CharField(source="owner.email", default=None)
    voices = serializers.IntegerField()
    customers = serializers.IntegerField()
    revenue = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)

    class Meta:
        model = ProductLead
        fields = (
            "id", "title", "summary", "status", "owner", "department", "due_on", "voices", "customers", "revenue",
            "created_at", "shipped_at",
        )  # fmt: skip
        read_only_fields = fields


class LeadListView(generics.ListAPIView[ProductLead]):
    """Product leads in order of their making."""

    permission_classes: Permissions = [api_permission("leads.view")]
    serializer_class = LeadSerializer
    pagination_class = CursorPages
    queryset = ProductLead.objects.none()

    def get_queryset(self) -> QuerySet[ProductLead]:
        if getattr(self, "swagger_fake_view", False):
            return ProductLead.objects.none()
        return staked_leads(clock.today(current_tenant().timezone))


class AnswerSerializer(serializers.ModelSerializer[SurveyResponse]):
    """One answer to a survey; nobody's, where `customer` is null."""

    id = serializers.UUIDField(source="public_id")
    survey = serializers.CharField(source="survey.name")
    customer = serializers.CharField(source="customer.external_id", default=None)

    class Meta:
        model = SurveyResponse
        fields = ("id", "response_id", "survey", "customer", "score", "comment", "answered_at")
        read_only_fields = fields


class AnswerListView(generics.ListAPIView[SurveyResponse]):
    """Answers in order of their making."""

    permission_classes: Permissions = [api_permission("feedback.view")]
    serializer_class = AnswerSerializer
    pagination_class = CursorPages
    queryset = SurveyResponse.objects.none()

    def get_queryset(self) -> QuerySet[SurveyResponse]:
        if getattr(self, "swagger_fake_view", False):
            return SurveyResponse.objects.none()
        return visible_answers(self.request.user).select_related("survey")
