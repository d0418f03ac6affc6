"""The demo's frames, made once for all tests of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from retention.demo.generators.shop import ShopData, make_shop
from retention.demo.generators.software import SoftwareData, make_software
from retention.demo.services.files import write_files


@pytest.fixture(scope="session")
def shop() -> ShopData:
    """The shop's files."""
    return make_shop()


@pytest.fixture(scope="session")
def software() -> SoftwareData:
    """The vendor's files."""
    return make_software()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the demo imports and what it will receive live."""
    root = tmp_path_factory.mktemp("demo")
    write_files(root)
    return root
