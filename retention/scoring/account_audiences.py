"""Accounts for which a scorecard may hold: those whose attribute has a value."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.common.errors import DomainError
from retention.scoring.card_audiences import Audience, Label, Members, audiences
from retention.scoring.moment import Moment

MOST_CHOICES = 200


def trait_choices() -> dict[str, Label]:
    """Attributes of accounts with the values they have, as ``name=value``: the most frequent."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT t.key, t.value #>> '{}' FROM customers_account a, jsonb_each(a.traits) t
            WHERE jsonb_typeof(t.value) IN ('string', 'number', 'boolean') AND length(t.value #>> '{}') <= 60
            GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT %s""",
            [MOST_CHOICES],
        )
        return {f"{name}={value}": f"{name} = {value}" for name, value in cursor.fetchall()}


def trait_members(key: str, moment: Moment) -> Members:
    """Accounts whose attribute has that value now: attributes have no history."""
    name, equals, value = key.partition("=")
    if not equals:
        raise DomainError("bad_audience", _("This is no attribute with a value."), mend=_("Write name=value."))
    sql = "SELECT a.id FROM customers_account a WHERE a.traits ->> %(trait_name)s = %(trait_value)s"
    return sql, {"trait_name": name, "trait_value": value}


audiences.register(Audience("trait", "software", gettext_lazy("Attribute"), trait_choices, trait_members))
