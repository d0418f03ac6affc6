"""What would a new value do? Upper apps register who can tell; the policy page asks before it saves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from retention.common.registry import Registry
from tenants.policies import JSONValue


@dataclass(frozen=True)
class Effect:
    """What a change would do to the tenant's own history: sentences, and a table of who moves; `more` follows it.

    `names` makes the part that names people, for whoever asks and as far as they may see them; None: nobody.
    """

    sentences: tuple[str, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    more: tuple[Effect, ...] = ()
    names: Callable[[object], Effect | None] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Preview:
    """Somebody who can tell what a change does. `tell(name, new value)` only reads; None: nothing to say.

    `concerns` are policy names, or prefixes that end in a dot ("silence.").
    """

    code: str
    concerns: frozenset[str]
    tell: Callable[[str, JSONValue], Effect | None] = field(compare=False)

    def about(self, name: str) -> bool:
        """Whether this preview speaks about the policy `name`."""
        return any(name == one or (one.endswith(".") and name.startswith(one)) for one in self.concerns)


previews: Registry[Preview] = Registry("policy preview", key=lambda preview: preview.code)


def preview_effects(name: str, value: JSONValue, *, user: object = None) -> list[Effect]:
    """Everything that is known about setting `name` to `value`; changes nothing. Without a user nobody is named."""
    told = [preview.tell(name, value) for preview in previews if preview.about(name)]
    parts = [part for effect in told if effect is not None for part in (effect, *effect.more)]
    named = [part.names(user) for part in parts if part.names is not None and user is not None]
    return [*parts, *(part for part in named if part is not None)]
