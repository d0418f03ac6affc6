"""What the acts of the audit log are called on screen. An act that nobody named shows its code."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from retention.common.registry import Registry


@dataclass(frozen=True)
class Action:
    """An act: its code ("policy.set") and its words."""

    code: str
    label: Promise | str


actions: Registry[Action] = Registry("act", key=lambda action: action.code)


def register_actions(named: dict[str, Promise | str]) -> None:
    """Name acts; called from an app's ``ready()``."""
    for code, label in named.items():
        if code not in actions:
            actions.register(Action(code, label))


def action_label(code: str) -> str:
    """The words for `code`."""
    found = actions.get(code)
    return str(found.label) if found is not None else code


register_actions(
    {
        "policy.set": _("Policy changed"),
        "policy.reset": _("Policy back to its default"),
        "audit.verified": _("Audit log checked"),
        "person.signed_in": _("Signed in"),
        "person.invited": _("Person invited"),
        "person.uninvited": _("Invitation withdrawn"),
        "person.joined": _("Invitation accepted"),
        "person.role_changed": _("Role changed"),
        "person.deactivated": _("Person locked out"),
        "person.reactivated": _("Person let in again"),
        "person.password_set": _("Password set"),
        "person.second_factor_set": _("Second factor set up"),
        "person.second_factor_dropped": _("Second factor dropped"),
        "role.saved": _("Custom role saved"),
        "role.deleted": _("Custom role deleted"),
        "customer.unmask": _("Phone and mail unmasked"),
        "customer.exported": _("Customer exported"),
        "customer.erased": _("Customer erased"),
        "key.created": _("Key made"),
        "key.revoked": _("Key revoked"),
        "tenant.created": _("Tenant made"),
        "tenant.deleted": _("Tenant deleted"),
        "platform.stopped": _("All sending stopped"),
        "platform.resumed": _("All sending resumed"),
        "dead_letter.retried": _("Dead letter sent again"),
        "dead_letter.dropped": _("Dead letter dropped"),
    }
)
