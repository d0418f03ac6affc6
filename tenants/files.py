"""Private files, one helper: they lie below the folder of the tenant in force and are reached by name only there."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from retention.common.errors import NotFound
from tenants.context import scope


def folder(purpose: str) -> Path:
    """The tenant's folder for `purpose`, made when missing, closed to other users of the machine."""
    path = Path(settings.STAY_FILES_ROOT) / scope() / purpose
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def path_of(purpose: str, name: str) -> Path:
    """Where the file `name` lies; a name that leads out of the folder is as unknown as any other."""
    home = folder(purpose).resolve()
    path = (home / name).resolve()
    if path.parent != home:
        raise NotFound("unknown_file", "There is no such file.")
    return path


def save(purpose: str, name: str, chunks: Iterable[bytes]) -> Path:
    """Write a file completely or not at all; an older one of that name is replaced."""
    path = path_of(purpose, name)
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("wb") as target:
        target.writelines(chunks)
    return unfinished.replace(path)


def open_private(purpose: str, name: str) -> BinaryIO:
    """Open a file of the tenant for reading; NotFound when it is not there, or not theirs."""
    try:
        return path_of(purpose, name).open("rb")
    except FileNotFoundError:
        raise NotFound("unknown_file", "There is no such file.") from None


def delete(purpose: str, name: str) -> None:
    """Remove a file; one that is gone already is fine."""
    path_of(purpose, name).unlink(missing_ok=True)


def delete_all() -> None:
    """Remove every file of the tenant in force."""
    shutil.rmtree(Path(settings.STAY_FILES_ROOT) / scope(), ignore_errors=True)
