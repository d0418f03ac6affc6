"""Call a command as the command line does, inside the test's transaction."""

from __future__ import annotations

import io
import json
from typing import Any

from django.core.management import load_command_class
from django.core.management.base import OutputWrapper

from tenants.commands import StayCommand


def run_command(name: str, *argv: str, app: str = "tenants") -> tuple[int, Any]:
    """The exit code and the JSON answer of ``manage.py NAME … --json``."""
    command = load_command_class(app, name)
    assert isinstance(command, StayCommand)
    command.stdout, command.stderr = OutputWrapper(io.StringIO()), OutputWrapper(io.StringIO())
    code = command.answer(["manage.py", name, *argv, "--json"])
    return code, json.loads(command.stdout.getvalue())


def run_command_as_text(name: str, *argv: str, app: str = "tenants") -> tuple[int, str, str]:
    """The exit code, stdout and stderr of ``manage.py NAME …``."""
    command = load_command_class(app, name)
    assert isinstance(command, StayCommand)
    command.stdout, command.stderr = OutputWrapper(io.StringIO()), OutputWrapper(io.StringIO())
    code = command.answer(["manage.py", name, *argv])
    return code, command.stdout.getvalue(), command.stderr.getvalue()
