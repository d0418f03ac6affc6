"""Lists show what is in force; whoever asks for the history gets superseded and withdrawn versions too."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

HISTORY = "Also superseded and withdrawn versions."


class Versions(django_filters.FilterSet):
    """Facts with versions: orders, events."""

    history = django_filters.BooleanFilter(method="with_history", label=HISTORY)

    def with_history(self, facts: QuerySet[Any], _name: str, _wanted: bool) -> QuerySet[Any]:
        """Taken up in `filter_queryset`, which also knows when nobody asked."""
        return facts

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = super().filter_queryset(queryset)
        return chosen if self.form.cleaned_data.get("history") else self.in_force(chosen)

    def in_force(self, facts: QuerySet[Any]) -> QuerySet[Any]:
        """The latest version of what was not taken back."""
        return facts.filter(superseded_at=None, withdrawn=False)


class Withdrawable(Versions):
    """Relations that are changed in place and may be withdrawn: memberships, contacts."""

    def in_force(self, facts: QuerySet[Any]) -> QuerySet[Any]:
        return facts.filter(withdrawn=False)
