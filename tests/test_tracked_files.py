"""The check of tracked files knows a path and an address when it meets one, and lets ordinary text pass."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tracked_files", ROOT / "tools" / "tracked_files.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Each is put together here, so that this file passes the check as well.
BAD = {
    "a path of one machine": [f"see {'/'}root/notes.md", f'open("{"/"}home/ada/x")', f"{'/'}work/stay/manage.py"],
    "a registry's address": [
        f'  "resolv{"ed"}": "x"',
        f"--index{'-'}url x",
        f"https://{'registry'}.npmjs.example/x",
        f"https://{'pypi'}.org/simple",
    ],
}
WORK, TOP, VAR = "work", "root", "var"
GOOD = [
    f"/{VAR}/lib/x",
    f"the frame/{TOP}/part",
    f'{{"a": 1, "{"resolved"}": true}}',
    "https://example.org/home/x",
    f"./{WORK}/x",
]


@pytest.mark.parametrize(("what", "line"), [(what, line) for what, lines in BAD.items() for line in lines])
def test_what_ties_to_a_place_is_found(tool: ModuleType, what: str, line: str) -> None:
    assert [name for name, pattern in tool.FOUND.items() if pattern.search(line)] == [what]


@pytest.mark.parametrize("line", GOOD)
def test_ordinary_text_passes(tool: ModuleType, line: str) -> None:
    assert [name for name, pattern in tool.FOUND.items() if pattern.search(line)] == []


def test_all_tracked_files_pass(tool: ModuleType) -> None:
    assert list(tool._findings()) == []
