"""The customer's and the account's page: what they show, to whom, and what they hide."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from retention.customers.masking import masked_email, masked_phone
from retention.customers.models import Account, Contact, Customer, Order
from retention.customers.selectors.record import revenue_by_month
from retention.customers.services.state import refresh_states
from tenants.governance.models import AuditEntry
from tenants.models import Tenant
from tenants.people.models import User
from tests.tenants.people.browser import signed_in

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def ann(tenant: Tenant) -> Customer:
    return Customer.objects.create(
        external_id="c-ann",
        name="Ann Lee",
        email="ann.lee@mail.example",
        phone="+8613800112345",
        traits={"city": "<i>Hangzhou</i>"},
        recorded_at=NOW,
        updated_at=NOW,
    )


@pytest.fixture
def northwind(ann: Customer) -> Account:
    account = Account.objects.create(
        external_id="a-1", name="Northwind", csm="carl@example.com", recorded_at=NOW, updated_at=NOW
    )
    Contact.objects.create(account=account, customer=ann, role="champion", recorded_at=NOW)
    return account


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def order(customer: Customer, day: date, amount: int, **more: object) -> None:
    Order.objects.create(
        external_id=f"o-{day}", customer=customer, ordered_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        ordered_on=day, amount=Decimal(amount), digest=bytes(16), recorded_at=NOW, **more,
    )  # fmt: skip


def test_mail_and_phone_are_masked_until_someone_asks_and_asking_is_audited(ann: Customer, carl: User) -> None:
    browser = signed_in(carl)
    page = text_of(browser, f"/customers/{ann.public_id}/")
    assert "a•••@mail.example" in page
    assert "+861•••45" in page
    assert "ann.lee" not in page
    assert "13800112345" not in page
    whole = browser.post(f"/customers/{ann.public_id}/unmask/").content.decode()
    assert "ann.lee@mail.example" in whole
    assert "+8613800112345" in whole
    entry = AuditEntry.objects.latest("position")
    assert (entry.action, entry.target) == ("customer.unmask", f"customer:{ann.public_id}")


def test_who_may_not_unmask_is_not_asked_and_is_refused(ann: Customer, max_: User) -> None:
    browser = signed_in(max_)
    assert "unmask" not in text_of(browser, f"/customers/{ann.public_id}/")
    refused = browser.post(f"/customers/{ann.public_id}/unmask/")
    assert (refused.status_code, b"ann.lee" in refused.content) == (403, False)


@pytest.mark.parametrize(("mail", "shown"), [("a@b.example", "a•••@b.example"), ("nonsense", "•••"), ("", "")])
def test_a_masked_mail_keeps_its_host(mail: str, shown: str) -> None:
    assert masked_email(mail) == shown


@pytest.mark.parametrize(("phone", "shown"), [("+8613800112345", "+861•••45"), ("1234567", "•••"), ("", "")])
def test_a_masked_phone_keeps_its_ends(phone: str, shown: str) -> None:
    assert masked_phone(phone) == shown


def test_the_page_shows_value_and_traits_escaped(ann: Customer, vera: User) -> None:
    order(ann, date(2025, 12, 3), 40)
    order(ann, date(2025, 12, 20), 10, refunded=Decimal(4))
    refresh_states([ann.pk])
    page = text_of(signed_in(vera), f"/customers/{ann.public_id}/")
    assert "$46.00" in page
    assert "&lt;i&gt;Hangzhou&lt;/i&gt;" in page
    assert "<i>Hangzhou" not in page


def test_a_customer_without_a_name_goes_by_their_id(ann: Customer, vera: User) -> None:
    Customer.objects.update(name="")
    assert '<h1 class="page-title">c-ann</h1>' in text_of(signed_in(vera), f"/customers/{ann.public_id}/")


def test_staff_and_erased_are_not_found(ann: Customer, vera: User) -> None:
    browser = signed_in(vera)
    Customer.objects.update(kind="staff")
    assert browser.get(f"/customers/{ann.public_id}/").status_code == 404
    Customer.objects.update(kind="person", erased_at=NOW)
    assert browser.get(f"/customers/{ann.public_id}/").status_code == 404


def test_revenue_by_month_counts_paid_less_refunded_to_the_day(ann: Customer) -> None:
    order(ann, date(2025, 11, 30), 7)
    order(ann, date(2025, 12, 1), 40, refunded=Decimal(4))
    order(ann, date(2025, 12, 2), 99, status="unpaid")
    order(ann, date(2025, 12, 31), 50)
    order(ann, date(2024, 1, 1), 5)
    months = revenue_by_month(ann, date(2025, 12, 30))
    assert len(months) == 24
    assert [(m.first, m.net) for m in months if m.net] == [
        (date(2024, 1, 1), Decimal(5)),
        (date(2025, 11, 1), Decimal(7)),
        (date(2025, 12, 1), Decimal(36)),
    ]


def test_an_account_names_its_people_and_the_parts_that_nobody_plays(northwind: Account, carl: User) -> None:
    page = text_of(signed_in(carl), f"/accounts/{northwind.public_id}/")
    assert "Ann Lee" in page
    assert "Decision maker, Administrator" in " ".join(page.split())


def test_a_limited_csm_sees_own_accounts_and_their_people_alone(northwind: Account, ann: Customer, carl: User) -> None:
    stranger = Customer.objects.create(external_id="c-bob", name="Bob", recorded_at=NOW, updated_at=NOW)
    foreign = Account.objects.create(external_id="a-2", name="Foreign", csm="x@example.com", recorded_at=NOW,
                                     updated_at=NOW)  # fmt: skip
    User.objects.filter(pk=carl.pk).update(own_accounts_only=True)
    carl.refresh_from_db()
    browser = signed_in(carl)
    accounts, customers = text_of(browser, "/accounts/"), text_of(browser, "/customers/")
    assert ("Northwind" in accounts, "Foreign" in accounts) == (True, False)
    assert ("Ann Lee" in customers, "Bob" in customers) == (True, False)
    assert browser.get(f"/accounts/{foreign.public_id}/").status_code == 404
    assert browser.get(f"/customers/{stranger.public_id}/").status_code == 404
    assert browser.get(f"/customers/{ann.public_id}/").status_code == 200


def test_an_admin_without_second_factor_gets_to_no_account(northwind: Account, ada: User) -> None:
    """The list of accounts lies beside the sign-in pages, which are open to them."""
    from tests.tenants.people.browser import at_host

    browser = at_host()
    browser.force_login(ada)
    answer = browser.get("/accounts/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/second-factor/totp/activate/")


@pytest.mark.parametrize("query", ["ann", "ANN", "c-an", "ann.lee@"])
def test_a_customer_is_found_by_name_id_and_mail(ann: Customer, vera: User, query: str) -> None:
    Customer.objects.create(external_id="zzz", name="Zoe", recorded_at=NOW, updated_at=NOW)
    page = text_of(signed_in(vera), f"/customers/?q={query}")
    assert ("Ann Lee" in page, "Zoe" in page) == (True, False)
    assert "Ann Lee" in text_of(signed_in(vera), f"/customers/?q={ann.public_id}")


def test_the_pages_cost_the_same_queries_at_three_rows_as_at_one(
    northwind: Account, ann: Customer, vera: User
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = signed_in(vera)

    def queries(path: str) -> int:
        browser.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(path).status_code == 200
        return len([query for query in captured if query["sql"].startswith("SELECT")])

    paths = ("/customers/", f"/customers/{ann.public_id}/", "/accounts/", f"/accounts/{northwind.public_id}/")
    before = [queries(path) for path in paths]
    for number in range(2):
        other = Customer.objects.create(external_id=f"c-{number}", recorded_at=NOW, updated_at=NOW)
        Contact.objects.create(account=northwind, customer=other, role="user", recorded_at=NOW)
        order(ann, date(2025, 12, 3 + number), 40)
        Account.objects.create(external_id=f"b-{number}", parent=northwind, recorded_at=NOW, updated_at=NOW)
    assert [queries(path) for path in paths] == [pytest.approx(count, abs=1) for count in before]
