"""Export and erasure: nothing that tells who it was is left anywhere, and every count stays true."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Sum

from retention.common import clock
from retention.common.errors import Conflict, NotFound
from retention.customers.models import (
    Account,
    ConsentEntry,
    Contact,
    Customer,
    CustomerState,
    Event,
    Identity,
    ImportError,
    ImportJob,
    Membership,
    Order,
    PointEntry,
    Preference,
    Touch,
)
from retention.customers.privacy.properties import emptied
from retention.customers.selectors.person import find_customer
from retention.customers.services.privacy import erase_person, erasure_consequences, export_person
from retention.segments.models import Segment, SegmentMembership
from tenants import files
from tenants.context import use_tenant
from tenants.governance.erased_marks import erased_among, erased_condition
from tenants.governance.models import AuditEntry, ErasedMark, ErasureRequest
from tenants.governance.selectors.audit import check_chain
from tenants.models import Tenant
from tenants.people.models import User
from tests.customers.facts import make_points
from tests.tenants.command_line import run_command
from tests.tenants.people.browser import confirm, signed_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SECRETS = ("Wanda", "Winter", "Wanda@", "13800112345", "cu-77", "u-77", "Elm Street", "anon-9")
"""What tells who she is; none of it may be left in any column of any table."""


def make_wanda() -> Customer:
    wanda = Customer.objects.create(
        external_id="cu-77",
        name="Wanda Winter",
        email="Wanda@Example.com",
        phone="+86 138 0011 2345",
        birthday=date(1980, 1, 2),
        traits={"street": "Elm Street 5"},
        recorded_at=NOW,
        updated_at=NOW,
    )
    for kind, value in (("user_id", "u-77"), ("anonymous_id", "anon-9"), ("phone", "+8613800112345")):
        Identity.objects.create(customer=wanda, kind=kind, value=value)
    account = Account.objects.create(external_id="a-1", recorded_at=NOW, updated_at=NOW)
    Contact.objects.create(account=account, customer=wanda, role="champion", recorded_at=NOW)
    CustomerState.objects.create(customer=wanda, order_days=1, net_revenue=30)
    fact = {"digest": b"0" * 16, "recorded_at": NOW}
    Order.objects.create(
        customer=wanda,
        external_id="o-1",
        ordered_at=NOW,
        ordered_on=NOW.date(),
        amount=30,
        properties={"ship_to": "Wanda Winter, Elm Street 5", "channel": "web"},
        **fact,
    )
    Event.objects.create(
        customer=wanda,
        event_id="e-1",
        name="complaint_opened",
        occurred_at=NOW,
        occurred_on=NOW.date(),
        properties={"complaint_id": "k-1", "severe": True, "text": "I, Wanda Winter, complain", "phone": 13800112345},
        **fact,
    )
    Membership.objects.create(customer=wanda, level="V3", since=NOW.date(), recorded_at=NOW)
    make_points(wanda, 5, NOW, reason="for Wanda")
    ConsentEntry.objects.create(
        customer=wanda,
        channel="email",
        purpose="marketing",
        granted=True,
        source="form",
        occurred_at=NOW,
        recorded_at=NOW,
    )
    Preference.objects.create(customer=wanda, updated_at=NOW)
    Touch.objects.create(
        customer=wanda,
        channel="call",
        purpose="service",
        summary="Wanda was upset",
        occurred_at=NOW,
        recorded_at=NOW,
    )
    segment = Segment.objects.order_by("pk")[0]
    SegmentMembership.objects.create(segment=segment, customer=wanda, entered_on=NOW.date())
    return wanda


@pytest.fixture
def wanda(tenant: Tenant) -> Customer:
    return make_wanda()


def everything() -> str:
    """All columns of all tables of the tenant, as text."""
    texts = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute("SELECT to_regclass(%s)", [f"{connection.schema_name}.{table}"])  # type: ignore[attr-defined]
            if cursor.fetchone()[0]:
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                texts += [f"{table}: {row[0]}" for row in cursor.fetchall()]
    return "\n".join(texts)


def test_nothing_that_tells_who_it_was_is_left(wanda: Customer, ada: User) -> None:
    before = everything()
    assert [secret for secret in SECRETS if secret not in before] == []
    erase_person(customer=wanda, actor=ada, now=NOW)
    after = everything()
    assert [line for line in after.splitlines() for secret in SECRETS if secret in line] == []


def test_counts_and_sums_stay_true(wanda: Customer, ada: User) -> None:
    def figures() -> list[Any]:
        return [
            Order.objects.aggregate(Sum("amount")),
            Order.objects.values_list("external_id", "ordered_on", "amount").get(),
            Event.objects.values_list("event_id", "name", "occurred_on").get(),
            Membership.objects.values_list("level", "since").get(),
            PointEntry.objects.aggregate(Sum("points")),
            ConsentEntry.objects.values_list("channel", "granted").get(),
            Touch.objects.values_list("channel", "occurred_at").get(),
        ]

    before = figures()
    erase_person(customer=wanda, actor=ada, now=NOW)
    assert figures() == before
    assert Event.objects.get().properties == {"complaint_id": "k-1", "severe": True}
    assert Order.objects.get().properties == {"channel": "web"}


def test_the_act_is_kept_in_numbers(wanda: Customer, ada: User) -> None:
    looked = erasure_consequences(customer=wanda, now=NOW)
    assert not ErasureRequest.objects.exists()
    assert Customer.objects.get().name == "Wanda Winter"
    request = erase_person(customer=wanda, actor=ada, now=NOW)
    assert request.counts == looked
    assert (looked["orders_emptied"], looked["events_emptied"], looked["identities_removed"]) == (1, 1, 3)
    assert looked["segment_stays_removed"] == 1
    entry = AuditEntry.objects.get(action="customer.erased")
    assert (entry.actor, entry.target, entry.detail) == (
        str(ada.public_id),
        f"customer:{wanda.public_id}",
        request.counts,
    )
    assert check_chain().broken is None


def test_rows_merged_into_the_person_go_too(wanda: Customer, ada: User) -> None:
    older = Customer.objects.create(
        external_id="old-5", name="W. Winter", merged_into=wanda, recorded_at=NOW, updated_at=NOW
    )
    erase_person(customer=older, actor=ada, now=NOW)
    assert set(Customer.objects.values_list("name", "erased_at")) == {("", NOW)}
    assert erased_among("id", ["old-5", "cu-77", "c-78"]) == {"old-5", "cu-77"}


def test_an_import_cannot_bring_them_back(wanda: Customer, ada: User) -> None:
    assert erased_condition({"id": "s.id"}) == ("FALSE", [])
    erase_person(customer=wanda, actor=ada, now=NOW)
    assert erased_among("email", ["WANDA@example.COM ", "other@example.com"]) == {"WANDA@example.COM "}
    assert erased_among("phone", ["86-138-0011-2345", "110"]) == {"86-138-0011-2345"}
    assert erased_among("id", ["u-77", "anon-9", "cu-77", "C-77"]) == {"u-77", "anon-9", "cu-77"}
    condition, parameters = erased_condition({"id": "s.id", "email": "s.email", "phone": "s.phone"})
    rows = [
        ("cu-77", "", ""),
        (" u-77\t", "", ""),
        ("new", "wanda@EXAMPLE.com", ""),
        ("new", "", "+86 (138) 0011 2345"),
        ("new", "é@example.com", "110"),
        (None, None, None),
    ]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE s (n int, id text, email text, phone text) ON COMMIT DROP")
        cursor.executemany("INSERT INTO s VALUES (%s, %s, %s, %s)", [(n, *row) for n, row in enumerate(rows)])
        cursor.execute(f"SELECT n FROM s WHERE {condition} ORDER BY n", parameters)
        assert [n for (n,) in cursor.fetchall()] == [0, 1, 2, 3]


def test_hashes_of_one_tenant_tell_nothing_in_another(acme: Tenant, rival: Tenant) -> None:
    digests = []
    for tenant in (acme, rival):
        with use_tenant(tenant):
            erase_person(customer=make_wanda(), actor="test", now=NOW)
            digests.append({bytes(digest) for digest in ErasedMark.objects.values_list("digest", flat=True)})
    assert len(digests[0]) == len(digests[1]) == 5
    assert digests[0] & digests[1] == set()


def test_twice_is_refused(wanda: Customer, ada: User) -> None:
    erase_person(customer=wanda, actor=ada, now=NOW)
    with pytest.raises(Conflict):
        erase_person(customer=wanda, actor=ada, now=NOW)
    with pytest.raises(NotFound):
        find_customer("cu-77")


def test_other_people_are_not_touched(wanda: Customer, ada: User) -> None:
    other = Customer.objects.create(
        external_id="c-78", name="Otto", email="otto@example.com", recorded_at=NOW, updated_at=NOW
    )
    Identity.objects.create(customer=other, kind="user_id", value="u-78")
    erase_person(customer=wanda, actor=ada, now=NOW)
    other.refresh_from_db()
    assert (other.name, other.email, other.erased_at) == ("Otto", "otto@example.com", None)
    assert list(Identity.objects.values_list("value", flat=True)) == ["u-78"]
    assert erased_among("email", ["otto@example.com"]) == set()


def test_files_of_finished_imports_go(
    wanda: Customer, ada: User, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.STAY_FILES_ROOT = tmp_path
    job = ImportJob.objects.create(
        kind="customers", file_name="people.csv", stored_file="up.csv", status="done", refused=1, created_at=NOW
    )
    ImportError.objects.create(job=job, line=3, column="email", value="wanda@example.com!", reason="r", mend="m")
    for name in ("up.csv", f"{job.public_id}-errors.csv"):
        files.save("imports", name, [b"Wanda"])
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(customer=wanda, actor=ada, now=NOW)
    assert list(files.folder("imports").iterdir()) == []
    assert (ImportError.objects.get().value, ImportJob.objects.get().refused) == ("", 1)


def test_the_export_holds_everything(wanda: Customer, ada: User) -> None:
    held = export_person(customer=wanda, actor=ada, now=NOW)
    text = json.dumps(held, default=str)
    assert [
        secret for secret in ("Wanda Winter", "anon-9", "Elm Street 5, ", "o-1", "e-1", "V3") if secret not in text
    ]
    assert held["held"]["orders"][0]["amount"] == Decimal(30)
    assert {part: len(rows) for part, rows in held["held"].items() if rows} == {
        "orders": 1,
        "events": 1,
        "profile": 1,
        "identities": 3,
        "contacts": 1,
        "state": 1,
        "relationship": 5,
        "segments": 1,
    }
    assert AuditEntry.objects.get().action == "customer.exported"


def test_on_the_command_line(acme: Tenant, tmp_path: Path) -> None:
    with use_tenant(acme):
        make_wanda()
    out = tmp_path / "wanda.json"
    code, answer = run_command("export_customer", "acme", "cu-77", "--out", str(out), app="retention.customers")
    assert (code, answer["rows"]["orders"]) == (0, 1)
    assert json.loads(out.read_text())["held"]["profile"][0]["name"] == "Wanda Winter"
    assert out.stat().st_mode & 0o777 == 0o600
    code, answer = run_command("export_customer", "acme", "cu-77", "--out", str(out), app="retention.customers")
    assert (code, answer["error"]["code"]) == (1, "file_exists")
    code, answer = run_command("erase_customer", "acme", "u-77", app="retention.customers")
    assert (code, answer["error"]["code"]) == (1, "not_confirmed")
    assert "orders emptied 1" in answer["error"]["message"]
    code, answer = run_command("erase_customer", "acme", "u-77", "--yes", app="retention.customers")
    assert (code, answer["counts"]["orders_emptied"]) == (0, 1)
    code, answer = run_command("erase_customer", "acme", "cu-77", "--yes", app="retention.customers")
    assert (code, answer["error"]["code"]) == (1, "unknown_customer")


def test_in_the_browser(wanda: Customer, ada: User) -> None:
    client = signed_in(ada)
    page = f"/customers/{wanda.public_id}/"
    assert f"{page}erase/" in client.get(page).content.decode()
    assert client.post(f"{page}export/").headers["Location"].startswith("/accounts/reauthenticate/")
    confirm(client)
    export = client.post(f"{page}export/")
    assert export.headers["Content-Disposition"] == f'attachment; filename="customer-{wanda.public_id}.json"'
    assert export.json()["customer"] == "cu-77"
    asked = client.get(f"{page}erase/").content.decode()
    assert "Erase Wanda Winter?" in asked
    assert "orders emptied but for day and amount: 1" in asked
    assert Customer.objects.get().erased_at is None
    assert client.post(f"{page}erase/").headers["Location"] == "/customers/"
    wanda.refresh_from_db()
    assert wanda.erased_at is not None
    assert client.get(page).status_code == 404
    assert clock.now() >= wanda.erased_at


def test_who_may_not_sees_no_door(wanda: Customer, sue: User) -> None:
    client = signed_in(sue)
    page = f"/customers/{wanda.public_id}/"
    assert "erase" not in client.get(page).content.decode()
    assert [client.post(f"{page}{door}/").status_code for door in ("export", "erase")] == [403, 403]


@pytest.mark.parametrize(
    ("properties", "left"),
    [
        ({"product_id": "p1", "note": "call me"}, {"product_id": "p1"}),
        ({"score": 3, "comment": "Wanda"}, {"score": 3}),
        ({"topic": "wanda@example.com", "coupon": "x" * 61}, {}),
        ({"products": [{"sku": "a", "gift_note": "for Wanda"}, "b"]}, {"products": [{"sku": "a"}, "b"]}),
        ({"severe": True, "price": 1.5, "value": None}, {"severe": True, "price": 1.5}),
        ("text", {}),
    ],
)
def test_what_of_properties_may_stay(properties: Any, left: dict[str, Any]) -> None:
    assert emptied(properties) == left
