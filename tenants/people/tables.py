"""The table of people."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from retention.common.tables import Column, Filter, Search, Table, badge
from tenants.people.models import User


def person_url(person: User) -> str:
    """The page of one person."""
    return reverse("person", args=[person.public_id])


def role_words(person: User) -> str:
    """The role that holds, with how far it sees."""
    role = str(person.custom_role or person.get_role_display())
    return f"{role} · {gettext('own accounts only')}" if person.own_accounts_only else role


def state_badge(person: User) -> SafeString:
    """May they come in?"""
    return badge(gettext("active"), "good") if person.is_active else badge(gettext("locked out"), "bad")


def factor_badge(person: User) -> SafeString:
    """Is a second factor set up?"""
    return badge(gettext("on"), "good") if getattr(person, "has_second_factor", False) else badge(gettext("off"))


def search_people(rows: QuerySet[User], text: str) -> QuerySet[User]:
    """By name or address."""
    return rows.filter(Q(name__icontains=text) | Q(email__icontains=text))


def by_state(rows: QuerySet[User], state: str) -> QuerySet[User]:
    """Active or locked out."""
    return rows.filter(is_active=state == "active")


class PeopleTable(Table):
    """Everybody who may sign in, or once might."""

    name = "people"
    columns = (
        Column("email", _("E-mail"), sort="email", link=person_url),
        Column("name", _("Name")),
        Column("role", _("Role"), value=role_words),
        Column("second_factor", _("Second factor"), kind="html", value=factor_badge),
        Column("last_login", _("Last signed in"), kind="moment"),
        Column("state", _("State"), kind="html", value=state_badge),
    )
    filters = (Filter("state", _("State"), (("active", _("active")), ("locked", _("locked out"))), by_state),)
    search = Search(_("Name or e-mail"), search_people)
    default_sort = "email"
    empty_title = _("Nobody is here yet")
    empty_text = _("Invite your colleagues; each gets a link that works once.")
