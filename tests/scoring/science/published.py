"""Reads the published figures in tests/golden; the files say where each comes from."""

import json
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parents[2] / "golden"


def published(name: str) -> dict[str, Any]:
    figures: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return figures
