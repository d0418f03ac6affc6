"""Bring text in as a file."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from retention.customers.services.imports import ImportResult, import_file
from tenants.models import Tenant

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
Bring = Callable[..., ImportResult]


@pytest.fixture
def bring(tenant: Tenant, tmp_path: Path) -> Bring:
    """``bring("orders", "order_id,customer,…\\n…")`` imports that text and returns the counts."""

    def bring_(kind: str, text: str, file_map: dict[str, Any] | None = None, **options: Any) -> ImportResult:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        return import_file(kind=kind, path=path, file_map=file_map, **{"now": NOW, **options})[1]

    return bring_


def counts(result: ImportResult) -> tuple[int, int, int]:
    """(kept, unchanged, refused); the sum is always what was read."""
    assert result.read == result.kept + result.unchanged + result.refused
    return result.kept, result.unchanged, result.refused


def refusals(result: ImportResult) -> list[dict[str, str]]:
    """The rows of the errors file."""
    assert result.errors_file is not None
    with Path(result.errors_file).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
