"""`policy` and `verify_audit` on the command line."""

from __future__ import annotations

import pytest
from django.db import connection

from tenants.context import as_owner, use_tenant
from tenants.governance.services.audit import record_act
from tenants.models import Tenant
from tests.tenants.command_line import run_command, run_command_as_text

pytestmark = pytest.mark.django_db
NAME = "people.invitation_hours"


def test_policies_are_listed_read_set_and_reset(acme: Tenant, rival: Tenant) -> None:
    code, listed = run_command("policy", "acme")
    (mine,) = [policy for policy in listed["policies"] if policy["name"] == NAME]
    assert (code, mine["value"], mine["set"], mine["kind"]) == (0, 72, False, "hours")
    code, changed = run_command("policy", "acme", NAME, "48", "--reason", "tighter")
    assert (code, changed["old"], changed["value"], changed["changed"]) == (0, 72, 48, True)
    assert run_command("policy", "acme", NAME)[1]["value"] == 48
    assert run_command("policy", "rival", NAME)[1]["value"] == 72
    code, back = run_command("policy", "acme", NAME, "--reset", "--history")
    assert (code, back["value"], back["set"]) == (0, 72, False)
    assert [(h["old"], h["new"], h["by"], h["reason"]) for h in back["history"]] == [
        (48, None, "command:policy", ""),
        (72, 48, "command:policy", "tighter"),
    ]


def test_setting_the_same_again_is_done_without_a_change(acme: Tenant) -> None:
    run_command("policy", "acme", NAME, "48")
    assert run_command("policy", "acme", NAME, "48")[1]["changed"] is False


def test_what_cannot_be_is_refused_with_place_and_mend(acme: Tenant) -> None:
    assert run_command("policy", "acme", NAME, "0") == (
        1,
        {
            "error": {
                "code": "policy_invalid",
                "message": f"{NAME}: 0 is below the least allowed, 1.",
                "mend": "Use 1 or more.",
            }
        },
    )
    code, answer = run_command("policy", "acme", "people.invitation_hour")
    assert (code, answer["error"]["code"]) == (1, "unknown_policy")
    assert answer["error"]["mend"].startswith(f"Did you mean {NAME}")


@pytest.mark.parametrize("argv", [("--reset",), ("--history",), (NAME, "3", "--reset")])
def test_wrong_use_exits_with_2(acme: Tenant, argv: tuple[str, ...]) -> None:
    code, answer = run_command("policy", "acme", *argv)
    assert (code, answer["error"]["code"]) == (2, "usage")


def test_text_for_a_person(acme: Tenant) -> None:
    code, out, _err = run_command_as_text("policy", "acme")
    assert code == 0
    assert f"{NAME} = 72  (default)" in out.splitlines()


def test_verify_audit_names_the_first_broken_row(acme: Tenant) -> None:
    with use_tenant(acme):
        for number in range(3):
            record_act(actor="test", action="test.act", target=f"thing:{number}")
    assert run_command("verify_audit", "acme") == (0, {"intact": True, "entries": 3, "first_broken": None})
    with as_owner(acme.schema_name), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE governance_auditentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE governance_auditentry SET target = 'thing:9' WHERE position = 2")
        cursor.execute("ALTER TABLE governance_auditentry ENABLE TRIGGER USER")
    code, answer = run_command("verify_audit", "acme")
    assert code == 1
    assert answer["error"]["code"] == "audit_broken"
    assert answer["error"]["message"] == "Entry 2 is changed after it was written; the 1 before it hold."
