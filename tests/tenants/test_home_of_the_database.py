"""A database knows where it stands: read back from a dump, copied, recovered or failed over, it is not at home."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from importlib import import_module

import psycopg
import pytest

from retention.common.embedded import postgres
from retention.common.embedded.bootstrap import prepare_schemas
from retention.common.embedded.postgres import Postgres, embedded_binaries
from retention.common.embedded.servers import ThrowawayServers, start_throwaway_servers
from tenants.selectors.platform import RESTORED

MIGRATION = import_module("tenants.migrations.0008_note_home")


@pytest.fixture(scope="module")
def servers() -> Iterator[ThrowawayServers]:
    own = start_throwaway_servers(broker=False)
    yield own
    own.stop()


@pytest.fixture
def database(servers: ThrowawayServers) -> Iterator[str]:
    """The address of a database that noted its home."""
    run_as_root(servers, "CREATE DATABASE noted TEMPLATE template0")
    with psycopg.connect(servers.superuser_url, dbname="noted", autocommit=True) as there:
        prepare_schemas(there)
        there.execute(MIGRATION.FORWARD)
    yield url_of(servers, "noted")
    for name in ("noted", "again"):
        run_as_root(servers, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def run_as_root(servers: ThrowawayServers, statement: str) -> None:
    with psycopg.connect(servers.superuser_url, autocommit=True) as root:
        root.execute(statement)


def url_of(servers: ThrowawayServers, database: str) -> str:
    return f"{servers.superuser_url.rpartition('/')[0]}/{database}"


def is_restored(url: str) -> bool:
    with psycopg.connect(url) as connection:
        found = connection.execute(f"SELECT {RESTORED}").fetchone()
        assert found is not None
        return bool(found[0])


def read_back(source: str, target: str, *options: str) -> None:
    """What a person does: pg_dump into pg_restore."""
    dump = [embedded_binaries() / "pg_dump", "-Fc", "-d", source]
    with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumping:
        restore = [embedded_binaries() / "pg_restore", *options, "-d", target]
        subprocess.run(restore, stdin=dumping.stdout, check=True)
    assert dumping.returncode == 0


def test_where_it_was_noted_it_is_at_home_and_one_home_is_enough(database: str) -> None:
    assert not is_restored(database)
    with psycopg.connect(database) as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("INSERT INTO platform.home (place) VALUES ('elsewhere')")


def test_a_dump_read_back_elsewhere_or_over_itself_is_not_at_home(servers: ThrowawayServers, database: str) -> None:
    run_as_root(servers, "CREATE DATABASE again TEMPLATE template0")
    read_back(database, url_of(servers, "again"))
    assert (is_restored(url_of(servers, "again")), is_restored(database)) == (True, False)
    read_back(database, database, "--clean")
    assert is_restored(database)


def test_a_copy_by_template_is_not_at_home(servers: ThrowawayServers, database: str) -> None:
    run_as_root(servers, "CREATE DATABASE again TEMPLATE noted")
    assert (is_restored(url_of(servers, "again")), is_restored(database)) == (True, False)


def test_a_restart_changes_nothing_and_a_recovery_from_an_archive_does(
    servers: ThrowawayServers, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgres._SETTINGS, "wal_level", "replica")  # what an archive needs
    cluster = Postgres(servers.directory / "postgres", embedded_binaries(), throwaway=True)
    cluster.stop()
    cluster.start()
    assert not is_restored(database)
    cluster.stop()
    owner = cluster.data.stat()
    with (cluster.data / "postgresql.auto.conf").open("a") as settings:
        settings.write("restore_command = 'false'\n")
    signal = cluster.data / "recovery.signal"
    signal.touch()
    signal.chmod(0o600)
    os.chown(signal, owner.st_uid, owner.st_gid)
    cluster.start()
    assert is_restored(database)
