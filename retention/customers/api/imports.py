"""/api/v1/imports/: what was brought in as files, and what was refused."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import generics, serializers

from retention.common.api_pages import CursorPages
from retention.customers.models import ImportError, ImportJob
from tenants.people.permissions import api_permission


class ImportSerializer(serializers.ModelSerializer[ImportJob]):
    """A file brought in, or tried out: read = kept + unchanged + refused."""

    id = serializers.UUIDField(source="public_id")
    progress = serializers.FloatField(help_text="From 0 to 1.")

    class Meta:
        model = ImportJob
        fields = (
            "id", "kind", "file_name", "dry_run", "status", "progress", "read", "kept", "unchanged", "refused",
            "message", "created_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields


class ImportFilter(django_filters.FilterSet):
    """What imports may be chosen by."""

    created_since = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")

    class Meta:
        model = ImportJob
        fields = ("kind", "status", "dry_run")


class NewestFirst(CursorPages):
    """The latest job first."""

    ordering = "-id"


class ImportListView(generics.ListAPIView[ImportJob]):
    """Imports, newest first."""

    permission_classes = [api_permission("customers.import")]
    serializer_class = ImportSerializer
    pagination_class = NewestFirst
    filterset_class = ImportFilter
    queryset = ImportJob.objects.order_by("-id")


class ImportView(generics.RetrieveAPIView[ImportJob]):
    """One import, with how far it is."""

    permission_classes = [api_permission("customers.import")]
    serializer_class = ImportSerializer
    lookup_field = "public_id"
    filter_backends = ()
    queryset = ImportJob.objects.all()


class ImportErrorSerializer(serializers.ModelSerializer[ImportError]):
    """A refused row: where, what, why and how to mend it."""

    class Meta:
        model = ImportError
        fields = ("line", "column", "value", "reason", "mend")
        read_only_fields = fields


class ImportErrorsView(generics.ListAPIView[ImportError]):
    """The refused rows of an import as the page shows them; the file of refusals has all of them."""

    permission_classes = [api_permission("customers.import")]
    serializer_class = ImportErrorSerializer
    pagination_class = CursorPages
    filter_backends = ()
    queryset = ImportError.objects.none()

    def get_queryset(self) -> QuerySet[ImportError]:
        if getattr(self, "swagger_fake_view", False):
            return ImportError.objects.none()
        job = get_object_or_404(ImportJob, public_id=self.kwargs["public_id"])
        return ImportError.objects.filter(job=job).order_by("id")
