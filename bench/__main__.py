"""``make bench``: run every benchmark module (or those named) and print one JSON object.

Each module says what it found as soon as it is done, on stderr. It offers ``run() -> dict``: one entry for each row of
the performance table that it measures.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from pathlib import Path

MODULES = ("science", "scoring", "refresh", "ingest", "growth", "tenants", "reads", "trends", "dispatch", "plan")


def main(names: list[str]) -> int:
    """Run the modules in `names`, or all that exist; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "retention.settings.test")
    present = [name for name in MODULES if (Path(__file__).parent / f"{name}.py").exists()]
    results: dict[str, object] = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
    }
    for name in names or present:
        print(f"bench: {name} …", file=sys.stderr, flush=True)
        found = importlib.import_module(f"bench.{name}").run()
        print(json.dumps(found, ensure_ascii=False), file=sys.stderr, flush=True)
        results.update(found)
    print(json.dumps(results, indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
