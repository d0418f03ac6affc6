"""Servers for whoever needs them: started by the first user, shared, stopped by the last.

A user is a process that holds the users' lock, shared. It ends with the process, so a killed user is gone at once,
and the keeper stops what nobody uses. A forked child shares its parent's hold.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import tempfile
import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from retention.common.embedded.bootstrap import LOGIN, bootstrap_database
from retention.common.embedded.broker import Broker
from retention.common.embedded.files import password, read_record, write_record
from retention.common.embedded.keeper import (
    keeper_of,
    mutex_of,
    remove_throwaway,
    start_keeper,
    stop_unused,
    users_of,
)
from retention.common.embedded.locks import exclusive, open_lock, try_exclusive
from retention.common.embedded.postgres import SUPERUSER, Postgres, embedded_binaries
from retention.common.environment import Environment
from retention.common.errors import DomainError

DATABASE = "stay"
POSTGRES_SCHEMES = ("postgresql", "postgres")
REDIS_SCHEMES = ("redis", "rediss", "valkey", "valkeys")
BROKER_SCHEMES = (*REDIS_SCHEMES, "amqp", "amqps")
_SILENT_SECONDS = 10.0
_RECOVERY_SECONDS = 120.0
_held: dict[Path, int] = {}


@dataclass(frozen=True)
class Addresses:
    """Where the servers listen. Empty where none was asked for."""

    database_url: str = ""
    broker_url: str = ""
    cache_url: str = ""


@dataclass(frozen=True)
class ThrowawayServers:
    """Servers for one run of the tests: quick, unsafe on power loss, removed afterwards."""

    addresses: Addresses
    superuser_url: str
    directory: Path

    def stop(self) -> None:
        """Ends them, unless another process uses them too."""
        release_servers(self.directory)


def ensure_servers(root: Path, *, postgres: bool, broker: bool) -> Addresses:
    """Starts what is asked for under `root`/var, or joins what runs there, and holds it until this process ends."""
    return _provide(embedded_directory(root), embedded_binaries(), postgres=postgres, broker=broker)


def provide_servers(root: Path, environment: MutableMapping[str, str] = os.environ) -> Addresses:
    """The three addresses: those that are set win, the others are of embedded servers and are set for children."""
    given = Environment(environment)
    wanted = {"DATABASE_URL": POSTGRES_SCHEMES, "BROKER_URL": BROKER_SCHEMES, "CACHE_URL": REDIS_SCHEMES}
    urls = {name: given.url(name, schemes=schemes) for name, schemes in wanted.items() if name in given}
    if len(urls) < len(wanted):
        lacks_broker = "BROKER_URL" not in urls or "CACHE_URL" not in urls
        own = ensure_servers(root, postgres="DATABASE_URL" not in urls, broker=lacks_broker)
        urls = {
            "DATABASE_URL": own.database_url,
            "BROKER_URL": own.broker_url,
            "CACHE_URL": own.cache_url,
            **urls,
        }
        environment.update(urls)
    return Addresses(urls["DATABASE_URL"], urls["BROKER_URL"], urls["CACHE_URL"])


def provide_servers_in_development(root: Path) -> None:
    """For doors, before settings are read: production and tests say themselves where their servers are."""
    if os.environ.get("DJANGO_SETTINGS_MODULE") == "retention.settings.dev":
        provide_servers(root)


def start_throwaway_servers(
    *, postgres: bool = True, broker: bool = True, binaries: Path | None = None
) -> ThrowawayServers:
    """A cluster and a broker in a temporary folder, with another PostgreSQL when `binaries` names its programs."""
    directory = Path(tempfile.mkdtemp(prefix="stay-test-"))
    write_record(directory / "throwaway.json", {"made_for": "one run of the tests"})
    addresses = _provide(directory, binaries or embedded_binaries(), postgres=postgres, broker=broker)
    superuser_url = superuser_dsn(directory) if postgres else ""
    return ThrowawayServers(addresses, superuser_url, directory)


def embedded_directory(root: Path) -> Path:
    """Where the servers of the checkout `root` keep everything."""
    return root.resolve() / "var" / "embedded"


def superuser_dsn(directory: Path, database: str = "postgres") -> str:
    """The superuser's address of the cluster that runs in `directory`: for bootstrap and tests alone."""
    port = read_record(directory / "postgres.json")["port"]
    return _url(SUPERUSER, read_record(_passwords(directory))["superuser"], port, database)


