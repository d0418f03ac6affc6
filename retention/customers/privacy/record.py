"""Who the customer is, and what was agreed and talked about with them."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet

from retention.customers.models import (
    ConsentEntry,
    Contact,
    Customer,
    CustomerState,
    CustomerTag,
    Identity,
    Membership,
    PointEntry,
    Preference,
    Touch,
)
from retention.customers.privacy import PrivacyPart, Rows, register

PROFILE = (
    "external_id",
    "name",
    "email",
    "phone",
    "language",
    "timezone",
    "birthday",
    "source",
    "joined_at",
    "kind",
    "traits",
    "recorded_at",
    "updated_at",
)


def export_profile(customer: Customer) -> Rows:
    """The customer's own row."""
    return [{name: getattr(customer, name) for name in PROFILE}]


def erase_profile(customer: Customer) -> dict[str, int]:
    """Emptied in place; orders and events go on belonging to the nameless row."""
    Customer.objects.filter(pk=customer.pk).update(
        external_id=f"erased-{customer.public_id.hex}",
        name="",
        email="",
        phone="",
        language="",
        timezone="",
        birthday=None,
        traits={},
    )
    return {"profiles_emptied": 1}


def export_identities(customer: Customer) -> Rows:
    """Every mark by which they are recognised."""
    return list(Identity.objects.filter(customer=customer).order_by("pk").values("kind", "value"))


def erase_identities(customer: Customer) -> dict[str, int]:
    """All removed."""
    return {"identities_removed": Identity.objects.filter(customer=customer).delete()[0]}


def export_contacts(customer: Customer) -> Rows:
    """The accounts they act for."""
    rows = Contact.objects.filter(customer=customer).order_by("pk")
    return list(rows.values("account__external_id", "role", "ended_on", "recorded_at"))


def erase_contacts(customer: Customer) -> dict[str, int]:
    """All removed: an account is left without this person."""
    return {"contacts_removed": Contact.objects.filter(customer=customer).delete()[0]}


def export_state(customer: Customer) -> Rows:
    """The running sums."""
    return list(CustomerState.objects.filter(customer=customer).values())


def erase_state(customer: Customer) -> dict[str, int]:
    """Who is erased has no state: nobody scores them again."""
    return {"states_removed": CustomerState.objects.filter(customer=customer).delete()[0]}


def export_relationship(customer: Customer) -> Rows:
    """Levels, points, consents, preferences and contacts made."""
    kinds: dict[str, QuerySet[Any]] = {
        "membership": Membership.objects.filter(customer=customer),
        "points": PointEntry.objects.filter(customer=customer),
        "consent": ConsentEntry.objects.filter(customer=customer),
        "preference": Preference.objects.filter(customer=customer),
        "touch": Touch.objects.filter(customer=customer),
    }
    return [{"kind": kind} | _plain(row) for kind, rows in kinds.items() for row in rows.order_by("pk")]


def erase_relationship(customer: Customer) -> dict[str, int]:
    """Free text goes; levels, points, the proof of consent and the fact of a contact stay."""
    return {
        "point_entries_emptied": PointEntry.objects.filter(customer=customer).update(reason=""),
        "touches_emptied": Touch.objects.filter(customer=customer).update(summary=""),
        "preferences_removed": Preference.objects.filter(customer=customer).delete()[0],
    }


def _plain(row: Model) -> dict[str, Any]:
    """A row's own columns, without keys."""
    hidden = {"id", "customer_id", "public_id"}
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in hidden}


register(PrivacyPart("profile", export_profile, erase_profile))
register(PrivacyPart("identities", export_identities, erase_identities))
register(PrivacyPart("contacts", export_contacts, erase_contacts))
register(PrivacyPart("state", export_state, erase_state))


def export_tags(customer: Customer) -> Rows:
    """What other systems said of them, also what was taken off."""
    rows = CustomerTag.objects.filter(customer=customer).order_by("pk")
    return list(rows.values("source", "tag", "added_at", "removed_at"))


def erase_tags(customer: Customer) -> dict[str, int]:
    """All removed: a tag may tell who it was."""
    return {"tags_removed": CustomerTag.objects.filter(customer=customer).delete()[0]}


register(PrivacyPart("tags", export_tags, erase_tags))
register(PrivacyPart("relationship", export_relationship, erase_relationship))
