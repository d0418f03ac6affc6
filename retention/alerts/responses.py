"""What an alert can set going: upper floors register it, a monitor names it, each alert runs it once.

    responses.register(Response("open_task", _("Open a task"), open_task))

`run(alert, actor=…, now=…, option=…)` works in a transaction that also marks it done, so that it happens once or not
at all; it must not speak to the outside world. It returns the address of what it made, or "". A DomainError's message
is shown, and a person may try again. `options` gives what may be chosen (a playbook, a campaign), code → words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.utils.functional import Promise

from retention.common.registry import Registry

if TYPE_CHECKING:
    from retention.alerts.models import Alert


class Run(Protocol):
    """The act of a response. `actor` is the person who asked for it, or None for Stay itself."""

    def __call__(self, alert: Alert, *, actor: object, now: datetime, option: str) -> str:
        """Do it and return the address of what was made."""
        ...


def no_options() -> Mapping[str, Promise | str]:
    """Nothing to choose."""
    return {}


@dataclass(frozen=True)
class Response:
    """A response by its code, its words on the monitor's page, and what it does."""

    code: str
    label: Promise | str
    run: Run
    options: Callable[[], Mapping[str, Promise | str]] = no_options


responses: Registry[Response] = Registry("response to an alert", key=lambda response: response.code)


def register(response: Response) -> Response:
    """Let monitors set `response` going."""
    return responses.register(response)


def split_choice(choice: str) -> tuple[str, str]:
    """``start_playbook:handover`` as (code, option)."""
    code, _colon, option = choice.partition(":")
    return code, option


def choices() -> list[tuple[str, Promise | str]]:
    """All that a monitor may name, in words; a response with options once for each."""
    found: list[tuple[str, Promise | str]] = []
    for response in responses:
        options = response.options()
        if not options and response.options is no_options:
            found.append((response.code, response.label))
        found += [(f"{response.code}:{code}", f"{response.label}: {label}") for code, label in options.items()]
    return found


def choice_label(code: str, option: str) -> str:
    """The words of a response that an alert has; one that nobody registers any more shows its code."""
    response = responses.get(code)
    if response is None:
        return f"{code}:{option}" if option else code
    return f"{response.label}: {response.options().get(option, option)}" if option else str(response.label)
