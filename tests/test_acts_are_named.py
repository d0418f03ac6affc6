"""What people did is read in the audit log in their language: each act that the code records has words."""

from __future__ import annotations

import re
from pathlib import Path

from tenants.governance.actions import actions

ROOT = Path(__file__).resolve().parents[1]
RECORDED = re.compile(r'(?:action=|_record\((?:\w+, )?)"([a-z_]+\.[a-z_]+)"')


def test_each_recorded_act_has_words() -> None:
    files = [path for app in ("retention", "tenants", "campaigns", "feedback") for path in (ROOT / app).rglob("*.py")]
    recorded = {code for path in files for code in RECORDED.findall(path.read_text())}

    assert {"policy.set", "segment.freeze", "campaign.launched", "levels.set"} - recorded <= {"policy.set"}
    assert sorted(recorded - {action.code for action in actions}) == []
