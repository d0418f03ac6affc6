"""A registry: a lower floor owns it, upper floors fill it in ``AppConfig.ready()``: one thing, one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Named things in order of registration. Registering another thing under a taken name raises ValueError."""

    def __init__(self, what: str, *, key: Callable[[T], str]) -> None:
        self.what = what
        self._key = key
        self._things: dict[str, T] = {}

    def register(self, thing: T) -> T:
        """Add `thing` and return it, so that it can be used as a decorator."""
        name = self._key(thing)
        if self._things.get(name, thing) is not thing:
            raise ValueError(f"{self.what} {name!r} is registered twice")
        self._things[name] = thing
        return thing

    def get(self, name: str) -> T | None:
        """The thing called `name`, or None."""
        return self._things.get(name)

    def __getitem__(self, name: str) -> T:
        return self._things[name]

    def __contains__(self, name: str) -> bool:
        return name in self._things

    def __iter__(self) -> Iterator[T]:
        return iter(self._things.values())

    def __len__(self) -> int:
        return len(self._things)

    def names(self) -> list[str]:
        """All names in order of registration."""
        return list(self._things)
