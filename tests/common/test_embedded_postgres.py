"""The embedded cluster through everything that may happen to it. Each test has real servers of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from retention.common.embedded.bootstrap import EXTENSIONS, bootstrap_database
from retention.common.embedded.keeper import keeper_of, mutex_of, stop_unused
from retention.common.embedded.locks import exclusive, is_held
from retention.common.embedded.postgres import Postgres, embedded_binaries
from retention.common.embedded.servers import (
    Addresses,
    embedded_directory,
    ensure_servers,
    provide_servers,
    release_servers,
    start_throwaway_servers,
    superuser_dsn,
)
from retention.common.environment import EnvironmentRefused
from retention.common.errors import DomainError
from tests.common.servers_user import PROJECT, ServersUser

SYSTEM_POSTGRES = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A checkout's root. Whatever a test left running ends with it."""
    folder = tmp_path / "a checkout"
    folder.mkdir()
    yield folder
    directory = embedded_directory(folder)
    if directory.exists():
        eventually(lambda: in_mutex(folder, lambda: stop_unused(directory)))


def in_mutex(root: Path, ask: Callable[[], bool]) -> bool:
    with exclusive(mutex_of(embedded_directory(root))):
        return ask()


def eventually(ask: Callable[[], bool], *, within: float = 20) -> None:
    deadline = time.monotonic() + within
    while not ask():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def cluster(root: Path) -> Postgres:
    return Postgres(embedded_directory(root) / "postgres", embedded_binaries())


def postmaster(root: Path) -> int:
    return int((cluster(root).data / "postmaster.pid").read_text().splitlines()[0])


def runs(root: Path) -> bool:
    return in_mutex(root, cluster(root).is_alive)


def keeper_lives(root: Path) -> bool:
    return in_mutex(root, lambda: is_held(keeper_of(embedded_directory(root))))


