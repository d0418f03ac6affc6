"""The browser's files: which of the npm packages' files are served, and how their names are made permanent.

Only the files listed here leave ``node_modules``: a package brings hundreds that no page asks for.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

FILES = {
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "vendor/echarts.min.js": "echarts/dist/echarts.min.js",
}
"""What a page asks for → where the package keeps it, under ``settings.NODE_MODULES``."""


class PackageFinder(BaseFinder):
    """Finds the files of :data:`FILES` for ``collectstatic``, the development server and the tests."""

    def _path(self, name: str) -> Path | None:
        source = FILES.get(name)
        path = Path(settings.NODE_MODULES) / source if source else None
        return path if path and path.is_file() else None

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = self._path(path)
        if find_all:
            return [str(found)] if found else []
        return str(found) if found else None

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name in FILES:
            if self._path(name):
                yield name, _PackageStorage()

    def check(self, **kwargs: Any) -> builtins.list[CheckMessage]:
        missing = [source for source in FILES.values() if not (Path(settings.NODE_MODULES) / source).is_file()]
        if not missing:
            return []
        return [
            Error(f"Front-end files are missing: {', '.join(missing)}.", hint="Run make setup.", id="stay.E101"),
        ]


class _PackageStorage(FileSystemStorage):
    """Opens a served name at the place where its package keeps it."""

    def __init__(self) -> None:
        super().__init__(location=settings.NODE_MODULES)

    def path(self, name: str) -> str:
        return super().path(FILES[name])


class FrontendStorage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed names. References to source maps stay as they are: the maps are not served."""

    patterns = (
        (
            "*.css",
            (
                r"""(?P<matched>url\(['"]{0,1}\s*(?P<url>.*?)["']{0,1}\))""",
                (
                    r"""(?P<matched>@import\s*["']\s*(?P<url>.*?)["'])""",
                    """@import url("%(url)s")""",
                ),
            ),
        ),
    )
