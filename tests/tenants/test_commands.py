"""Commands answer as text or JSON, and their exit codes can be trusted."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management.base import CommandParser, OutputWrapper

from retention.common.errors import DomainError
from retention.common.progress import TerminalBar, no_progress, progress_on
from tenants.commands import StayCommand, TenantCommand
from tenants.context import current_tenant
from tenants.models import Tenant


class Greet(TenantCommand):
    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--times", type=int, default=1)

    def run(self, **options: Any) -> Any:
        if options["times"] == 0:
            raise DomainError("too_few", "Nobody would hear it.", mend="Say it once.")
        if options["times"] < 0:
            raise RuntimeError("a defect")
        return {"tenant": current_tenant().slug, "said": "你好 " * options["times"]}

    def render(self, result: Any) -> str:
        return f"{result['said']}{result['tenant']}"


def outcome(command: StayCommand, *argv: str) -> tuple[int, str, str]:
    command.stdout, command.stderr = _stream(), _stream()
    code = command.answer(["manage.py", "greet", *argv])
    return code, command.stdout.getvalue(), command.stderr.getvalue()


def _stream() -> Any:
    return OutputWrapper(io.StringIO())


def test_an_answer_is_text_or_one_json_value(acme: Tenant) -> None:
    assert outcome(Greet(), "acme") == (0, "你好 acme\n", "")
    code, out, err = outcome(Greet(), "acme", "--times", "2", "--json")
    assert (code, json.loads(out), err) == (0, {"tenant": "acme", "said": "你好 你好 "}, "")


def test_a_refusal_says_why_and_exits_with_1(acme: Tenant) -> None:
    assert outcome(Greet(), "acme", "--times", "0") == (1, "", "Nobody would hear it.\nSay it once.\n")
    code, out, _ = outcome(Greet(), "acme", "--times", "0", "--json")
    assert code == 1
    assert json.loads(out) == {
        "error": {"code": "too_few", "message": "Nobody would hear it.", "mend": "Say it once."}
    }


def test_an_unknown_tenant_is_a_refusal_that_names_the_known_ones(acme: Tenant, rival: Tenant) -> None:
    code, out, _ = outcome(Greet(), "nobody", "--json")
    assert code == 1
    assert json.loads(out)["error"] == {
        "code": "unknown_tenant",
        "message": "There is no tenant called “nobody”.",
        "mend": "Use one of: acme, rival; or create it.",
    }


@pytest.mark.parametrize("argv", [["--json"], ["acme", "--json", "--times", "often"], ["acme", "--json", "--loud"]])
def test_wrong_use_exits_with_2_and_is_json_too(acme: Tenant, argv: list[str]) -> None:
    code, out, _ = outcome(Greet(), *argv)
    assert (code, json.loads(out)["error"]["code"]) == (2, "usage")


def test_wrong_use_without_json_prints_the_usage(acme: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = outcome(Greet())
    assert (code, out) == (2, "")
    assert "the following arguments are required: TENANT" in err
    assert "usage:" in capsys.readouterr().err


def test_a_defect_is_json_on_stdout_and_a_trace_on_stderr(acme: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = outcome(Greet(), "acme", "--times=-1", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (1, "internal")
    assert "RuntimeError: a defect" in capsys.readouterr().err


def test_progress_is_for_terminals_alone() -> None:
    assert progress_on(io.StringIO(), "Rows") is no_progress
    terminal = io.StringIO()
    bar = TerminalBar(terminal, "Rows")
    for done in (0, 1, 500, 1000):
        bar(done, 1000)
    assert terminal.getvalue().split("\r")[1:] == [
        f"Rows [{'.' * 30}]   0 %",
        f"Rows [{'#' * 15}{'.' * 15}]  50 %",
        f"Rows [{'#' * 30}] 100 %\n",
    ]
