"""Everything that happened to a customer or an account, newest first, from as many sources as floors plug in.

Each source is a queryset with a moment; a page takes the newest of all. The order is total (moment, source, key), and
the position of the last entry finds the next page, so that nothing is skipped or doubled at any depth.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.common.registry import Registry
from retention.customers.models import Account, Customer

Subject = TypeVar("Subject", Customer, Account)
PAGE = 30


@dataclass(frozen=True)
class Entry:
    """One line: what happened, in words. The page fills in the source, moment and key."""

    title: Promise | str
    detail: str = ""
    amount: str = ""
    href: str = ""
    badge: Promise | str = ""
    tone: str = "secondary"
    icon: str = ""
    at: datetime | None = None
    source: str = ""
    key: int = 0


@dataclass(frozen=True)
class Source(Generic[Subject]):
    """Where entries come from. `moment` is a timestamp column or annotation of `rows`; `entry` puts a row in words."""

    code: str
    label: Promise | str
    icon: str
    permission: str
    rows: Callable[[Subject], QuerySet[Any]]
    entry: Callable[[Any], Entry]
    moment: str = "occurred_at"


@dataclass(frozen=True)
class Position:
    """After which entry the next page begins."""

    at: datetime
    source: str
    key: int


sources: Registry[Source[Customer]] = Registry("timeline source", key=lambda source: source.code)
account_sources: Registry[Source[Account]] = Registry("account timeline source", key=lambda source: source.code)


def register(source: Source[Customer]) -> Source[Customer]:
    """Add `source` to the customer's timeline."""
    return sources.register(source)


def register_account(source: Source[Account]) -> Source[Account]:
    """Add `source` to the account's timeline."""
    return account_sources.register(source)


def timeline(
    known: list[Source[Subject]], subject: Subject, *, after: Position | None = None, size: int = PAGE
) -> tuple[list[Entry], Position | None]:
    """A page of entries of the `known` sources, and where the next one begins (None at the end)."""
    found: list[Entry] = []
    for source in known:
        rows = source.rows(subject).filter(_older(source, after)) if after else source.rows(subject)
        for row in rows.order_by(f"-{source.moment}", "-pk")[: size + 1]:
            entry = source.entry(row)
            found.append(
                replace(
                    entry,
                    at=getattr(row, source.moment),
                    source=source.code,
                    key=row.pk,
                    icon=entry.icon or source.icon,
                )
            )
    found.sort(key=lambda entry: (entry.at, entry.source, entry.key), reverse=True)
    page = found[:size]
    if len(found) <= size or page[-1].at is None:
        return page, None
    return page, Position(page[-1].at, page[-1].source, page[-1].key)


def _older(source: Source[Any], after: Position) -> Q:
    """What lies behind `after` in the order (moment, source, key), falling."""
    earlier = Q(**{f"{source.moment}__lt": after.at})
    same = Q(**{source.moment: after.at})
    if source.code < after.source:
        return earlier | same
    if source.code == after.source:
        return earlier | (same & Q(pk__lt=after.key))
    return earlier


def encode(position: Position) -> str:
    """`position` for an address."""
    body = json.dumps([position.at.isoformat(), position.source, position.key])
    return base64.urlsafe_b64encode(body.encode()).decode()


def decode(text: str) -> Position:
    """The position in an address; raises DomainError when it is none."""
    try:
        at, source, key = json.loads(base64.urlsafe_b64decode(text))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return Position(moment, str(source), int(key))
    except (ValueError, TypeError) as error:
        raise DomainError(
            "bad_position",
            _("This address names a place that the timeline does not have."),
            mend=_("Open the page again."),
        ) from error
