"""Production starts with safe settings and servers, and with no others."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from retention.common.embedded.files import free_port
from retention.common.embedded.servers import ThrowawayServers, start_throwaway_servers
from retention.common.errors import DomainError
from retention.settings.refusals import refuse_uncollected_files, refuse_unsafe_servers, refuse_unsafe_settings

PROJECT = Path(__file__).resolve().parents[2]
SAFE_ENVIRONMENT = {
    "DATABASE_URL": "postgresql://stay_login:x@db.example/stay",
    "BROKER_URL": "redis://mq.example/0",
    "CACHE_URL": "redis://mq.example/1",
    "STAY_SECRET_KEY": "kq2-0Yp7Zr4Wm9Xs1Tn6Vb8Jc3Lh5Df0Gg2Qa7Ue4Io9Py1Rt6",
    "STAY_ALLOWED_HOSTS": ".stay.example",
}
SAFE: dict[str, object] = {
    "DEBUG": False,
    "SECRET_KEY": SAFE_ENVIRONMENT["STAY_SECRET_KEY"],
    "ALLOWED_HOSTS": [".stay.example"],
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "STAY_CLOCK": "",
}


def load_production(**changes: str | None) -> str:
    """What the settings say when a fresh process reads them with these changes to a safe environment."""
    wanted = {**SAFE_ENVIRONMENT, **changes}
    others = {name: value for name, value in os.environ.items() if not name.startswith(("STAY_", "DATABASE", "CACHE"))}
    environment = {**others, **{name: value for name, value in wanted.items() if value is not None}}
    done = subprocess.run(
        [sys.executable, "-c", "import retention.settings.production as s; print(s.DEBUG, s.ALLOWED_HOSTS)"],
        cwd=PROJECT,
        env={name: value for name, value in environment.items() if wanted.get(name, value) is not None},
        capture_output=True,
        text=True,
    )
    return (done.stdout or done.stderr).strip().splitlines()[-1]


def test_a_safe_environment_starts() -> None:
    assert load_production() == "False ['.stay.example']"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"DATABASE_URL": None}, "retention.common.errors.DomainError: DATABASE_URL is not set."),
        ({"BROKER_URL": None}, "retention.common.errors.DomainError: BROKER_URL is not set."),
        ({"CACHE_URL": None}, "retention.common.errors.DomainError: CACHE_URL is not set."),
        (
            {"STAY_SECRET_KEY": "short"},
            "retention.common.environment.EnvironmentRefused: STAY_SECRET_KEY has 5 characters.",
        ),
        (
            {"STAY_SECRET_KEY": None},
            "retention.common.environment.EnvironmentRefused: STAY_SECRET_KEY is not set.",
        ),
        (
            {"STAY_ALLOWED_HOSTS": None},
            "retention.common.environment.EnvironmentRefused: STAY_ALLOWED_HOSTS is not set.",
        ),
        (
            {"STAY_ALLOWED_HOSTS": "*"},
            "retention.common.errors.DomainError: Production does not start: "
            "ALLOWED_HOSTS is empty or a wildcard: set STAY_ALLOWED_HOSTS to your domains.",
        ),
        (
            {"STAY_CLOCK": "2017-12-01T10:00:00+00:00"},
            "retention.common.errors.DomainError: Production does not start: STAY_CLOCK moves the clock: unset it.",
        ),
    ],
)
def test_an_unsafe_environment_does_not(changes: dict[str, str | None], expected: str) -> None:
    assert load_production(**changes) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEBUG", True, "DEBUG is on: turn it off."),
        ("SECRET_KEY", "a" * 60, "SECRET_KEY is a default or too simple"),
        ("SECRET_KEY", "django-insecure-" + "0123456789" * 5, "SECRET_KEY is a default or too simple"),
        ("ALLOWED_HOSTS", [], "ALLOWED_HOSTS is empty or a wildcard"),
        (
            "SESSION_COOKIE_DOMAIN",
            ".stay.example",
            "SESSION_COOKIE_DOMAIN shares a cookie between tenants: remove it.",
        ),
        ("CSRF_COOKIE_DOMAIN", ".stay.example", "CSRF_COOKIE_DOMAIN shares a cookie between tenants: remove it."),
        ("SESSION_COOKIE_SECURE", False, "SESSION_COOKIE_SECURE is off: turn it on."),
        ("SHOW_PUBLIC_IF_NO_TENANT_FOUND", True, "SHOW_PUBLIC_IF_NO_TENANT_FOUND serves strangers: turn it off."),
    ],
)
def test_each_unsafe_setting_is_named(name: str, value: object, expected: str) -> None:
    refuse_unsafe_settings(SAFE)
    with pytest.raises(DomainError) as caught:
        refuse_unsafe_settings({**SAFE, name: value})
    assert caught.value.code == "unsafe_settings"
    assert caught.value.message.removeprefix("Production does not start: ").startswith(expected)


@pytest.fixture(scope="module")
def servers() -> Iterator[ThrowawayServers]:
    own = start_throwaway_servers()
    yield own
    own.stop()


@contextmanager
def bouncer(servers: ThrowawayServers, mode: str, folder: Path) -> Iterator[str]:
    """A real PgBouncer before the cluster: its address while it runs."""
    port, target = free_port(), psycopg.conninfo.conninfo_to_dict(servers.addresses.database_url)
    (folder / "users").write_text(f'"{target["user"]}" "{target["password"]}"\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\nstay = host=127.0.0.1 port={target['port']}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = scram-sha-256\n"
        f"auth_file = {folder}/users\npool_mode = {mode}\nlogfile = {folder}/log\n"
    )
    for path in (folder, *folder.iterdir()):
        path.chmod(0o777)
    drop = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    process = subprocess.Popen([*drop, "/usr/sbin/pgbouncer", "-q", str(folder / "pgbouncer.ini")], cwd="/")
    address = f"postgresql://{target['user']}:{target['password']}@127.0.0.1:{port}/stay"
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                psycopg.connect(address, connect_timeout=2).close()
                break
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, "PgBouncer does not answer"
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait()


@pytest.mark.parametrize("mode", ["session", "transaction"])
def test_only_a_pool_by_session_may_stand_before_the_database(servers: ThrowawayServers, mode: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, bouncer(servers, mode, Path(folder)) as address:
        if mode == "session":
            refuse_unsafe_servers(address, [])
            return
        with pytest.raises(DomainError) as caught:
            refuse_unsafe_servers(address, [])
    assert caught.value.code == "unsafe_servers"
    assert caught.value.message.endswith("changes connections between transactions: use session mode.")


def test_a_broker_that_evicts_is_refused(servers: ThrowawayServers) -> None:
    urls = [servers.addresses.broker_url, servers.addresses.cache_url, "amqp://u:p@mq.example//"]
    refuse_unsafe_servers(servers.addresses.database_url, urls)
    with redis.from_url(servers.addresses.broker_url) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        with pytest.raises(DomainError) as caught:
            refuse_unsafe_servers(servers.addresses.database_url, urls[:1])
        client.config_set("maxmemory-policy", "noeviction")
    assert caught.value.message == (
        "Production does not start: Redis at 127.0.0.1 evicts (allkeys-lru): set maxmemory-policy noeviction."
    )


def test_the_web_door_asks_for_the_collected_files(tmp_path: Path) -> None:
    with pytest.raises(DomainError) as caught:
        refuse_uncollected_files(tmp_path)
    assert caught.value.code == "files_not_collected"
    assert caught.value.mend == "Run manage.py collectstatic --no-input and start again."
    (tmp_path / "staticfiles.json").write_text("{}")
    refuse_uncollected_files(tmp_path)
