"""The lists of this app, declared."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from retention.common.tables import Column, Filter, Search, Table
from retention.customers.list_parts import ListPart, parts_for
from retention.customers.models import Account, Contact, Customer
from retention.customers.selectors.lists import found_accounts, found_customers
from retention.customers.selectors.sources import sources_in_use

SOURCES_SHOWN = 40


def customer_url(customer: Customer) -> str:
    """The customer record."""
    return reverse("customer", args=[customer.public_id])


def _sources() -> list[tuple[str, str]]:
    """The acquisition sources in use."""
    return [(source, source) for source in sources_in_use(SOURCES_SHOWN)]


def _by_source(customers: QuerySet[Any], source: str) -> QuerySet[Any]:
    return customers.filter(source=source)


def account_url(account: Account) -> str:
    """The account's page."""
    return reverse("account", args=[account.public_id])


class CustomerTable(Table):
    """Customers with their running state, and what upper floors add."""

    name = "customers"
    columns = (
        Column("name", _("Customer"), value=str, sort="name", link=customer_url),
        Column("external_id", _("Customer id"), sort="external_id"),
        Column("joined", _("Customer since"), kind="day", value="joined_at", sort="joined_at", falls_first=True),
        Column(
            "last_order",
            _("Last order"),
            kind="day",
            value="state.last_order_on",
            sort="state__last_order_on",
            falls_first=True,
        ),
        Column(
            "last_login",
            _("Last log-in"),
            kind="day",
            value="state.last_login_on",
            sort="state__last_login_on",
            falls_first=True,
        ),
        Column("order_days", _("Order days"), kind="number", value="state.order_days"),
        Column(
            "revenue",
            _("From orders"),
            kind="money",
            value="state.net_revenue",
            sort="state__net_revenue",
            falls_first=True,
        ),
    )
    filters = (Filter("source", _("Acquisition source"), choices=_sources, apply=_by_source),)
    search = Search(_("Name, e-mail or id"), found_customers)
    default_sort = "-last_order"
    empty_title = _("No customers yet")
    empty_text = _("Import customers or orders, or send events, and they appear here.")

    @cached_property
    def parts(self) -> list[ListPart]:
        """What upper floors add for this person."""
        user: Any = self.request.user
        return parts_for(frozenset(user.permission_codes()))

    def get_columns(self) -> list[Column]:
        return [*self.columns, *(column for part in self.parts for column in part.columns)]

    def get_filters(self) -> list[Filter]:
        return [*(filter_ for part in self.parts for filter_ in part.filters), *self.filters]

    def prepare(self, rows: Sequence[Any]) -> None:
        found = {part.code: part.load([row.pk for row in rows]) for part in self.parts}
        for row in rows:
            row.listed = {code: by_id.get(row.pk) for code, by_id in found.items()}


class AccountTable(Table):
    """Accounts with who cares for them."""

    name = "accounts"
    columns = (
        Column("name", _("Account"), value=str, sort="name", link=account_url),
        Column("external_id", _("Account id"), sort="external_id"),
        Column("csm", _("CSM"), sort="csm"),
        Column("consultant", _("Consultant")),
        Column("consultant_since", _("Consultant since"), kind="day"),
        Column("parent", _("Parent"), value="parent"),
        Column("people", _("People"), kind="number", value="people"),
        Column("joined", _("Account since"), kind="day", value="joined_at"),
    )
    search = Search(_("Name, id or CSM"), found_accounts)
    default_sort = "name"
    empty_title = _("No accounts yet")
    empty_text = _("Import accounts and their contacts, and they appear here.")

    def prepare(self, rows: Sequence[Any]) -> None:
        counted = Contact.objects.filter(account__in=rows, ended_on=None).order_by().values_list("account")
        people = dict(counted.annotate(n=Count("customer", distinct=True)))
        for row in rows:
            row.people = people.get(row.pk, 0)
