"""The base of every command: one answer, as text or JSON, and exit codes that a script can trust.

0 done · 1 refused with a reason · 2 used wrongly. With ``--json`` stdout is one JSON value, errors too:
``{"error": {"code", "message", "mend"}}``. Progress goes to stderr and only to a terminal.
"""

from __future__ import annotations

import json
import sys
import traceback
from abc import ABC, abstractmethod
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, handle_default_options
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections

from retention.common.errors import DomainError, NoPlatform
from retention.common.progress import Progress, progress_on
from tenants.backend.stance import JOB_SECONDS
from tenants.context import find_tenant, statements_of, use_public, use_tenant

DONE, REFUSED, MISUSED = 0, 1, 2
NOT_SET_UP = DomainError(
    "not_set_up", "This database holds nothing of Stay yet.", mend="Run: python manage.py migrate (or create_tenant)."
)


class UsageError(DomainError):
    """The options contradict each other: exit code 2."""


class StayCommand(ABC, BaseCommand):
    """A command of the platform; runs in the public schema. Implement `add_options`, `run` and `render`."""

    requires_system_checks: list[str] = []

    def add_options(self, parser: CommandParser) -> None:
        """Declare this command's own arguments."""

    @abstractmethod
    def run(self, **options: Any) -> Any:
        """Do the work and return what ``--json`` prints; raise DomainError to refuse."""

    def render(self, result: Any) -> str:
        """The answer for a person; by default the JSON, indented."""
        return as_json(result, indent=2)

    def progress(self, label: str) -> Progress:
        """Reports to the terminal on stderr, or to nobody."""
        return progress_on(sys.stderr, label)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON value, errors too")
        self.add_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with_json = options.pop("json", False)
        result = self.within(**options)
        text = as_json(result) if with_json else self.render(result)
        if text:
            self.stdout.write(text)

    def within(self, **options: Any) -> Any:
        """Run in the public schema."""
        with use_public(), statements_of(seconds=JOB_SECONDS):
            return self.run(**options)

    def run_from_argv(self, argv: list[str]) -> None:
        """The door of the command line: every outcome becomes an answer and an exit code."""
        code = self.answer(argv)
        connections.close_all()
        if code != DONE:
            sys.exit(code)

    def answer(self, argv: list[str]) -> int:
        """What `run_from_argv` does, with the exit code returned and the connections left open."""
        with_json = "--json" in argv[2:]
        parser = self.create_parser(argv[0], argv[1])
        try:
            options = vars(parser.parse_args(argv[2:]))
        except CommandError as error:
            if not with_json:
                parser.print_usage(sys.stderr)
            message = str(error).removeprefix("Error: ")
            return self._refuse(UsageError("usage", message, mend=f"See {argv[1]} --help."), with_json=with_json)
        handle_default_options(parser.parse_args(argv[2:]))
        arguments = options.pop("args", ())
        try:
            self.execute(*arguments, **options)
        except DomainError as error:
            return self._refuse(error, with_json=with_json)
        except CommandError as error:
            return self._refuse(DomainError("refused", str(error)), with_json=with_json)
        except NoPlatform:
            return self._refuse(NOT_SET_UP, with_json=with_json)
        except Exception as error:
            traceback.print_exc()
            defect = DomainError("internal", f"{type(error).__name__}: {error}", mend="This is a defect: report it.")
            return self._refuse(defect, with_json=with_json)
        return DONE

    def _refuse(self, error: DomainError, *, with_json: bool) -> int:
        if with_json:
            self.stdout.write(as_json({"error": error.as_json()}))
        else:
            self.stderr.write(f"{error.message}\n{error.mend}".strip())
        return MISUSED if isinstance(error, UsageError) else REFUSED


class TenantCommand(StayCommand):
    """A command whose first argument names a tenant; `run` works inside it."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="the tenant's short name")
        super().add_arguments(parser)

    def within(self, **options: Any) -> Any:
        """Run inside the tenant that the first argument names."""
        with use_tenant(find_tenant(options.pop("tenant"))), statements_of(seconds=JOB_SECONDS):
            return self.run(**options)


def as_json(result: Any, *, indent: int | None = None) -> str:
    """JSON with dates, decimals and ids as text; Chinese stays readable."""
    return json.dumps(result, cls=DjangoJSONEncoder, ensure_ascii=False, indent=indent)
