"""A new database takes the short way (each app's `0001_first_form`), an older one goes on: both end alike."""

from __future__ import annotations

import pytest
from django.db import connection as plain
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from retention.customers.models import Category, EventBehaviour
from retention.segments.models import Segment
from tenants.backend.stance import PUBLIC
from tenants.context import as_owner, connection, thinking
from tenants.services.describing import describe_schema
from tenants.services.provisioning import TEMPLATE

pytestmark = pytest.mark.django_db
FIRST_FORM = "0001_first_form"
BEFORE_CLOCKS = ("customers", "0015_membership_figures_are_kept")
SEEDED = ((EventBehaviour, "name"), (Segment, "code"))


class Older(MigrationLoader):
    """The files as they were before one stood in for others."""

    def load_disk(self) -> None:
        super().load_disk()
        self.disk_migrations = {key: value for key, value in self.disk_migrations.items() if key[1] != FIRST_FORM}


def bring_to(*migrations: tuple[str, str]) -> None:
    """The schema in force to `migrations`, or to the newest ones."""
    executor = MigrationExecutor(plain)
    executor.loader = Older(plain)
    executor.migrate(list(migrations) or executor.loader.graph.leaf_nodes())


def insert(code: str, clock: str | None) -> None:
    """As SQL, since the model speaks of the columns of today; without a clock, what the column gives by itself."""
    named, params = ("", [code]) if clock is None else (", clock", [code, clock])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO customers_category (code, name{named}) VALUES (%s, ''{', %s' * bool(named)})", params
        )


def seeds() -> list[set[str]]:
    return [set(model.objects.values_list(key, flat=True)) for model, key in SEEDED]


def test_the_older_migrations_end_in_the_tables_of_the_first_form_and_mend_the_rows_on_their_way() -> None:
    """A category of before that never named its clock goes by the tenant's."""
    with as_owner(PUBLIC), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA older")
    with as_owner("older"), thinking():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while its keys wait to be checked
        bring_to(BEFORE_CLOCKS)
        insert("by-default", None)
        insert("visits", "visit")
        bring_to()
        insert("new", None)
        clocks, seeded = dict(Category.objects.values_list("code", "clock")), seeds()
    assert clocks == {"by-default": "", "visits": "visit", "new": ""}
    assert describe_schema("older") == describe_schema(TEMPLATE)
    with as_owner(TEMPLATE):
        assert seeds() == seeded
    assert all(seeded)


@pytest.mark.parametrize("app", ["alerts", "campaigns", "customers", "feedback", "scoring", "segments", "success"])
def test_the_first_form_replaces_all_that_came_before_it(app: str) -> None:
    """Whoever has gone through the older ones has the first form too, and none of it is run again."""
    with as_owner(TEMPLATE):
        loader = MigrationLoader(plain)
    files = {name for one, name in loader.disk_migrations if one == app and name != FIRST_FORM}
    assert {name for _app, name in loader.replacements[app, FIRST_FORM].replaces} <= files
    assert files <= {name for one, name in loader.applied_migrations if one == app}


def test_the_first_form_can_be_undone_and_made_again() -> None:
    with as_owner(TEMPLATE), thinking():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        before = describe_schema(TEMPLATE)
        MigrationExecutor(plain).migrate([("feedback", None)])
        undone = describe_schema(TEMPLATE)
        MigrationExecutor(plain).migrate([("feedback", FIRST_FORM)])
    assert not [part for part in undone if part.owner.startswith("feedback_")]
    assert describe_schema(TEMPLATE) == before
