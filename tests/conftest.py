"""What every test may ask for: two tenants with real schemas, a cast of people, the public data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from tenants.backend.stance import JOB_SECONDS
from tenants.context import find_tenant, statements_of, use_public, use_tenant
from tenants.models import Tenant
from tenants.people.enums import RoleName
from tenants.people.models import User
from tenants.services.provisioning import provision_tenant
from tests.isolation import trace
from tests.putting_back import put_back

pytest_plugins = ["tests.spreading"]
PASSWORD = "correct-horse-battery"
hypothesis_settings.register_profile("stay", deadline=None)  # a busy machine is no fault: nothing is a timed test
hypothesis_settings.load_profile("stay")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Two tenants stand in the test database before the first test: acme (a shop) and rival (its stranger)."""
    TransactionTestCase._fixture_teardown = put_back
    trace.install()
    with django_db_blocker.unblock(), use_public():
        if not Tenant.objects.filter(slug="acme").exists():
            provision_tenant(slug="acme", name="Acme", domain="acme.localhost")
            provision_tenant(slug="rival", name="Rival", domain="rival.localhost")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test starts in English: a page served in Chinese leaves its thread in that language."""
    with translation.override("en"):
        yield


@pytest.fixture
def acme(db: None) -> Tenant:
    """The tenant that tests work in. Not entered: see `tenant`."""
    return find_tenant("acme")


@pytest.fixture
def rival(db: None) -> Tenant:
    """The stranger whose data must never show."""
    return find_tenant("rival")


@pytest.fixture
def tenant(acme: Tenant) -> Iterator[Tenant]:
    """Inside acme."""
    with use_tenant(acme):
        yield acme


@pytest.fixture
def patient() -> Iterator[None]:
    """Statements with the patience of a job: loading real files takes its time on a busy machine."""
    with statements_of(seconds=JOB_SECONDS):
        yield


def make_person(role: RoleName, name: str) -> User:
    """A person of the tenant in force, with a password."""
    return User.objects.create_user(f"{name.lower()}@example.com", PASSWORD, name=name, role=role)


@pytest.fixture
def ada(tenant: Tenant) -> User:
    """Ada is an admin."""
    return make_person(RoleName.ADMIN, "Ada")


@pytest.fixture
def carl(tenant: Tenant) -> User:
    """Carl is a customer success manager."""
    return make_person(RoleName.CSM, "Carl")


@pytest.fixture
def sue(tenant: Tenant) -> User:
    """Sue is a support agent."""
    return make_person(RoleName.SUPPORT, "Sue")


@pytest.fixture
def max_(tenant: Tenant) -> User:
    """Max is a marketer."""
    return make_person(RoleName.MARKETER, "Max")


@pytest.fixture
def vera(tenant: Tenant) -> User:
    """Vera may only look."""
    return make_person(RoleName.VIEWER, "Vera")


def data_root() -> Path:
    """The folder with the public data sets."""
    default = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    return Path(os.environ.get("STAY_TEST_DATA", default))


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """For tests marked `data`, which are deselected with a printed count when it is absent."""
    return data_root()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without the public data its tests are deselected, aloud; in CI that is a failure."""
    if data_root().is_dir():
        return
    needing = [item for item in items if item.get_closest_marker("data")]
    if needing and os.environ.get("CI") == "true":
        raise pytest.UsageError(f"{len(needing)} tests need the public data; set STAY_TEST_DATA")
    if needing:
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if item not in needing]
        print(f"\n{len(needing)} tests deselected: STAY_TEST_DATA names no folder")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The trace of statements: a difference fails the run even when a test swallowed the error."""
    if trace.Trace.wrong:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print(f"\n{len(trace.Trace.wrong)} statements elsewhere: {trace.Trace.wrong[0]}")
    if trace.Trace.asked:
        print(f"\n{trace.Trace.statements} statements traced, the server asked {trace.Trace.asked} times")
