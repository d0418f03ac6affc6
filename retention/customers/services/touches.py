"""The one contact ledger: places under the caps are reserved under a lock on the customer, before anything is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from retention.common.ids import uuid7
from retention.customers.caps import Cap, CapRules, Contact, room_under_all
from retention.customers.enums import FREQUENCY_DAYS, Channel, Frequency, Purpose
from retention.customers.models import Customer, Preference, Touch
from tenants.policies import policy_values


@dataclass(frozen=True)
class Slot:
    """A contact that is wanted, known by its source. Of two for one customer the one of more `worth` comes first."""

    source_key: str
    customer: int
    channel: str
    purpose: str
    worth: float = 0.0
    made_by: str = ""


def cap_rules() -> CapRules:
    """The caps of the tenant in force."""
    values = policy_values()

    def cap(name: str, counted: str) -> Cap:
        numbers = values[name]
        assert isinstance(numbers, dict)
        most, days = numbers["most"], numbers["days"]
        assert isinstance(most, int | float)
        assert isinstance(days, int | float)
        return Cap(int(most), timedelta(days=float(days)), counted)  # type: ignore[arg-type]

    return CapRules(cap("caps.promotions", "all"), cap("caps.calls", "calls"), cap("caps.surveys", "surveys"))


def lock_for_contacts(customers: Collection[int]) -> set[int]:
    """Hold these customers' rows until the transaction ends; returns those that nobody else holds. Never waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id FROM customers_customer c WHERE c.id = ANY(%s) ORDER BY c.id"
            " FOR NO KEY UPDATE OF c SKIP LOCKED",
            [list(customers)],
        )
        return {row[0] for row in cursor.fetchall()}


def reserve_slots(slots: Sequence[Slot], *, now: datetime, rules: CapRules) -> dict[str, datetime | None]:
    """Reserve a place for each of `slots` that its caps leave room for; the others come back with when they would fit.

    A key that is not in the answer has its place; None means never. The caller holds the customers' rows
    (`lock_for_contacts`): that is what makes counting and reserving one act.
    """
    contacts = _contacts({slot.customer for slot in slots}, now - _longest(rules))
    wishes = _wishes({slot.customer for slot in slots})
    refused: dict[str, datetime | None] = {}
    granted: list[Slot] = []
    for slot in sorted(slots, key=lambda slot: (slot.purpose != Purpose.SERVICE, -slot.worth, slot.source_key)):
        caps = rules.of(slot.channel, slot.purpose, wish_days=wishes.get(slot.customer))
        room = room_under_all(contacts[slot.customer], caps, now)
        if room != now:
            refused[slot.source_key] = room
            continue
        contacts[slot.customer].append(Contact(now, slot.channel, slot.purpose))
        granted.append(slot)
    Touch.objects.bulk_create([_reserved(slot, now) for slot in granted], ignore_conflicts=True)
    return refused


def settle_slots(made: Iterable[tuple[str, datetime]]) -> None:
    """The contacts behind these reserved places were made, each at its moment."""
    keys, moments = zip(*made, strict=True) if (made := list(made)) else ((), ())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_touch t SET reserved = false, occurred_at = w.at"
            " FROM unnest(%s::text[], %s::timestamptz[]) AS w (key, at) WHERE t.source_key = w.key AND t.reserved",
            [list(keys), list(moments)],
        )


def release_slots(keys: Collection[str]) -> int:
    """The contacts behind these reserved places will not be made; how many places came free."""
    return Touch.objects.filter(source_key__in=list(keys), reserved=True).delete()[0]


def record_touch(
    *,
    customer: Customer,
    channel: Channel,
    purpose: Purpose,
    now: datetime,
    occurred_at: datetime | None = None,
    made_by: str = "",
    summary: str = "",
    two_way: bool = False,
    source_key: str | None = None,
) -> Touch:
    """A contact that a person made: it counts under the caps, none holds it back. Known again by `source_key`."""
    made = Touch(
        customer=customer,
        channel=channel,
        purpose=purpose,
        made_by=made_by,
        summary=summary,
        two_way=two_way,
        source_key=source_key,
        occurred_at=occurred_at or now,
        recorded_at=now,
    )
    with transaction.atomic():
        if source_key is not None:
            known = Touch.objects.filter(source_key=source_key).first()
            if known is not None:
                return known
        made.save()
    return made


def _contacts(customers: Collection[int], since: datetime) -> dict[int, list[Contact]]:
    found: dict[int, list[Contact]] = defaultdict(list)
    rows = Touch.objects.filter(customer__in=list(customers), occurred_at__gt=since).order_by()
    for customer, at, channel, purpose in rows.values_list("customer_id", "occurred_at", "channel", "purpose"):
        found[customer].append(Contact(at, channel, purpose))
    return found


def _wishes(customers: Collection[int]) -> dict[int, int]:
    chosen = Preference.objects.filter(customer__in=list(customers), frequency__in=list(FREQUENCY_DAYS)).order_by()
    return {
        customer: FREQUENCY_DAYS[Frequency(frequency)]
        for customer, frequency in chosen.values_list("customer_id", "frequency")
    }


def _longest(rules: CapRules) -> timedelta:
    windows = [cap.window for cap in (rules.promotions, rules.calls, rules.surveys)]
    return max(*windows, *(timedelta(days=days) for days in FREQUENCY_DAYS.values()))


def _reserved(slot: Slot, now: datetime) -> Touch:
    return Touch(
        public_id=uuid7(),
        customer_id=slot.customer,
        channel=slot.channel,
        purpose=slot.purpose,
        made_by=slot.made_by,
        reserved=True,
        source_key=slot.source_key,
        occurred_at=now,
        recorded_at=now,
    )
