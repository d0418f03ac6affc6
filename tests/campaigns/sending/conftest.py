"""The sandbox, for tests that send."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from campaigns.sandbox.server import Sandbox
from tests.campaigns.sending.world import sandbox_running


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A provider that takes idempotency keys and sends no receipt by itself."""
    with sandbox_running() as server:
        yield server
