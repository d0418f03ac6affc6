"""Imports and the behaviour map."""

from __future__ import annotations

from retention.customers.enums import ImportStatus
from retention.customers.models import ImportError, ImportJob
from tenants import files
from tests.isolation.matrix import Row, World, thing
from tests.isolation.rows.customers import THEN


@thing
def uploaded_import(world: World) -> ImportJob:
    job = ImportJob.objects.create(
        public_id=world.uuid("uploaded import"),
        kind="orders",
        file_name=world.text("orders.csv"),
        status=ImportStatus.DONE,
        refused=1,
        message=world.text("message"),
        created_at=THEN,
        errors_file="refused.csv",
    )
    ImportError.objects.create(job=job, line=2, value=world.text("value"), reason="…", mend="…")
    files.save("imports", "refused.csv", [world.text("refused").encode()])
    return job


OF_IMPORT = {"public_id": "uploaded_import.public_id"}
ROWS = (
    Row("imports", permission="customers.import"),
    Row("import-new", permission="customers.import", methods=("GET", "POST"), data={"kind": "orders"}),
    Row("import", permission="customers.import", kwargs=OF_IMPORT, methods=("GET", "POST")),
    Row("import-progress", permission="customers.import", kwargs=OF_IMPORT),
    Row("import-act", permission="customers.import", kwargs=OF_IMPORT, methods=("POST",), data={"act": "map"}),
    Row("import-errors", permission="customers.import", kwargs=OF_IMPORT),
    Row("behaviours", permission="customers.view"),
    Row("behaviour-progress", permission="customers.view"),
    Row(
        "behaviour-set",
        permission="behaviours.edit",
        methods=("POST",),
        data={"name": "Signed In", "behaviour": "browse"},
    ),
)
