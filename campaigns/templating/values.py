"""The values of variables for a set of customers: one statement per source, whatever the number of customers.

Nothing known means no entry: the template then prints the stated fall-back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.templating import sources
from campaigns.templating.variables import variables
from retention.common.formats import number
from retention.customers.languages import is_chinese
from tenants.context import current_tenant
from tenants.policies import policy_value

Values = dict[int, dict[str, str]]
Row = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """A statement with at most one row per customer, the variables it gives and how a row becomes words."""

    sql: str | Callable[[], str]
    names: frozenset[str]
    words: Callable[[Row, date], dict[str, str]]

    def select(self) -> str:
        """The statement; one that rests on policies is worked out when it is asked."""
        return self.sql if isinstance(self.sql, str) else self.sql()


def values_of(languages: Mapping[int, str], *, now: datetime, names: Collection[str] | None = None) -> Values:
    """What is known of each customer (key inside → language of their message), as of `now`, by variable.

    `names` limits it to what a text mentions. Coupons and links come with the message, not from here.
    """
    wanted = frozenset(variables.names() if names is None else names)
    found: Values = {customer: {} for customer in languages}
    today = now.astimezone(ZoneInfo(current_tenant().timezone)).date()
    for source in SOURCES:
        if not source.names & wanted:
            continue
        for row in _rows(source.select(), list(languages), now, today):
            customer = row.pop("customer_id")
            with translation.override("zh-hans" if is_chinese(languages[customer]) else "en"):
                words = source.words(row, today)
            found[customer].update({name: text for name, text in words.items() if text and name in wanted})
    of_tenant = {name: text for name, text in _of_tenant().items() if text and name in wanted}
    for values in found.values():
        values.update(of_tenant)
    return found


def _of_tenant() -> dict[str, str]:
    return {"shop_name": current_tenant().name, "shop_link": str(policy_value("campaigns.shop_link") or "")}


def _rows(sql: str, customers: Sequence[int], now: datetime, today: date) -> Iterable[Row]:
    of: dict[str, Any] = {
        "customers": list(customers),
        "now": now,
        "today": today,
        "trait": str(policy_value("campaigns.stage_trait")),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, of)
        head = [column[0] for column in cursor.description]
        return [dict(zip(head, row, strict=True)) for row in cursor.fetchall()]


def _person(row: Row, today: date) -> dict[str, str]:
    since = row["since"]
    return {
        "nickname": row["nickname"],
        "stage": age_in_words(_a_day(row["born"]), today),
        "year_since": formats.date_format(since, "Y年n月" if _chinese() else "F Y") if since else "",
    }


def _account(row: Row, today: date) -> dict[str, str]:
    adviser = row["adviser"] or ""
    return {"account_name": row["account_name"], "adviser": "" if "@" in adviser else adviser}


def _bought(row: Row, today: date) -> dict[str, str]:
    return {"last_item": row["item"] or "", "last_category": row["category"] or ""}


def _tier(row: Row, today: date) -> dict[str, str]:
    name = (row["name_zh"] if _chinese() else "") or row["name"]
    return {"tier": name or row["level"]}


def _tags(row: Row, today: date) -> dict[str, str]:
    return {"tags": ("、" if _chinese() else ", ").join(row["tags"])}


def _year(row: Row, today: date) -> dict[str, str]:
    orders, items = row["orders"], row["items"]
    return {
        "year_orders": ngettext("%(count)s order", "%(count)s orders", orders) % {"count": number(orders)},
        "year_items": ngettext("%(count)s item", "%(count)s items", items) % {"count": number(items)} if items else "",
        "year_favourite": row["favourite"] or "",
    }


def _restock(row: Row, today: date) -> dict[str, str]:
    due = row["due_on"]
    shown = formats.date_format(due, "n月j日" if _chinese() else "j F") if due > today else ""
    return {"next_item": row["item"], "restock_date": shown}


def age_in_words(born: date | None, today: date) -> str:
    """A child's age as parents say it: days in weeks, then months up to two years, then years; not before birth."""
    if born is None or born > today:
        return ""
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months < 1:
        return _("newborn")
    if months < 24:
        return ngettext("%(count)s month old", "%(count)s months old", months) % {"count": months}
    years = months // 12
    return ngettext("%(count)s year old", "%(count)s years old", years) % {"count": years}


def _a_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _chinese() -> bool:
    return is_chinese(translation.get_language() or "")


SOURCES = (
    Source(sources.PERSON, frozenset({"nickname", "stage", "year_since"}), _person),
    Source(sources.ACCOUNT, frozenset({"account_name", "adviser"}), _account),
    Source(sources.BOUGHT, frozenset({"last_item", "last_category"}), _bought),
    Source(sources.VIEWED, frozenset({"viewed_item"}), lambda row, today: {"viewed_item": row["item"] or ""}),
    Source(sources.CART, frozenset({"cart_item"}), lambda row, today: {"cart_item": row["item"] or ""}),
    Source(sources.POINTS, frozenset({"points"}), lambda row, today: {"points": number(row["points"])}),
    Source(sources.tier, frozenset({"tier"}), _tier),
    Source(sources.TAGS, frozenset({"tags"}), _tags),
    Source(sources.RESTOCK, frozenset({"next_item", "restock_date"}), _restock),
    Source(sources.YEAR, frozenset({"year_orders", "year_items", "year_favourite"}), _year),
)
