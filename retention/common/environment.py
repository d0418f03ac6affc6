"""The process's environment, read strictly.

Every `STAY_*` variable is declared in :data:`VARIABLES`; a name that is not there is refused with the
nearest one that is, so a typing error never turns a guard off. Each reader gives the value in its type or
raises :class:`EnvironmentRefused`, which names the variable, what is wrong with it and how to mend it. A
variable that is set but empty is wrong too. Addresses are never repeated in messages: they hold passwords.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from retention.common.errors import DomainError

VARIABLES: dict[str, str] = {
    "STAY_ALLOWED_HOSTS": "the domains that production serves, between commas; a leading dot takes subdomains in",
    "STAY_BENCH_SIZES": "how many customers the benchmarks are run with, between commas",
    "STAY_CHAOS_ROUNDS": "how often each kill -9 test is repeated",
    "STAY_CHROMIUM": "the browser that the tests of pages drive; absent, the one on the path",
    "STAY_CLOCK": "the moment that business time stands at, or file:PATH to read it from; refused in production",
    "STAY_METRICS_TOKEN": "who may read /metrics from elsewhere than this machine, as a bearer token of 32 characters",
    "STAY_SANDBOX_URL": "where the sandbox provider listens, for SMS and push; ?idempotency=no when it takes no key",
    "STAY_SECRET_KEY": "the secret that signs sessions and tokens; required in production",
    "STAY_SUPERUSER_URL": "address of PostgreSQL as a superuser, for the command bootstrap_database alone",
    "STAY_TEST_DATA": "folder of the public data sets that some tests read",
    "STAY_TEST_PG_BIN": "folder of PostgreSQL programs that the tests start instead of the embedded ones",
    "STAY_TRUSTED_PROXIES": "how many proxies stand before production; limits count who asks them",
    "STAY_URL_PORT": "the port in the links of mails, where tenants are not served on their scheme's own",
}
"""Every STAY_* name and what it decides; docs/operations.md holds the same table."""

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_DURATION = re.compile(r"(?P<count>\d+)(?P<unit>ms|s|m|h|d)")
_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class EnvironmentRefused(DomainError):
    """A variable is missing, unknown or has a value that can't be used."""

    def __init__(self, name: str, problem: str, *, mend: str) -> None:
        super().__init__("environment", f"{name} {problem}.", mend=mend)
        self.name = name


class Environment:
    """Typed reads of one mapping of names to text. Without a `default` a variable is required."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        for name in values:
            if name.startswith("STAY_") and name not in VARIABLES:
                raise EnvironmentRefused(name, "is not a variable of Stay", mend=_nearest(name))

    @classmethod
    def of_process(cls) -> Environment:
        """The environment this process was started with."""
        return cls(os.environ)

    def text(self, name: str, default: str | None = None, *, at_least: int = 1) -> str:
        """The value as it is, of `at_least` so many characters; a `default` may be shorter."""
        if default is not None and not self._is_given(name):
            return default
        value = self._value(name, None)
        if len(value) < at_least:
            raise EnvironmentRefused(
                name, f"has {len(value)} characters", mend=f"Give it at least {at_least} characters."
            )
        return value

    def boolean(self, name: str, default: bool | None = None) -> bool:
        """1, true, yes, on or 0, false, no, off, in any case."""
        value = self._value(name, None if default is None else str(default)).lower()
        if value not in _TRUE | _FALSE:
            raise EnvironmentRefused(name, f"is {value!r}, neither true nor false", mend="Set it to 1 or 0.")
        return value in _TRUE

    def integer(
        self,
        name: str,
        default: int | None = None,
        *,
        at_least: int | None = None,
        at_most: int | None = None,
    ) -> int:
        """A whole number within both ends."""
        value = self._value(name, None if default is None else str(default))
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise EnvironmentRefused(name, f"is {value!r}, not a whole number", mend="Set it to digits alone.")
        number = int(value)
        if at_least is not None and number < at_least:
            raise EnvironmentRefused(name, f"is {number}", mend=f"Set it to {at_least} or more.")
        if at_most is not None and number > at_most:
            raise EnvironmentRefused(name, f"is {number}", mend=f"Set it to {at_most} or less.")
        return number

    def choice(self, name: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of the `choices`, exactly."""
        value = self._value(name, default)
        if value not in choices:
            raise EnvironmentRefused(name, f"is {value!r}", mend=f"Set it to one of: {', '.join(sorted(choices))}.")
        return value

    def url(self, name: str, default: str | None = None, *, schemes: Sequence[str]) -> str:
        """An address with one of the `schemes` and a host."""
        value = self._value(name, default)
        wanted = f"Write it as {schemes[0]}://user:password@host:port/name."
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            raise EnvironmentRefused(name, "is not an address", mend=wanted) from None
        if parts.scheme not in schemes:
            problem = f"has the scheme {parts.scheme!r}" if "://" in value else "is not an address"
            raise EnvironmentRefused(name, problem, mend=f"{wanted} Schemes: {', '.join(schemes)}.")
        if not parts.hostname:
            raise EnvironmentRefused(name, "names no host", mend=wanted)
        return value

    def items(self, name: str, default: Sequence[str] | None = None) -> list[str]:
        """Values between commas, without the spaces around them."""
        if default is not None and not self._is_given(name):
            return list(default)
        found = [item.strip() for item in self._value(name, None).split(",")]
        if not all(found):
            raise EnvironmentRefused(name, "has an empty item", mend="Write items between single commas.")
        return found

    def duration(self, name: str, default: timedelta | None = None) -> timedelta:
        """A whole count and a unit: 500ms, 30s, 5m, 2h, 1d."""
        if default is not None and not self._is_given(name):
            return default
        value = self._value(name, None)
        match = _DURATION.fullmatch(value)
        if match is None:
            raise EnvironmentRefused(
                name,
                f"is {value!r}, not a duration",
                mend="Write a count and a unit: 500ms, 30s, 5m, 2h or 1d.",
            )
        return timedelta(**{_UNITS[match["unit"]]: int(match["count"])})

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def _is_given(self, name: str) -> bool:
        if name.startswith("STAY_") and name not in VARIABLES:
            raise LookupError(f"{name} is read but not declared in retention.common.environment.VARIABLES")
        return name in self._values

    def _value(self, name: str, default: str | None) -> str:
        value = self._values[name] if self._is_given(name) else default
        if value is None:
            raise EnvironmentRefused(name, "is not set", mend=f"Set {name} in the environment.")
        if not value.strip():
            raise EnvironmentRefused(name, "is set but empty", mend=f"Unset {name} or give it a value.")
        return value


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, VARIABLES, n=1)
    return f"Did you mean {near[0]}?" if near else f"Unset it. Known are: {', '.join(sorted(VARIABLES))}."
