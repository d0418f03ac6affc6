"""Each index is one that no other makes needless: a row that comes in is written to every one of them."""

from __future__ import annotations

from django.apps import apps
from django.db import connection

from tenants.context import as_owner
from tenants.models import Tenant

OURS = ("customers", "scoring", "segments", "alerts", "success", "feedback", "campaigns", "governance")
NEEDLESS = """
SELECT a.indexrelid::regclass::text, b.indexrelid::regclass::text
FROM pg_index a
JOIN pg_class t ON t.oid = a.indrelid AND t.relnamespace = current_schema()::regnamespace
JOIN pg_index b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid
WHERE split_part(t.relname, '_', 1) = ANY(%s) AND NOT a.indisunique
  AND a.indpred IS NULL AND b.indpred IS NULL AND a.indexprs IS NULL AND b.indexprs IS NULL
  AND b.indnkeyatts >= a.indnkeyatts
  AND (string_to_array(b.indkey::text, ' '))[:a.indnkeyatts] = (string_to_array(a.indkey::text, ' '))[:a.indnkeyatts]
  AND (string_to_array(b.indclass::text, ' '))[:a.indnkeyatts] = string_to_array(a.indclass::text, ' ')
  AND a.indnatts = a.indnkeyatts
ORDER BY 1, 2
"""


def needless() -> list[tuple[str, str]]:
    """Indexes whose columns another one begins with, and that one."""
    with connection.cursor() as cursor:
        cursor.execute(NEEDLESS, [list(OURS)])
        found: list[tuple[str, str]] = cursor.fetchall()
    return found


def test_no_index_is_the_beginning_of_another(tenant: Tenant) -> None:
    assert needless() == []


def test_one_would_be_seen(tenant: Tenant) -> None:
    with as_owner(tenant.schema_name), connection.cursor() as cursor:
        cursor.execute("CREATE INDEX twice ON customers_order (customer_id)")
    assert needless() == [("twice", "order_of_customer")]


def test_each_index_and_constraint_of_the_models_is_there(tenant: Tenant) -> None:
    """A change of a field can take one away that nobody named."""
    ours = [model for model in apps.get_models() if model._meta.app_label in OURS and model._meta.managed]
    said = {rule.name for model in ours for rule in (*model._meta.indexes, *model._meta.constraints)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace UNION "
            "SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace"
        )
        there = {row[0] for row in cursor.fetchall()}
    assert said - there == set() and len(said) > 150
