"""A new page that the browser does not visit fails here: add it to PAGES, or say why it is none."""

from __future__ import annotations

from collections.abc import Iterator

from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from tests.e2e.pages import NO_PAGES, page_names, url_names


def all_patterns(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from all_patterns(pattern.url_patterns)
        else:
            yield pattern


def refuses_get(pattern: URLPattern) -> bool:
    """True for a door that answers GET with 405 before it looks at anything else."""
    try:
        return bool(pattern.callback(RequestFactory().get("/")).status_code == 405)
    except Exception:  # it went on to ask for a person, a session or an argument
        return False


def test_every_page_is_visited_or_is_no_page() -> None:
    patterns = all_patterns(get_resolver("retention.urls").url_patterns)
    posts = {str(pattern.name) for pattern in patterns if refuses_get(pattern)}
    assert url_names() - page_names() - set(NO_PAGES) - posts == set()


def test_what_is_said_to_be_no_page_exists() -> None:
    assert set(NO_PAGES) - url_names() == set()
