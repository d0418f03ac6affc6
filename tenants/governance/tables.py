"""The table of the audit log."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from retention.common.tables import Column, Filter, Search, Table
from tenants.commands import as_json
from tenants.governance.actions import action_label, actions
from tenants.governance.models import AuditEntry
from tenants.governance.selectors.audit import Break, Reason

WHO = {"command": _("command line"), "system": _("the system"), "key": _("a program’s key")}


def who(entry: AuditEntry) -> str:
    """The person's name; else what acted."""
    name = getattr(entry, "person_name", None) or getattr(entry, "person_email", None)
    if name:
        return str(name)
    kind = str(WHO.get(entry.actor_kind, entry.actor_kind))
    return f"{kind} · {entry.actor}" if entry.actor_kind == "command" else kind


def act(entry: AuditEntry) -> str:
    """What was done, in words."""
    return action_label(entry.action)


def target(entry: AuditEntry) -> SafeString:
    """On what, by its id."""
    return format_html('<code class="text-break">{}</code>', entry.target) if entry.target else format_html("–")


def detail(entry: AuditEntry) -> SafeString:
    """The details as they are bound into the chain."""
    return (
        format_html('<code class="text-break">{}</code>', as_json(entry.detail)) if entry.detail else format_html("–")
    )


def choices() -> list[tuple[str, Any]]:
    """Every named act."""
    return [(action.code, action.label) for action in actions]


def by_action(rows: QuerySet[AuditEntry], code: str) -> QuerySet[AuditEntry]:
    """One kind of act."""
    return rows.filter(action=code)


def by_target(rows: QuerySet[AuditEntry], text: str) -> QuerySet[AuditEntry]:
    """Everything that was done to one thing."""
    return rows.filter(target__endswith=text)


class AuditTable(Table):
    """Acts of people and programs."""

    name = "audit"
    columns = (
        Column("position", _("Number"), kind="number", sort="position", falls_first=True),
        Column("at", _("When"), kind="moment"),
        Column("who", _("Who"), value=who),
        Column("action", _("Act"), value=act),
        Column("target", _("On what"), kind="html", value=target),
        Column("detail", _("Details"), kind="html", value=detail),
    )
    filters = (Filter("action", _("Act"), choices, by_action),)
    search = Search(_("Id of what it was done to"), by_target)
    default_sort = "-position"
    empty_title = _("Nothing was done yet")
    empty_text = _("Log-ins, changes of policies and roles, exports and erasures will stand here.")


def break_words(broken: Break) -> str:
    """Why an entry is broken, in words."""
    return {
        Reason.MISSING: gettext("it is missing"),
        Reason.LINKED: gettext("it is linked to another entry than the one before it"),
        Reason.CHANGED: gettext("it was changed after it was written"),
        Reason.FORGED: gettext("it was not written by the product"),
        Reason.END: gettext("it is not the entry that the chain’s end names"),
    }[broken.reason]
