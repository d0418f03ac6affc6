"""The URL matrix: each URL pattern has a row that says whose it is, and how to fill it with data that could leak.

Rows and things live in ``tests/isolation/rows/<app>.py``, one file per app:

    @thing                                        # a row of data, made the same way in both tenants
    def customer(world: World) -> Customer:
        return Customer.objects.create(external_id=world.text("c-1"), name=world.text("Name"), ...,
                                       public_id=world.uuid("customer"))

    ROWS = (
        Row("customers", permission="customers.view"),
        Row("customer", permission="customers.view", kwargs={"public_id": "customer.public_id"}),
        Row("customer-edit", permission="customers.edit", kwargs={...}, methods=("GET", "POST"),
            data={"name": "Mallory", "owner": "=person.pk"}),
        Row("livez", permission=OPEN),
    )

Name the URL as ``reverse`` takes it. In `kwargs` a value is ``thing.attribute``; in `data` such a value starts with
``=``. `world.text` puts the tenant's canary into a string: when B's canary shows in any answer to A, the suite fails.
A thing may use another by ``world["customer"]``; things are made in the order of their registration, files by name.
The suite sends every HTTP method whether the row lists it or not; `methods` are those that the URL serves.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

OPEN = "open"
"""Anyone may ask, without signing in."""
SIGNED_IN = "signed-in"
"""Whoever is signed in may ask, whatever the role."""
TENANT, PUBLIC = "retention.urls", "retention.urls_public"


@dataclass
class World:
    """What stands in one tenant: in each the same things under the same keys, with its own canary in the text."""

    canary: str
    things: dict[str, Any] = field(default_factory=dict)

    def text(self, words: str) -> str:
        """`words` with the canary: put it into every text that a page could show."""
        return f"{words} {self.canary}"

    def email(self, name: str) -> str:
        """An address with the canary in it."""
        return f"{name}@{self.canary}.example.com"

    def uuid(self, name: str) -> UUID:
        """The same id in both worlds."""
        return uuid5(NAMESPACE_URL, name)

    def value(self, path: str) -> Any:
        """``thing.attribute`` (an attribute may have parts) of this world."""
        name, *attributes = path.split(".")
        found = self.things[name]
        for attribute in attributes:
            found = getattr(found, attribute)
        return found

    def __getitem__(self, name: str) -> Any:
        return self.things[name]


@dataclass(frozen=True)
class Row:
    """One URL pattern. `permission` is a code, OPEN or SIGNED_IN; `conf` says which host serves it.

    `query` is sent behind the ``?``; `api` marks doors that take an API key.
    """

    name: str
    permission: str
    kwargs: Mapping[str, str] = field(default_factory=dict)
    methods: tuple[str, ...] = ("GET",)
    data: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""
    conf: str = TENANT
    api: bool = False

    def path_arguments(self, world: World) -> dict[str, Any]:
        """The values of the URL's parts, taken from `world`."""
        return {name: world.value(path) for name, path in self.kwargs.items()}

    def body(self, world: World) -> dict[str, Any]:
        """What POST, PUT and PATCH send, with keys taken from `world`."""
        return {
            name: world.value(value[1:]) if isinstance(value, str) and value.startswith("=") else value
            for name, value in self.data.items()
        }


Maker = Callable[[World], Any]
things: dict[str, Maker] = {}


def thing(maker: Maker) -> Maker:
    """Register a maker under its function's name."""
    if maker.__name__ in things:
        raise ValueError(f"there are two things called {maker.__name__}")
    things[maker.__name__] = maker
    return maker


def all_rows() -> tuple[Row, ...]:
    """The rows of every file under ``rows/``, files in the order of their names."""
    from tests.isolation import rows

    found = [
        importlib.import_module(f"{rows.__name__}.{module.name}") for module in pkgutil.iter_modules(rows.__path__)
    ]
    return tuple(row for module in found for row in module.ROWS)
