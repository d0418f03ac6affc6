"""The REST API of the customer record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from retention.customers.api.batch_schema import EXAMPLES
from retention.customers.models import ImportError, ImportJob
from tests.isolation.matrix import Row, World, thing

THEN = datetime(2026, 1, 1, tzinfo=UTC)


@thing
def import_job(world: World) -> ImportJob:
    """A finished import with a refused row."""
    job = ImportJob.objects.create(
        kind="orders",
        file_name=world.text("orders.csv"),
        status="done",
        message=world.text("message"),
        public_id=world.uuid("import_job"),
        created_at=THEN,
    )
    ImportError.objects.create(
        job=job, line=2, column="amount", value=world.text("x"), reason=world.text("why"), mend=world.text("mend")
    )
    return job


@dataclass(frozen=True)
class BatchRow(Row):
    """A door that takes a list: it is sent one row."""

    def body(self, world: World) -> Any:
        """`data` as the only row."""
        return [super().body(world)]


def of(thing_name: str) -> dict[str, str]:
    """The part of the URL that names the thing."""
    return {"public_id": f"{thing_name}.public_id"}


ROWS = (
    Row("api-customers", permission="customers.view", api=True),
    Row("api-customer", permission="customers.view", kwargs=of("customer"), api=True),
    Row("api-accounts", permission="accounts.view", api=True),
    Row("api-account", permission="accounts.view", kwargs=of("account"), api=True),
    Row("api-contacts", permission="accounts.view", api=True),
    Row("api-orders", permission="customers.view", api=True),
    Row("api-order", permission="customers.view", kwargs=of("facts_of_customer"), api=True),
    Row("api-events", permission="customers.view", api=True),
    Row("api-memberships", permission="customers.view", api=True),
    Row("api-renewals-of-memberships", permission="customers.view", api=True),
    Row("api-levels", permission="customers.view", api=True),
    Row("api-earn-rules", permission="customers.view", api=True),
    Row("api-points", permission="customers.view", api=True),
    Row("api-customer-standing", permission="customers.view", kwargs=of("customer"), api=True),
    *(
        Row(
            f"api-points-{act}",
            permission="points.edit",
            kwargs=of("customer"),
            methods=("POST",),
            data={"points": 1, "reason": "x", "key": act},
            api=True,
        )
        for act in ("spend", "give")
    ),
    Row("api-tags", permission="customers.view", api=True),
    Row(
        "api-customer-tags",
        permission="tags.edit",
        kwargs=of("customer"),
        methods=("POST",),
        data={"source": "wecom", "add": ["x"]},
        api=True,
    ),
    Row("api-categories", permission="customers.view", api=True),
    Row("api-imports", permission="customers.import", api=True),
    Row("api-import", permission="customers.import", kwargs=of("import_job"), api=True),
    Row("api-import-errors", permission="customers.import", kwargs=of("import_job"), api=True),
    *(
        BatchRow(f"api-{kind}-batch", permission="customers.import", methods=("POST",), data=EXAMPLES[kind], api=True)
        for kind in EXAMPLES
    ),
)
