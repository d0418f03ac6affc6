"""``policy TENANT [NAME [VALUE]]``: list, read or set policies."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from retention.common import clock
from tenants.commands import TenantCommand, UsageError, as_json
from tenants.governance.models import PolicyRevision
from tenants.governance.selectors.policies import history, policies_now, policy_now
from tenants.governance.services.policies import reset_policy, set_policy
from tenants.policies import JSONValue, find_policy
from tenants.policy_values import parse_value


class Command(TenantCommand):
    help = "List the tenant's policies, read one, set it, or bring it back to its default."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", nargs="?")
        parser.add_argument("value", metavar="VALUE", nargs="?", help="12, 15%%, yes, or lines of name = number")
        parser.add_argument("--reset", action="store_true", help="back to the default")
        parser.add_argument("--history", action="store_true", help="every change, newest first")
        parser.add_argument("--reason", default="", help="why, kept with the change")

    def run(self, **options: Any) -> dict[str, Any]:
        name, value = options["name"], options["value"]
        if name is None:
            if options["reset"] or options["history"]:
                raise UsageError("usage", "This needs the name of a policy.", mend="Give it behind the tenant.")
            return {"policies": [policy.as_json() for policy in policies_now()]}
        if value is not None and options["reset"]:
            raise UsageError("usage", "A value and --reset contradict each other.", mend="Leave one of them out.")
        revision = self._change(name, value, reset=options["reset"], reason=options["reason"])
        answer = policy_now(name).as_json() | {"changed": revision is not None}
        if revision is not None:
            answer["old"] = revision.old_value
        if options["history"]:
            answer["history"] = [_told(change) for change in history(name)]
        return answer

    @staticmethod
    def _change(name: str, value: str | None, *, reset: bool, reason: str) -> PolicyRevision | None:
        now = clock.now()
        if reset:
            return reset_policy(name=name, actor="policy", reason=reason, now=now)
        if value is None:
            return None
        parsed = parse_value(find_policy(name), value)
        return set_policy(name=name, value=parsed, actor="policy", reason=reason, now=now)

    def render(self, result: dict[str, Any]) -> str:
        if "policies" in result:
            return "\n".join(_line(policy) for policy in result["policies"])
        lines = [_line(result), str(result["help"])]
        if result["changed"]:
            lines.append(f"It was {as_json(result['old'])}.")
        lines += [
            f"  {change['at']}  {as_json(change['old'])} → {as_json(change['new'])}  {change['by']}"
            for change in result.get("history", [])
        ]
        return "\n".join(line for line in lines if line)


def _line(policy: dict[str, Any]) -> str:
    mark = "  (default)" if not policy["set"] else ""
    return f"{policy['name']} = {as_json(policy['value'])}{mark}"


def _told(change: PolicyRevision) -> dict[str, JSONValue]:
    who = change.changed_by
    return {
        "at": change.changed_at.isoformat(),
        "old": change.old_value,
        "new": change.new_value,
        "by": who.email if who is not None else change.actor,
        "reason": change.reason,
    }
