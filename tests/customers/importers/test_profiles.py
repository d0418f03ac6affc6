"""Customers, accounts, contacts and memberships from files."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from retention.customers.models import Account, Contact, Customer, CustomerState, Event, Membership
from tests.customers.importers.conftest import NOW, Bring, counts, refusals

CUSTOMERS = "external_id,name,email,phone,language,timezone,created_at,birthday,VIP,code\n"


def test_customers_with_traits(bring: Bring) -> None:
    text = CUSTOMERS + "007,张三,z@example.com,138 0013 8000,zh-hans,Asia/Shanghai,2020-01-31,1990-02-28,true,0012\n"
    assert counts(bring("customers", text)) == (1, 0, 0)
    found = Customer.objects.get()
    assert (found.external_id, found.name, found.email, found.birthday) == (
        "007",
        "张三",
        "z@example.com",
        date(1990, 2, 28),
    )
    assert (found.traits, found.recorded_at) == ({"VIP": True, "code": "0012"}, NOW)
    assert CustomerState.objects.get().customer == found
    assert counts(bring("customers", text)) == (0, 1, 0)


def test_an_empty_cell_leaves_what_is_known(bring: Bring) -> None:
    bring("customers", CUSTOMERS + "1,Ann,a@example.com,,,,,,gold,\n")
    later = NOW + timedelta(days=1)
    assert counts(bring("customers", CUSTOMERS + "1,Anna,,123,,,,,,x\n", now=later)) == (1, 0, 0)
    found = Customer.objects.get()
    assert (found.name, found.email, found.phone, found.traits) == (
        "Anna",
        "a@example.com",
        "123",
        {"VIP": "gold", "code": "x"},
    )
    assert (found.recorded_at, found.updated_at) == (NOW, later)


def test_rows_of_one_customer_add_up(bring: Bring) -> None:
    text = CUSTOMERS + "1,Ann,,,,,,,gold,\n1,,a@example.com,,,,,,,7\n2,Ben,,,,,,,,\n2,Ben,,,,,,,,\n"
    assert counts(bring("customers", text)) == (3, 1, 0)
    ann = Customer.objects.get(external_id="1")
    assert (ann.name, ann.email, ann.traits) == ("Ann", "a@example.com", {"VIP": "gold", "code": 7})
    assert counts(bring("customers", text)) == (0, 4, 0)


def test_staff_lose_their_state(bring: Bring) -> None:
    bring("customers", "external_id,kind\n1,\n2,staff\n")
    assert list(CustomerState.objects.values_list("customer__external_id", flat=True)) == ["1"]
    bring("customers", "external_id,kind\n1,robot\n2,person\n")
    assert list(CustomerState.objects.values_list("customer__external_id", flat=True)) == ["2"]


ACCOUNTS = "external_id,name,csm,consultant,consultant_since,parent,seats\n"


def test_accounts_and_who_takes_over(bring: Bring) -> None:
    text = ACCOUNTS + "A1,Alpha,carl,li,2024-01-01,,9\nA2,Beta,carl,,,A1,\n"
    assert counts(bring("accounts", text)) == (2, 0, 0)
    assert counts(bring("accounts", text)) == (0, 2, 0)
    assert Event.objects.count() == 0
    assert Account.objects.get(external_id="A2").parent == Account.objects.get(external_id="A1")
    assert counts(bring("accounts", ACCOUNTS + "A1,,dora,wang,2024-05-01,,\nA2,,,li,,,\n")) == (2, 0, 0)
    events = Event.objects.order_by("occurred_at").values_list(
        "name", "account__external_id", "occurred_on", "properties"
    )
    assert list(events) == [
        ("consultant_changed", "A1", date(2024, 5, 1), {"role": "consultant", "from": "li", "to": "wang"}),
        ("consultant_changed", "A1", date(2024, 6, 1), {"role": "csm", "from": "carl", "to": "dora"}),
    ]


def test_contacts_create_both_sides(bring: Bring) -> None:
    text = "account,customer,role,desk\nA1,ann,Decision maker,4\nA1,ben,,\n"
    assert counts(bring("contacts", text)) == (2, 0, 0)
    rows = Contact.objects.order_by("id").values_list(
        "account__external_id", "customer__external_id", "role", "properties"
    )
    assert list(rows) == [("A1", "ann", "decision_maker", {"desk": 4}), ("A1", "ben", "user", {})]
    assert CustomerState.objects.count() == 2
    assert counts(bring("contacts", text)) == (0, 2, 0)
    assert counts(bring("contacts", "account,customer,role,deleted\nA1,ben,user,true\n")) == (1, 0, 0)
    assert list(Contact.objects.filter(withdrawn=True).values_list("customer__external_id", flat=True)) == ["ben"]
    assert refusals(bring("contacts", "account,customer,role\nA1,ann,boss\n"))[0]["column"] == "role"


def test_memberships(bring: Bring) -> None:
    header = "customer,level,since,ends_on,auto_renew,amount\n"
    text = header + "ann,V3,2024-01-01,2024-12-31,yes,99\nann,V4,2024-05-01,,,\n"
    assert counts(bring("memberships", text)) == (2, 0, 0)
    assert counts(bring("memberships", text)) == (0, 2, 0)
    assert counts(bring("memberships", header + "ann,V3,2024-01-01,2025-12-31,no,\nann,V4,2024-05-01,,,\n")) == (
        1,
        1,
        0,
    )
    paid = Membership.objects.get(level="V3")
    assert (paid.ends_on, paid.auto_renew, paid.amount) == (date(2025, 12, 31), False, Decimal(99))


def test_a_membership_is_cancelled_by_a_day_or_by_its_status(bring: Bring) -> None:
    header = "customer,level,since,ends_on,status,cancelled_at\n"
    rows = "ann,V4,2024-01-01,2024-12-31,,2024-06-03\nben,V4,2024-01-01,2024-12-31,Cancelled,\n"
    rows += "cleo,V4,2024-01-01,2024-12-31,,\ndan,V4,2024-01-01,2024-12-31,active,\n"
    assert counts(bring("memberships", header + rows)) == (4, 0, 0)
    assert counts(bring("memberships", header + rows)) == (0, 4, 0)

    def told() -> list[tuple[bool | None, date | None]]:
        return list(Membership.objects.order_by("customer__external_id").values_list("cancelled", "cancelled_on"))

    assert told() == [(True, date(2024, 6, 3)), (True, None), (None, None), (False, None)]
    again = "ann,V4,2024-01-01,2024-12-31,active,\nben,V4,2024-01-01,2024-12-31,,2024-07-01\n"
    assert counts(bring("memberships", header + again)) == (2, 0, 0)
    assert told()[:2] == [(False, date(2024, 6, 3)), (True, date(2024, 7, 1))]
    kept = "customer,level,since,ends_on\nben,V4,2024-01-01,2024-12-31\n"
    assert counts(bring("memberships", kept)) == (0, 1, 0)


def test_a_membership_ends_after_it_begins(bring: Bring) -> None:
    header = "customer,level,since,ends_on,term,deleted\n"
    result = bring(
        "memberships", header + "ann,V3,2024-01-01,2023-12-31,month,\nben,V3,2024-01-01,2024-01-01,month,\n"
    )
    assert counts(result) == (1, 0, 1)
    assert refusals(result) == [
        {
            "line": "2",
            "column": "ends_on",
            "value": "2023-12-31",
            "reason": "The membership ends before it begins.",
            "mend": "Look at both days.",
        }
    ]
    later = bring("memberships", header + "ben,V3,2024-01-01,2023-06-30,month,\n")
    assert counts(later) == (0, 0, 1)
    assert list(Membership.objects.values_list("customer__external_id", "ends_on")) == [("ben", date(2024, 1, 1))]


def test_a_membership_kept_with_its_days_in_the_wrong_order_is_taken_back(bring: Bring) -> None:
    header = "customer,level,since,ends_on,deleted\n"
    bring("memberships", header + "ann,V3,2024-01-01,2024-12-31,\n")
    Membership.objects.update(ends_on=date(2023, 12, 31))
    assert counts(bring("memberships", header + "ann,V3,2024-01-01,2023-12-31,true\n")) == (1, 0, 0)
    assert Membership.objects.get().withdrawn
