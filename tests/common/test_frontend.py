"""The browser's files: only the listed ones leave the packages, and production serves them hashed and compressed."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import override_settings

from retention.common.frontend import FILES, PackageFinder


def test_the_finder_finds_the_listed_files_alone() -> None:
    assert sorted(name for name, _storage in PackageFinder().list(None)) == sorted(FILES)
    assert finders.find("vendor/tabler.min.css") is not None
    for name in ("vendor/../package.json", "echarts/dist/echarts.js", "@tabler/core/package.json", "vendor/x.js"):
        assert PackageFinder().find(name) is None


def test_missing_packages_are_named_with_their_mend() -> None:
    with override_settings(NODE_MODULES=Path("/nowhere")):
        [error] = PackageFinder().check()
    assert (error.id, error.hint) == ("stay.E101", "Run make setup.")
    assert PackageFinder().check() == []


def test_collected_files_are_hashed_and_their_references_hold(tmp_path: Path) -> None:
    backend = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "retention.common.frontend.FrontendStorage"},
    }
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=backend):
        call_command("collectstatic", interactive=False, verbosity=0)
        url = storages["staticfiles"].url("vendor/tabler.min.css")
        assert url.startswith("/static/vendor/tabler.min.")
        served = tmp_path / url.removeprefix("/static/")
        assert served.read_bytes() == Path(str(finders.find("vendor/tabler.min.css"))).read_bytes()
        assert served.with_name(served.name + ".gz").is_file()
