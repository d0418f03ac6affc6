"""Who the servers run as. PostgreSQL refuses to be root, and a machine may have nobody else to be.

As root, in this order: in a user namespace that shows root as `nobody` (files stay root's, so every folder that
root may enter stays open); as `nobody`; as `nobody` with the right to pass folders that are closed to it, for a
checkout under a home folder. As an ordinary user: directly, or, where the user has no entry in passwd (initdb
needs one), in a user namespace. Each is tried for real, because containers forbid some of them. No user is
created and no folder but the server's own changes hands.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retention.common.errors import DomainError


@dataclass(frozen=True)
class RunAs:
    """Words before a server's command, and who owns its folder."""

    prefix: tuple[str, ...]
    uid: int
    gid: int


def choose_run_as(folder: Path, program: Path) -> RunAs:
    """The first way in which `program` can be run and `folder` written. Hands an empty folder to its owner."""
    for candidate in _candidates(folder):
        if _works(candidate, folder, program):
            return candidate
    raise DomainError(
        "embedded_identity",
        f"{program.name} does not run as root, and there is no way here to run it as anybody else.",
        mend="Run as an ordinary user, allow user namespaces, install util-linux, or set DATABASE_URL.",
    )


def server_environment() -> dict[str, str]:
    """What a server sees: nothing of ours (a stray PGOPTIONS or LC_ALL would change it)."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _candidates(folder: Path) -> Iterator[RunAs]:
    uid, gid = os.geteuid(), os.getegid()
    owner = folder.stat()
    nobody = _nobody()
    if uid != 0:
        if _is_known(uid):
            yield RunAs((), uid, gid)
        yield RunAs(_namespace(nobody), uid, gid)
    elif owner.st_uid != 0 and any(folder.iterdir()):
        yield from _dropped(owner.st_uid, owner.st_gid)
    else:
        yield RunAs(_namespace(nobody), 0, 0)
        yield from _dropped(nobody.pw_uid, nobody.pw_gid)


def _namespace(as_user: pwd.struct_passwd) -> tuple[str, ...]:
    return (_tool("unshare"), "-U", f"--map-user={as_user.pw_uid}", f"--map-group={as_user.pw_gid}")


def _dropped(uid: int, gid: int) -> Iterator[RunAs]:
    words = (_tool("setpriv"), f"--reuid={uid}", f"--regid={gid}", "--clear-groups")
    yield RunAs(words, uid, gid)
    yield RunAs((*words, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"), uid, gid)


def _works(candidate: RunAs, folder: Path, program: Path) -> bool:
    if os.geteuid() == 0 and not any(folder.iterdir()):
        os.chown(folder, candidate.uid, candidate.gid)
    trial = 'test -x "$1" && touch "$2/.trial" && rm "$2/.trial"'
    command = [*candidate.prefix, "/bin/sh", "-c", trial, "sh", str(program), str(folder)]
    try:
        done = subprocess.run(command, cwd="/", env=server_environment(), capture_output=True, timeout=30)
    except OSError:
        return False
    return done.returncode == 0


def _is_known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _nobody() -> pwd.struct_passwd:
    """The user that means nobody; on a machine without one, any that is not root."""
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        return next(entry for entry in pwd.getpwall() if entry.pw_uid != 0)


def _tool(name: str) -> str:
    return shutil.which(name) or f"/usr/bin/{name}"
