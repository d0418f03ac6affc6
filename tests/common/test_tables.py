"""A declared table: what it says in its head, rows and count, and what a swap brings."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from django.db.models import QuerySet
from django.test import RequestFactory
from django.utils import translation

from retention.common.tables import Column, Filter, Search, Table
from retention.customers.models import Customer
from tenants.models import Tenant

NOW = datetime(2024, 6, 3, tzinfo=UTC)
LANGUAGES = [("en", "English"), ("zh", "Chinese")]


class People(Table):
    name = "people"
    columns = (
        Column("name", "Name", value=str, sort="name", link=lambda c: f"/x/{c.external_id}"),
        Column("language", "Language"),
        Column(
            "orders", "Orders", kind="number", value="state.order_days", sort="state__order_days", falls_first=True
        ),
    )
    filters = (Filter("language", "Language", LANGUAGES, lambda q, v: q.filter(language=v)),)
    search = Search("Name", lambda q, text: q.filter(name__icontains=text))
    default_sort = "name"
    page_size = 2


@pytest.fixture
def customers(tenant: Tenant) -> QuerySet[Customer]:
    for name, language in (("<b>Ann</b>", "en"), ("Bob", "zh"), ("", "en")):
        Customer.objects.create(
            external_id=f"id-{name[-3:]}", name=name, language=language, recorded_at=NOW, updated_at=NOW
        )
    return Customer.objects.select_related("state")


def table(customers: QuerySet[Customer], query: str = "") -> Table:
    return People(RequestFactory().get("/people/" + query), customers)


def cells(shown: Table) -> list[list[str]]:
    rows = re.findall("<tr>(.*?)</tr>", shown.body)
    return [re.findall("<td[^>]*>(.*?)</td>", row) for row in rows]


def test_cells_are_escaped_and_a_missing_value_is_a_dash(customers: QuerySet[Customer]) -> None:
    assert cells(table(customers)) == [
        ['<a href="/x/id-">id-</a>', "en", "–"],
        ['<a href="/x/id-/b&gt;">&lt;b&gt;Ann&lt;/b&gt;</a>', "en", "–"],
    ]


def test_a_filter_and_a_search_narrow_and_an_unknown_choice_does_not(customers: QuerySet[Customer]) -> None:
    assert [row[0] for row in cells(table(customers, "?language=zh"))] == ['<a href="/x/id-Bob">Bob</a>']
    assert [row[0] for row in cells(table(customers, "?q=bob"))] == ['<a href="/x/id-Bob">Bob</a>']
    assert table(customers, "?language=xx").count == 3
    assert (table(customers, "?q=bob").is_narrowed, table(customers, "?language=xx").is_narrowed) == (True, False)


def test_headings_sort_turn_and_keep_the_filters(customers: QuerySet[Customer]) -> None:
    name, language, orders = table(customers, "?q=b&page=x").headings
    assert (name.state, language.state, orders.state) == ("ascending", "none", "none")
    assert language.query == ""
    assert parse_qs(name.query[1:]) == {"q": ["b"], "sort": ["-name"]}
    assert parse_qs(orders.query[1:]) == {"q": ["b"], "sort": ["-orders"]}
    assert table(customers, "?sort=nonsense").headings[0].state == "ascending"


def test_the_pager_leads_to_the_next_page_and_back(customers: QuerySet[Customer]) -> None:
    first = table(customers)
    second = table(customers, first.next_query)
    assert (first.previous_query, second.next_query) == ("", "")
    assert [row[0] for row in cells(second)] == ['<a href="/x/id-Bob">Bob</a>']
    assert cells(table(customers, second.previous_query)) == cells(first)


def test_the_count_is_said_in_the_readers_language(customers: QuerySet[Customer]) -> None:
    with translation.override("en"):
        assert [table(customers).status, table(customers, "?q=bob").status] == ["3 rows", "1 row"]
    with translation.override("zh-hans"):
        assert table(customers).status == "3 行"


class Adults(People):
    filters = (
        Filter(
            "language", "Language", LANGUAGES, lambda q, v: q.filter(language=v),
            unset_label="not Chinese", unset=lambda q: q.exclude(language="zh"),
        ),
    )  # fmt: skip


def test_a_filter_may_narrow_where_nothing_is_chosen(customers: QuerySet[Customer]) -> None:
    tables = [Adults(RequestFactory().get(f"/people/{q}"), customers) for q in ("", "?language=zh", "?language=x")]
    assert [shown.count for shown in tables] == [2, 1, 2]
    assert not Adults(RequestFactory().get("/people/"), customers).is_narrowed


def test_the_choices_of_a_filter_are_worked_out_only_where_it_is_in_use_or_printed(
    customers: QuerySet[Customer],
) -> None:
    asked: list[str] = []

    def languages() -> list[tuple[str, str]]:
        asked.append("languages")
        return LANGUAGES

    class Others(People):
        filters = (Filter("language", "Language", languages, lambda q, v: q.filter(language=v)),)

    def shown(query: str) -> int:
        return Others(RequestFactory().get("/people/" + query), customers).count

    assert (shown(""), asked) == (3, [])
    assert (shown("?language=zh"), asked) == (1, ["languages"])
    assert (shown("?language=xx"), asked) == (3, ["languages"] * 2)
    assert [choice.options for choice in Others(RequestFactory().get("/people/"), customers).choices] == [LANGUAGES]
