"""Cursor pages of the HTTP API."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """Pages by key: any depth costs the same. ``?page_size=`` up to 500."""

    ordering = "id"
    page_size_query_param = "page_size"
    max_page_size = 500

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """As DRF writes it, with null in the words of OpenAPI 3.1."""
        page = super().get_paginated_response_schema(schema)
        for name in ("next", "previous"):
            page["properties"][name]["type"] = ["string", "null"]
            page["properties"][name].pop("nullable", None)
        return page
