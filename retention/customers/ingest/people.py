"""Whom messages are about: users by their id, visitors by an anonymous id until they say who they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from retention.customers.enums import IdentityKind
from retention.customers.ingest.messages import Message
from retention.customers.models import Customer, Identity
from retention.customers.services.merging import merge_customers
from retention.customers.services.references import create_customers, customers_of

ANONYMOUS = "anonymous:"
"""Before the anonymous id, the external id of somebody of whom nothing else is known."""
_REFS = "(SELECT unnest(%(refs)s::text[]) AS ref)"


def find_people(messages: Iterable[Message], *, now: datetime) -> dict[str, int]:
    """The customer of each `Message.ref`, created when new; joins those whom the messages tell to be one."""
    messages = list(messages)
    users = _users({message.user for message in messages if message.user is not None}, now=now)
    marks = {message.anonymous for message in messages if message.anonymous is not None}
    known = _known_visitors(marks)
    for message in messages:
        if message.user is not None and message.anonymous is not None:
            _recognise(message.anonymous, users[message.user], known)
    for message in messages:
        if message.type == "alias" and message.user is not None and message.previous is not None:
            _join(message.previous, users[message.user], known)
    _create_visitors(marks - known.keys(), known, now=now)
    found = {f"u:{user}": customer for user, customer in users.items()}
    found.update((f"a:{mark}", customer) for mark, customer in known.items())
    final = dict(
        Customer.objects.filter(pk__in=set(found.values()), merged_into__isnull=False).values_list("pk", "merged_into")
    )
    return {ref: final.get(customer) or customer for ref, customer in found.items()}


def _users(ids: set[str], *, now: datetime) -> dict[str, int]:
    if not ids:
        return {}
    params: dict[str, Any] = {"refs": sorted(ids), "now": now}
    with connection.cursor() as cursor:
        cursor.execute(customers_of(_REFS), params)
        found: dict[str, int] = {ref: customer for ref, customer in cursor.fetchall() if customer is not None}
        if len(found) < len(ids):
            cursor.execute(create_customers(_REFS), params)
            cursor.execute(customers_of(_REFS), params)
            found = dict(cursor.fetchall())
    return found


def _known_visitors(marks: set[str]) -> dict[str, int]:
    rows = Identity.objects.filter(kind=IdentityKind.ANONYMOUS_ID, value__in=marks)
    return dict(rows.values_list("value", "customer_id"))


def _recognise(mark: str, customer: int, known: dict[str, int]) -> None:
    """A visitor turns out to be this user. A device that another user was seen with stays with that one."""
    holder = known.get(mark)
    if holder is None:
        Identity.objects.get_or_create(kind=IdentityKind.ANONYMOUS_ID, value=mark, defaults={"customer_id": customer})
        known[mark] = customer
    elif holder != customer and _is_visitor(holder):
        merge_customers(gone=holder, stays=customer)
        known[mark] = customer


def _join(previous: str, customer: int, known: dict[str, int]) -> None:
    """An alias: whoever had the previous id is this user, from now on and in the past."""
    holders = set(_known_visitors({previous}).values())
    holders |= set(Customer.objects.filter(external_id=previous).values_list("pk", flat=True))
    for holder in sorted(holders - {customer}):
        merge_customers(gone=holder, stays=customer)
    for kind in (IdentityKind.USER_ID, IdentityKind.ANONYMOUS_ID):
        Identity.objects.get_or_create(kind=kind, value=previous, defaults={"customer_id": customer})
    known[previous] = customer


def _is_visitor(customer: int) -> bool:
    return Customer.objects.filter(pk=customer, external_id__startswith=ANONYMOUS, merged_into=None).exists()


def _create_visitors(marks: set[str], known: dict[str, int], *, now: datetime) -> None:
    if not marks:
        return
    made = _users({f"{ANONYMOUS}{mark}"[:200] for mark in marks}, now=now)
    rows = [
        Identity(kind=IdentityKind.ANONYMOUS_ID, value=mark, customer_id=made[f"{ANONYMOUS}{mark}"[:200]])
        for mark in sorted(marks)
    ]
    Identity.objects.bulk_create(rows, ignore_conflicts=True)
    known.update(_known_visitors(marks))
