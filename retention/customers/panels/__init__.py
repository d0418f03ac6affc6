"""The parts of a customer's and an account's page: each floor plugs its own in.

    panels.register(Panel("scores", _("Scores"), 20, "scores.view", "scoring/_customer_panel.html", context))

`context(customer, as_of)` gives what the template reads, besides ``customer``, ``as_of`` and the request's own.
A context of None leaves the panel out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, TypeVar

from django.utils.functional import Promise

from retention.common.registry import Registry
from retention.customers.models import Account, Customer

Subject = TypeVar("Subject", Customer, Account)
Place = Literal["top", "main", "side"]


@dataclass(frozen=True)
class Panel(Generic[Subject]):
    """A card on a page. `top` spans it without a frame of its own, `main` is the wide column, `side` the other."""

    code: str
    title: Promise | str
    order: int
    permission: str
    template: str
    context: Callable[[Subject, date], dict[str, Any] | None]
    place: Place = "main"
    help: Promise | str = ""


@dataclass(frozen=True)
class ShownPanel(Generic[Subject]):
    """A panel with what it found."""

    panel: Panel[Subject]
    context: dict[str, Any]


panels: Registry[Panel[Customer]] = Registry("customer panel", key=lambda panel: panel.code)
account_panels: Registry[Panel[Account]] = Registry("account panel", key=lambda panel: panel.code)


def register(panel: Panel[Customer]) -> Panel[Customer]:
    """Put `panel` on the customer record."""
    return panels.register(panel)


def register_account(panel: Panel[Account]) -> Panel[Account]:
    """Put `panel` on the account's page."""
    return account_panels.register(panel)


def shown_panels(
    known: Registry[Panel[Subject]], subject: Subject, as_of: date, codes: frozenset[str]
) -> dict[str, list[ShownPanel[Subject]]]:
    """The panels that a person with the permissions `codes` sees, by place, in order."""
    found: dict[str, list[ShownPanel[Subject]]] = {"top": [], "main": [], "side": []}
    for panel in sorted(known, key=lambda panel: (panel.order, panel.code)):
        if panel.permission in codes and (context := panel.context(subject, as_of)) is not None:
            found[panel.place].append(ShownPanel(panel, context))
    return found