def write(root: Path, word: str) -> None:
    with psycopg.connect(superuser_dsn(embedded_directory(root), "stay"), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS public.words (word text)")
        connection.execute("INSERT INTO public.words VALUES (%s)", [word])


def words(root: Path) -> list[str]:
    with psycopg.connect(superuser_dsn(embedded_directory(root), "stay")) as connection:
        return [row[0] for row in connection.execute("SELECT word FROM public.words ORDER BY word")]


def test_a_restart_keeps_data_address_and_password(root: Path) -> None:
    with ServersUser(root) as first:
        write(root, "kept")
        before = first.addresses
    assert not runs(root)
    assert not keeper_lives(root)
    with ServersUser(root) as second:
        assert second.addresses == before
        assert words(root) == ["kept"]


def test_two_users_share_one_server_and_the_last_one_stops_it(root: Path) -> None:
    with ServersUser(root) as first:
        pid = postmaster(root)
        with ServersUser(root) as second:
            assert second.addresses == first.addresses
            assert postmaster(root) == pid
        assert runs(root)
        assert psycopg.connect(first.addresses["database_url"]).execute("SELECT 1").fetchone() == (1,)
    assert not runs(root)


def test_users_that_come_at_once_start_one_server(root: Path) -> None:
    command = [sys.executable, "-m", "tests.common.servers_user", str(root), "postgres", "broker"]
    users = [
        subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert len({user.stdout.readline() for user in users if user.stdout}) == 1
    for user in users:
        user.communicate("end\n", timeout=60)
    assert [user.returncode for user in users] == [0, 0, 0, 0]
    assert not runs(root)


def test_a_killed_server_comes_back_with_what_was_committed(root: Path) -> None:
    with ServersUser(root) as user:
        write(root, "committed")
        os.kill(postmaster(root), signal.SIGKILL)
        with ServersUser(root) as next_user:
            assert next_user.addresses == user.addresses
            assert words(root) == ["committed"]


def test_a_start_waits_for_orphaned_backends(root: Path) -> None:
    with ServersUser(root):
        write(root, "committed")
        busy = psycopg.connect(superuser_dsn(embedded_directory(root), "stay"))
        busy.execute("SELECT 1")
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 4000000)")
        os.kill(postmaster(root), signal.SIGKILL)
        with ServersUser(root):
            assert words(root) == ["committed"]
        busy.close()


def test_a_killed_user_is_gone_at_once_and_its_servers_soon(root: Path) -> None:
    user = ServersUser(root, servers=("postgres", "broker"))
    assert runs(root)
    user.kill()
    eventually(lambda: not runs(root))
    eventually(lambda: not keeper_lives(root))
    user.leave()


def test_a_user_after_a_killed_one_shares_or_restarts(root: Path) -> None:
    killed = ServersUser(root)
    write(root, "kept")
    killed.kill()
    killed.leave()
    with ServersUser(root) as user:
        assert user.addresses == killed.addresses
        assert words(root) == ["kept"]
    assert not runs(root)


def test_a_stale_pid_that_belongs_to_somebody_else_now_is_no_hindrance(root: Path) -> None:
    with ServersUser(root):
        write(root, "kept")
        stale = (cluster(root).data / "postmaster.pid").read_text().splitlines()
    stale[0] = str(os.getpid())
    (cluster(root).data / "postmaster.pid").write_text("\n".join(stale) + "\n")
    with ServersUser(root):
        assert words(root) == ["kept"]
        assert postmaster(root) != os.getpid()


def test_a_half_made_cluster_is_made_anew(root: Path) -> None:
    half = embedded_directory(root) / "postgres" / "new-1"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with ServersUser(root) as user:
        assert user.addresses["database_url"]
    assert not half.exists()


def test_a_port_taken_meanwhile_is_left_to_its_owner(root: Path) -> None:
    import socket

    with ServersUser(root) as user:
        port = int(user.addresses["database_url"].split(":")[-1].split("/")[0])
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # past connections may still linger
        other.bind(("127.0.0.1", port))
        other.listen()
        with ServersUser(root) as user:
            assert f":{port}/" not in user.addresses["database_url"]


def test_data_without_their_password_are_not_touched(root: Path) -> None:
    with ServersUser(root):
        pass
    (embedded_directory(root) / "passwords.json").unlink()
    with pytest.raises(DomainError) as caught:
        ensure_servers(root, postgres=True, broker=False)
    release_servers(embedded_directory(root))
    assert caught.value.code == "embedded_password"


def test_data_of_another_version_are_not_touched(root: Path) -> None:
    with ServersUser(root):
        pass
    (cluster(root).data / "PG_VERSION").write_text("13\n")
    with pytest.raises(DomainError) as caught:
        ensure_servers(root, postgres=True, broker=False)
    release_servers(embedded_directory(root))
    assert caught.value.code == "embedded_version"


def test_set_addresses_win_and_start_nothing(root: Path) -> None:
    given = {
        "DATABASE_URL": "postgresql://u:p@db.example/stay",
        "BROKER_URL": "amqp://u:p@mq.example//",
        "CACHE_URL": "redis://cache.example/3",
    }
    environment = dict(given)
    assert provide_servers(root, environment) == Addresses(*given.values())
    assert environment == given
    assert not embedded_directory(root).exists()
    with pytest.raises(EnvironmentRefused, match="DATABASE_URL has the scheme 'mysql'"):
        provide_servers(root, {**given, "DATABASE_URL": "mysql://db.example/stay"})


def test_only_what_is_not_set_is_started(root: Path) -> None:
    environment = {"BROKER_URL": "amqp://u:p@mq.example//", "CACHE_URL": "redis://cache.example/3"}
    found = provide_servers(root, environment)
    assert environment["DATABASE_URL"] == found.database_url
    assert found.broker_url == "amqp://u:p@mq.example//"
    assert not (embedded_directory(root) / "broker").exists()
    release_servers(embedded_directory(root))
    assert not runs(root)


def ordinary_user() -> list[str]:
    """Words that make a command an ordinary user's; none when the tests are run by one."""
    if os.geteuid() != 0:
        return []
    dropped = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    # The interpreter may lie under a home folder: the right to read through is all that such a user gets beside.
    trial = "import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', '']).returncode)"
    for right in ([], ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]):
        if subprocess.run([*dropped, *right, sys.executable, "-c", trial], capture_output=True).returncode == 0:
            return [*dropped, *right]
    pytest.fail("an ordinary user can't run this interpreter")


@pytest.fixture
def ordinary_root() -> Iterator[Path]:
    """A checkout's root outside pytest's own folder, which is closed to others."""
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
    yield folder
    shutil.rmtree(folder)


def test_an_ordinary_user_has_the_same(ordinary_root: Path) -> None:
    root, prefix = ordinary_root, ordinary_user()
    with ServersUser(root, servers=("postgres", "broker"), prefix=prefix) as user:
        write(root, "kept")
        assert keeper_lives(root)
        os.kill(postmaster(root), signal.SIGKILL)
        with ServersUser(root, prefix=prefix) as second:
            assert second.addresses["database_url"] == user.addresses["database_url"]
            assert words(root) == ["kept"]
        assert cluster(root).data.stat().st_uid == ordinary_root.stat().st_uid != 0
    assert not runs(root)


def test_root_without_user_namespaces_runs_it_as_nobody_even_under_closed_folders(root: Path, tmp_path: Path) -> None:
    refusing = tmp_path / "bin"
    refusing.mkdir()
    (refusing / "unshare").write_text("#!/bin/sh\nexit 1\n")
    (refusing / "unshare").chmod(0o755)
    tmp_path.chmod(0o700)
    environment = {"PATH": f"{refusing}:{os.environ['PATH']}"}
    for expected in (["kept"], ["kept", "kept"]):
        with ServersUser(root, servers=("postgres", "broker"), environment=environment):
            write(root, "kept")
            assert words(root) == expected
            assert cluster(root).data.stat().st_uid == (os.geteuid() or 65534)
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    assert tmp_path.stat().st_uid == os.geteuid()
    assert not runs(root)


