"""A new database takes the short way (each app's `0001_first_form`), an older one goes on: both end alike."""

from __future__ import annotations

import pytest
from django.db import connection as plain
from django.db.migrations.loader import MigrationLoader

from retention.customers.models import EventBehaviour
from retention.segments.models import Segment
from tenants.backend.stance import PUBLIC
from tenants.context import as_owner, connection, thinking
from tenants.services.describing import describe_schema
from tenants.services.provisioning import TEMPLATE
from tests.older_migrations import FIRST_FORM, older_migrations

pytestmark = pytest.mark.django_db


def test_the_older_migrations_end_in_the_tables_of_the_first_form() -> None:
    with as_owner(PUBLIC), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA older")
    with as_owner("older"), thinking():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while its keys wait to be checked
        executor = older_migrations(plain)
        executor.migrate(executor.loader.graph.leaf_nodes())
        seeded = [set(model.objects.values_list(key, flat=True)) for model, key in SEEDED]
    assert describe_schema("older") == describe_schema(TEMPLATE)
    with as_owner(TEMPLATE):
        assert [set(model.objects.values_list(key, flat=True)) for model, key in SEEDED] == seeded
    assert all(seeded)


SEEDED = ((EventBehaviour, "name"), (Segment, "code"))


@pytest.mark.parametrize("app", ["alerts", "campaigns", "customers", "feedback", "scoring", "segments", "success"])
def test_the_first_form_replaces_all_that_came_before_it(app: str) -> None:
    """Whoever has gone through the older ones has the first form too, and none of it is run again."""
    with as_owner(TEMPLATE):
        loader = MigrationLoader(plain)
    files = {name for one, name in loader.disk_migrations if one == app and name != FIRST_FORM}
    assert {name for _app, name in loader.replacements[app, FIRST_FORM].replaces} <= files
    assert files <= {name for one, name in loader.applied_migrations if one == app}