def release_servers(directory: Path) -> None:
    """Lets go of this process's hold; the last user stops the servers and waits until they are gone."""
    descriptor = _held.pop(directory, None)
    if descriptor is None:
        return
    with contextlib.suppress(FileNotFoundError):
        keeper = open_lock(keeper_of(directory))
        with exclusive(mutex_of(directory)):
            os.close(descriptor)
            stopped = stop_unused(directory)
            if stopped:
                remove_throwaway(directory)
        if stopped:
            _await_end(keeper, directory)
        os.close(keeper)


def _provide(directory: Path, binaries: Path, *, postgres: bool, broker: bool) -> Addresses:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        throwaway = (directory / "throwaway.json").exists()
        if throwaway:
            directory.chmod(0o711)  # the servers may have to enter as another user
        with exclusive(mutex_of(directory)):
            _hold(directory)
            start_keeper(directory)
            database_url = _run_postgres(directory, binaries, throwaway=throwaway) if postgres else ""
            broker_url = _run_broker(directory) if broker else ""
    except PermissionError as refused:
        raise DomainError(
            "embedded_permission",
            f"{refused.filename} belongs to another user.",
            mend=f"Run as the user who owns {directory}, or move it away to begin anew.",
        ) from refused
    return Addresses(database_url, broker_url and f"{broker_url}/0", broker_url and f"{broker_url}/1")


def _hold(directory: Path) -> None:
    if directory in _held:
        return
    descriptor = open_lock(users_of(directory))
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    _held[directory] = descriptor
    atexit.register(_release_at_exit, directory, os.getpid())


def _release_at_exit(directory: Path, holder: int) -> None:
    if os.getpid() == holder:  # a forked child must not let go of what its parent holds
        release_servers(directory)


def _run_postgres(directory: Path, binaries: Path, *, throwaway: bool) -> str:
    server = Postgres(directory / "postgres", binaries, throwaway)
    superuser = password(_passwords(directory), "superuser", data=server.data)
    login = password(_passwords(directory), "login", data=server.data)
    if not _answers(server, superuser):
        server.create(superuser)
        server.start()
    record = read_record(server.record)
    if "bootstrapped" not in record:
        dsn = _url(SUPERUSER, superuser, record["port"], "postgres")
        bootstrap_database(dsn, DATABASE, login, may_create_databases=throwaway)
        server.remember("bootstrapped", "yes")
    return _url(LOGIN, login, record["port"], DATABASE)


def _answers(server: Postgres, superuser: str) -> bool:
    """True once the server gives a real connection; False when it is dead. One in recovery is waited for."""
    began = time.monotonic()
    while server.is_alive():
        dsn = _url(SUPERUSER, superuser, read_record(server.record).get("port", "1"), "postgres")
        try:
            psycopg.connect(dsn, connect_timeout=3).close()
            return True
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise DomainError(
                    "embedded_password",
                    f"The PostgreSQL in {server.data} refuses the password in {_passwords(server.folder.parent)}.",
                    mend="Bring both back from the same backup, or move both away to begin anew.",
                ) from error
            patience = _RECOVERY_SECONDS if "starting up" in str(error) else _SILENT_SECONDS
            if time.monotonic() - began > patience:
                return False
        time.sleep(0.05)
    return False


def _run_broker(directory: Path) -> str:
    server = Broker(directory / "broker")
    secret = password(_passwords(directory), "broker")
    port = int(read_record(server.record).get("port", 0))
    if not (server.is_alive() and server.answers(port, secret)):
        port = server.start(secret)
    return f"redis://:{secret}@127.0.0.1:{port}"


def _await_end(keeper: int, directory: Path) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with exclusive(mutex_of(directory)) if directory.exists() else contextlib.nullcontext():
            if try_exclusive(keeper):
                return
        time.sleep(0.02)


def _passwords(directory: Path) -> Path:
    return directory / "passwords.json"


def _url(user: str, secret: str, port: str, database: str) -> str:
    return f"postgresql://{user}:{secret}@127.0.0.1:{port}/{database}"