@pytest.mark.parametrize("major", [18, 15])
def test_bootstrap_gives_the_login_nothing_of_its_own(major: int) -> None:
    binaries = embedded_binaries() if major == 18 else SYSTEM_POSTGRES
    servers = start_throwaway_servers(broker=False, binaries=binaries)
    try:
        bootstrap_database(servers.superuser_url, "stay", "again", may_create_databases=True)
        bootstrap_database(servers.superuser_url, "stay", password_of(servers.addresses), may_create_databases=True)
        with psycopg.connect(servers.addresses.database_url, autocommit=True) as login:
            assert login.info.server_version // 10000 == major
            assert login.execute("SELECT current_user").fetchone() == ("stay_login",)
            owned = "SELECT count(*) FROM pg_class WHERE relowner = 'stay_login'::regrole"
            assert login.execute(owned).fetchone() == (0,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                login.execute("CREATE TABLE public.mine ()")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                login.execute("CREATE SCHEMA mine")
            login.execute("SET ROLE stay_owner")
            login.execute("CREATE SCHEMA acme")
            login.execute("RESET ROLE")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                login.execute("CREATE TABLE acme.mine ()")
            login.execute("CREATE ROLE tn_acme")
            found = {
                tuple(row)
                for row in login.execute(
                    "SELECT extname, nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace"
                )
            }
            assert {(name, "ext") for name in EXTENSIONS} <= found
            assert login.execute("SELECT lower('É'), ext.show_trgm('退款') <> '{}'").fetchone() == ("é", True)
            assert login.execute("SHOW fsync").fetchone() == ("off",)
    finally:
        servers.stop()
    eventually(lambda: not servers.directory.exists())


@pytest.mark.parametrize("major", [18, 15])
def test_bootstrap_needs_no_superuser_where_nobody_is_given_one(major: int) -> None:
    binaries = embedded_binaries() if major == 18 else SYSTEM_POSTGRES
    servers = start_throwaway_servers(broker=False, binaries=binaries)
    try:
        with psycopg.connect(servers.superuser_url, autocommit=True) as superuser:
            superuser.execute("DROP DATABASE stay")
            superuser.execute("REVOKE stay_owner FROM stay_login")
            for role in ("stay_login", "stay_owner"):
                superuser.execute(f"DROP OWNED BY {role}")
                with psycopg.connect(servers.superuser_url, dbname="template1", autocommit=True) as template:
                    template.execute(f"REASSIGN OWNED BY {role} TO postgres")
                    template.execute(f"DROP OWNED BY {role}")
                superuser.execute(f"DROP ROLE {role}")
            superuser.execute("CREATE ROLE admin LOGIN CREATEROLE CREATEDB PASSWORD 'admin'")
        parts = psycopg.conninfo.conninfo_to_dict(servers.superuser_url)
        admin_url = f"postgresql://admin:admin@127.0.0.1:{parts['port']}/postgres"
        for _ in range(2):
            bootstrap_database(admin_url, "stay", "again")
        with psycopg.connect(f"postgresql://stay_login:again@127.0.0.1:{parts['port']}/stay") as login:
            login.execute("SET ROLE stay_owner")
            login.execute("CREATE TABLE public.mine (word ext.citext)")
            assert login.execute("SELECT ext.similarity('word', 'word')").fetchone() == (1.0,)
    finally:
        servers.stop()


def password_of(addresses: Addresses) -> str:
    return addresses.database_url.split(":")[2].split("@")[0]


def test_throwaway_servers_leave_no_folder_whoever_removes_it_first() -> None:
    for _ in range(5):
        servers = start_throwaway_servers(postgres=False)
        servers.stop()
        time.sleep(0.3)
        assert list(servers.directory.parent.glob(f"{servers.directory.name}*")) == []


def test_throwaway_servers_of_a_killed_run_are_removed(tmp_path: Path) -> None:
    run = (
        "import sys; from retention.common.embedded.servers import start_throwaway_servers as start;"
        "print(start().directory, flush=True); sys.stdin.readline()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", run], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    directory = Path(process.stdout.readline().strip())
    assert (directory / "postgres" / "data" / "PG_VERSION").exists()
    process.kill()
    process.communicate()
    eventually(lambda: not directory.exists())


def test_the_keeper_is_small() -> None:
    heavy = "import sys, retention.common.embedded.keeper; print({'django', 'psycopg', 'redis'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", heavy], cwd=PROJECT, capture_output=True, text=True)
    assert done.stdout == "set()\n"


def test_the_system_programs_that_the_tests_need_are_there() -> None:
    assert shutil.which("postgres", path=str(SYSTEM_POSTGRES)), "install postgresql-15"
