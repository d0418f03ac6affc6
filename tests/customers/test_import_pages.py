"""Bring a file in with the browser."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pandas as pd
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from retention.common import clock
from retention.customers.enums import ImportStatus
from retention.customers.models import Customer, ImportJob, Order
from retention.customers.services.imports import run_job
from retention.customers.services.uploads import wake_forgotten
from retention.customers.tasks import run_import
from tenants import files
from tenants.context import use_tenant
from tenants.models import Tenant
from tenants.people.models import User
from tests.tenants.people.browser import at_host, signed_in

TEXT = "订单号,会员号,日期,金额,门店\n1,007,2024-05-01,5,西\n2,007,2024-05-32,5,东\n3,008,2024-05-03,7,西\n"
Committed = Callable[..., Any]


@pytest.fixture
def max_page(max_: User) -> Client:
    return signed_in(max_)


def upload(client: Client, text: str, name: str = "orders.csv", kind: str = "orders") -> Any:
    file = SimpleUploadedFile(name, text.encode(), content_type="text/csv")
    return client.post("/imports/new/", {"kind": kind, "file": file})


def parquet(rows: int = 3) -> bytes:
    held = BytesIO()
    numbers = range(rows)
    frame = pd.DataFrame(
        {
            "order_id": [f"o{n}" for n in numbers],
            "customer": [f"c{n % 7}" for n in numbers],
            "ordered_at": pd.Timestamp("2024-05-01"),
            "amount": [n / 4 for n in numbers],
        }
    )
    frame.to_parquet(held)
    return held.getvalue()


def test_an_empty_list_says_what_to_do(max_page: Client) -> None:
    page = max_page.get("/imports/").content.decode()
    assert "Nothing was brought in yet" in page
    assert "/imports/new/" in page


def test_upload_map_try_and_bring_in(
    max_page: Client, acme: Tenant, django_capture_on_commit_callbacks: Committed
) -> None:
    response = upload(max_page, TEXT)
    with use_tenant(acme):
        job = ImportJob.objects.get()
        assert (job.status, job.mapping["columns"]) == (
            ImportStatus.DRAFT,
            {"订单号": "order_id", "会员号": "customer", "日期": "ordered_at", "金额": "amount"},
        )
    address = f"/imports/{job.public_id}/"
    assert response["Location"] == address
    page = max_page.get(address).content.decode()
    assert "门店" in page
    assert "西 · 东 · 西" in page
    form = {f"column_{n}": v for n, v in enumerate(("order_id", "customer", "ordered_at", "amount", "+"))}
    with django_capture_on_commit_callbacks(execute=True):
        max_page.post(address, form)
    page = max_page.get(address).content.decode()
    assert "nothing is kept yet" in page
    assert "2024-05-32" in page
    with use_tenant(acme):
        assert Order.objects.count() == 0
    with django_capture_on_commit_callbacks(execute=True):
        max_page.post(f"{address}act/", {"act": "run"})
    with use_tenant(acme):
        job.refresh_from_db()
        assert (job.status, job.dry_run, job.read, job.kept, job.refused) == (ImportStatus.DONE, False, 3, 2, 1)
        assert dict(Order.objects.values_list("external_id", "properties")) == {
            "1": {"门店": "西"},
            "3": {"门店": "西"},
        }
    refused = b"".join(max_page.get(f"{address}refused.csv").streaming_content).decode("utf-8-sig")
    assert refused.splitlines()[1].startswith("3,ordered_at,2024-05-32,")
    max_page.post(f"{address}act/", {"act": "run"})
    with use_tenant(acme):
        job.refresh_from_db()
        assert job.status == ImportStatus.DONE


@pytest.mark.parametrize(
    ("rows", "words"), [("1,007,yesterday,5\n", "Nothing could be brought in"), ("", "Nothing in it is new")]
)
def test_a_trial_that_brings_nothing_offers_only_what_mends_it(
    max_page: Client, acme: Tenant, django_capture_on_commit_callbacks: Committed, rows: str, words: str
) -> None:
    upload(max_page, "order_id,customer,ordered_at,amount\n" + rows)
    with use_tenant(acme):
        address = f"/imports/{ImportJob.objects.get().public_id}/"
    form = {f"column_{n}": name for n, name in enumerate(("order_id", "customer", "ordered_at", "amount"))}
    with django_capture_on_commit_callbacks(execute=True):
        max_page.post(address, form)
    page = max_page.get(address).content.decode()
    assert (words in page, 'value="run"' in page, 'value="map"' in page) == (True, False, True)


def test_a_mapping_that_lacks_a_column_is_refused(max_page: Client, acme: Tenant) -> None:
    upload(max_page, "a,b\n1,2\n")
    with use_tenant(acme):
        job = ImportJob.objects.get()
    address = f"/imports/{job.public_id}/"
    page = max_page.post(address, {"column_0": "order_id", "column_1": "+"}).content.decode()
    assert "need a column" in page
    page = max_page.post(address, {"column_0": "amount", "column_1": "amount"}).content.decode()
    assert "choose one" in page


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("orders.parquet", parquet()),
        ("Orders.PARQUET", parquet()),
        ("orders.csv.gz", gzip.compress(b"order_id,customer,ordered_at,amount\no0,c0,2024-05-01,0")),
        ("orders.tsv.gz", gzip.compress(b"order_id\tcustomer\tordered_at\tamount\no0\tc0\t2024-05-01\t0")),
    ],
    ids=["parquet", "capitals", "csv.gz", "tsv.gz"],
)
def test_what_the_form_names_is_taken(
    max_page: Client, acme: Tenant, django_capture_on_commit_callbacks: Committed, name: str, file: bytes
) -> None:
    max_page.post("/imports/new/", {"kind": "orders", "file": SimpleUploadedFile(name, file)})
    with use_tenant(acme):
        address = f"/imports/{ImportJob.objects.get().public_id}/"
    form = {f"column_{n}": name for n, name in enumerate(("order_id", "customer", "ordered_at", "amount"))}
    with django_capture_on_commit_callbacks(execute=True):
        max_page.post(address, form)
    with django_capture_on_commit_callbacks(execute=True):
        max_page.post(f"{address}act/", {"act": "run"})
    with use_tenant(acme):
        assert Order.objects.get(external_id="o0").customer.external_id == "c0"


@pytest.mark.parametrize("damage", ["cut", "torn"])
def test_a_damaged_parquet_is_told_and_nothing_is_kept(max_page: Client, acme: Tenant, damage: str) -> None:
    whole = parquet(500)
    file = whole[: len(whole) // 2] if damage == "cut" else whole[:4] + b"\xff" * 900 + whole[904:]
    page = max_page.post("/imports/new/", {"kind": "orders", "file": SimpleUploadedFile("o.parquet", file)})
    assert "This is no Parquet file" in page.content.decode()
    with use_tenant(acme):
        assert ImportJob.objects.count() == 0


@pytest.mark.parametrize("name", ["orders.exe", "orders.pdf", "orders"])
def test_other_files_are_refused(max_page: Client, acme: Tenant, name: str) -> None:
    assert "can&#x27;t be uploaded here" in upload(max_page, TEXT, name=name).content.decode()
    with use_tenant(acme):
        assert ImportJob.objects.count() == 0


def test_a_large_file_is_refused(max_page: Client, acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retention.customers.import_forms.policy_number", lambda name: 0)
    assert "more than 0 MB" in upload(max_page, TEXT).content.decode()


def test_live_progress_and_stop(max_page: Client, acme: Tenant) -> None:
    upload(max_page, TEXT)
    with use_tenant(acme):
        ImportJob.objects.update(status=ImportStatus.RUNNING, progress=0.42)
        job = ImportJob.objects.get()
    address = f"/imports/{job.public_id}/"
    fragment = max_page.get(f"{address}progress/").content.decode()
    assert re.search(r'<progress value="42"', fragment)
    assert 'hx-trigger="every 1s"' in fragment
    max_page.post(f"{address}act/", {"act": "stop"})
    with use_tenant(acme):
        job.refresh_from_db()
        assert job.stop_requested
        with pytest.raises(Exception, match="stopped"):
            run_job(job, files.path_of("imports", job.stored_file), now=clock.now())
        job.refresh_from_db()
        assert (job.status, Customer.objects.count()) == (ImportStatus.STOPPED, 0)


def test_a_job_whose_worker_died_is_run_again(
    max_page: Client, acme: Tenant, django_capture_on_commit_callbacks: Committed
) -> None:
    upload(max_page, TEXT)
    with use_tenant(acme):
        ImportJob.objects.update(status=ImportStatus.RUNNING)
        on_the_command_line = ImportJob.objects.create(
            kind="orders", file_name="x", status=ImportStatus.RUNNING, created_at=clock.now()
        )
        with django_capture_on_commit_callbacks(execute=True):
            wake_forgotten(clock.now())
        assert Order.objects.count() == 2
        on_the_command_line.refresh_from_db()
        assert on_the_command_line.status == ImportStatus.FAILED


def test_a_task_delivered_five_times_does_nothing_more(
    max_page: Client, acme: Tenant, django_capture_on_commit_callbacks: Committed
) -> None:
    upload(max_page, TEXT)
    with use_tenant(acme):
        ImportJob.objects.update(status=ImportStatus.QUEUED)
        job = ImportJob.objects.get()
        for _delivery in range(5):
            run_import("acme", job=job.pk)
        assert Order.objects.count() == 2


def test_who_may(vera: User, acme: Tenant) -> None:
    assert signed_in(vera).get("/imports/").status_code == 403
    assert upload(signed_in(vera), TEXT).status_code == 403
    assert at_host().get("/imports/").status_code == 302
    with use_tenant(acme):
        assert ImportJob.objects.count() == 0
