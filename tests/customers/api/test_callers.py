"""Who may read what: roles, scopes of keys, own accounts, strangers; and what it costs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from retention.common import clock
from retention.customers.models import Account, Contact, Customer, ImportJob, Membership, Order
from tenants.context import use_tenant
from tenants.governance.models import AuditEntry
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tenants.people.models import User
from tests.customers.api.conftest import HOST, Browser, Program, results
from tests.customers.facts import make_customer, make_event, make_order

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LISTS = {
    "customers.view": ("customers/", "orders/", "events/", "memberships/", "categories/"),
    "accounts.view": ("accounts/", "contacts/"),
    "customers.import": ("imports/",),
}
ALL = [path for paths in LISTS.values() for path in paths]


def fill(name: str, csm: str = "") -> Customer:
    """A customer with one of everything."""
    someone = make_customer(f"c-{name}", AT, name=name, email=f"{name}@mail.example", phone="+8613800112345")
    account = Account.objects.create(external_id=f"a-{name}", csm=csm, recorded_at=AT, updated_at=AT)
    Contact.objects.create(account=account, customer=someone, role="user", recorded_at=AT)
    make_order(someone, f"o-{name}", AT, [(f"cat-{name}", "1.00")], account=account)
    make_event(someone, f"e-{name}", "Did", AT)
    Membership.objects.create(customer=someone, level="V1", since=AT.date(), recorded_at=AT)
    ImportJob.objects.create(kind="orders", file_name="f.csv", created_at=AT)
    return someone


@pytest.mark.parametrize("path", ALL)
def test_nobody_reads_without_a_key_or_a_session(tenant: Tenant, path: str) -> None:
    answer = Client(headers={"host": HOST}).get(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize("scope", LISTS)
def test_a_key_opens_the_doors_of_its_scopes(scope: str, program: Program) -> None:
    client = program(scope)
    assert {path for path in ALL if client.get(f"/api/v1/{path}").status_code == 200} == set(LISTS[scope])


def test_a_viewer_reads_all_but_imports(vera: User, browser: Browser) -> None:
    client = browser(vera)
    assert {path: client.get(f"/api/v1/{path}").status_code for path in ALL} == {
        **dict.fromkeys(ALL, 200),
        "imports/": 403,
    }


def test_a_stranger_finds_nothing(rival: Tenant, program: Program) -> None:
    with use_tenant(rival):
        theirs = fill("theirs")
        order = Order.objects.get()
        account = Account.objects.get()
        job = ImportJob.objects.get()
        theirs_, order_, account_, job_ = (row.public_id for row in (theirs, order, account, job))
    client = program("customers.view", "accounts.view", "customers.import")
    paths = (f"customers/{theirs_}/", f"orders/{order_}/", f"accounts/{account_}/", f"imports/{job_}/",
             f"imports/{job_}/errors/")  # fmt: skip
    answers = [client.get(f"/api/v1/{path}") for path in paths]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "not_found")] * 5
    assert {path: results(client, path) for path in ALL} == {path: [] for path in ALL}


def test_whoever_sees_own_accounts_only_gets_their_rows(carl: User, browser: Browser) -> None:
    User.objects.filter(pk=carl.pk).update(own_accounts_only=True)
    mine, other = fill("mine", csm="Carl@example.com"), fill("other", csm="someone@example.com")
    former = fill("former", csm="someone@example.com")
    Contact.objects.create(account=Account.objects.get(external_id="a-mine"), customer=former, role="user",
                           recorded_at=AT, withdrawn=True)  # fmt: skip
    client = browser(carl)

    def found(path: str, name: str) -> list[str]:
        return [row[name] for row in results(client, path)]

    assert found("customers/", "external_id") == ["c-mine"]
    assert found("accounts/", "external_id") == ["a-mine"]
    assert found("contacts/", "account") == ["a-mine"]
    assert found("orders/", "order_id") == ["o-mine"]
    assert found("events/", "event_id") == ["e-mine"]
    assert found("memberships/", "customer") == ["c-mine"]
    statuses = [client.get(f"/api/v1/customers/{one.public_id}/").status_code for one in (mine, other)]
    assert statuses == [200, 404]


def test_whole_marks_are_asked_for_and_kept_in_the_audit_log(program: Program) -> None:
    someone = fill("ann")
    client = program("customers.view", "customers.unmask")
    shown = results(client, "customers/?unmask=true")[0]
    assert (shown["email"], shown["phone"]) == ("ann@mail.example", "+8613800112345")
    assert client.get(f"/api/v1/customers/{someone.public_id}/?unmask=true").json()["email"] == "ann@mail.example"
    assert client.get(f"/api/v1/customers/{someone.public_id}/").json()["email"] == "a•••@mail.example"
    acts = AuditEntry.objects.filter(action="customer.unmask").order_by("position")
    assert [(act.actor_kind, act.target, act.detail) for act in acts] == [
        ("key", "customers", {"customers": [str(someone.public_id)]}),
        ("key", f"customer:{someone.public_id}", {}),
    ]


def test_whole_marks_are_refused_without_the_right(program: Program) -> None:
    fill("ann")
    answer = program("customers.view").get("/api/v1/customers/?unmask=true")
    assert (answer.status_code, answer.json()["code"]) == (403, "unmask_forbidden")
    assert "ann@mail.example" not in answer.content.decode()
    assert not AuditEntry.objects.filter(action="customer.unmask").exists()


@pytest.mark.parametrize("path", ALL)
def test_three_rows_cost_as_many_queries_as_one(path: str, program: Program) -> None:
    client = program(*LISTS)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            results(client, path)
        return len(queries)

    fill("one")
    cost()  # the first use of a key is noted
    one = cost()
    fill("two")
    fill("three")
    assert len(results(client, path)) == 3
    assert cost() == one


def test_a_key_that_asks_too_often_waits(program: Program, vera: User, browser: Browser, ada: User) -> None:
    set_policy(name="api.requests_per_second", value=1, actor=ada, now=clock.now())
    busy, calm = program("customers.view"), program("customers.view")
    answers = [busy.get("/api/v1/categories/") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert (answers[-1]["Retry-After"], answers[-1].json()["code"]) == ("10", "throttled")
    others = [calm.get("/api/v1/categories/"), browser(vera).get("/api/v1/categories/")]
    assert [answer.status_code for answer in others] == [200, 200]
