"""How the OpenAPI schema describes batches: from the columns of the importers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, inline_serializer
from rest_framework import serializers

from retention.customers.api.batch_body import MAX_BYTES, MAX_ROWS
from retention.customers.importers import Column, ColumnType, Importer

EXAMPLES: Mapping[str, dict[str, Any]] = {
    "customers": {"external_id": "c-1", "name": "Ann Lee", "email": "ann@example.com", "size": "M"},
    "orders": {"order_id": "o-1", "customer": "c-1", "ordered_at": "2026-03-01T09:00:00Z", "amount": "12.50"},
    "events": {"event_id": "e-1", "customer": "c-1", "event": "Signed In", "occurred_at": "2026-03-01T09:00:00Z"},
    "accounts": {"external_id": "a-1", "name": "Initech", "csm": "carl@example.com"},
    "contacts": {"account": "a-1", "customer": "c-1", "role": "champion"},
    "tags": {"customer": "c-1", "source": "wecom", "tags": "VIP;mother"},
    "memberships": {"customer": "c-1", "level": "V3", "since": "2026-03-01"},
}
"""The kinds that have a batch door, each with a row."""


class RowErrorSerializer(serializers.Serializer[Any]):
    """A refused row: which, where, why and how to mend it."""

    row = serializers.IntegerField(help_text="From 1.")
    field = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()
    mend = serializers.CharField()


class BatchAnswerSerializer(serializers.Serializer[Any]):
    """read = kept + unchanged + refused. What was kept is committed; the other rows changed nothing."""

    read = serializers.IntegerField()
    kept = serializers.IntegerField(help_text="New or changed.")
    unchanged = serializers.IntegerField(help_text="The very same as before.")
    refused = serializers.IntegerField()
    errors = RowErrorSerializer(many=True)  # type: ignore[assignment]  # a field of this name, as DRF collects it


def batch_operation(importer: Importer) -> dict[str, Any]:
    """What `extend_schema` is told of the door of a kind."""
    kind, name = importer.kind, importer.kind.title()
    fields = {column.name: _field(column) for column in importer.all_columns}
    return {
        "operation_id": f"{kind}_batch",
        "summary": f"Bring {kind} in",
        "description": _description(importer),
        "request": inline_serializer(f"{name}Row", fields, many=True),
        "responses": BatchAnswerSerializer,
        "parameters": [
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                description="The same key and body again within 24 hours gets the first answer and does nothing more.",
            )
        ],
        "examples": [OpenApiExample(f"{name} row", EXAMPLES[kind], request_only=True)],
    }


def _description(importer: Importer) -> str:
    return (
        f"{importer.help} Cells are read like those of files. At most {MAX_ROWS:,} rows and {MAX_BYTES:,} bytes; "
        "a row that names an unknown customer or account creates it."
    )


def _field(column: Column) -> serializers.Field[Any, Any, Any, Any]:
    """How the schema describes a column."""
    said: dict[str, Any] = {"required": column.required, "help_text": str(column.help or column.label)}
    match column.type:
        case ColumnType.DATETIME:
            return serializers.DateTimeField(**said)
        case ColumnType.DATE:
            return serializers.DateField(**said)
        case ColumnType.MONEY:
            return serializers.DecimalField(max_digits=14, decimal_places=2, **said)
        case ColumnType.NUMBER:
            return serializers.FloatField(**said)
        case ColumnType.INTEGER:
            return serializers.IntegerField(**said)
        case ColumnType.BOOLEAN:
            return serializers.BooleanField(**said)
        case ColumnType.CHOICE:
            return serializers.ChoiceField(choices=column.choices, **said)
    return serializers.CharField(max_length=column.max_length, **said)
