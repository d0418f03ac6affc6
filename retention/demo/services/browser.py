"""A person at the keyboard, without a screen: follows links, fills in forms, keeps cookies. Knows no URL by heart."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx


@dataclass
class Form:
    """One form of a page: where it goes and what is in it."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Collects links and forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.navigation: list[str] = []
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._navs = 0
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in {"nav", "aside"}:
            self._navs += 1
        elif tag == "a" and attributes.get("href", "").startswith("/"):
            (self.navigation if self._navs else self.links).append(attributes["href"])
        elif tag == "form":
            self._open = Form(attributes.get("action", ""), attributes.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None and attributes.get("name"):
            self._field(tag, attributes)
        elif tag == "option" and self._open and self._select and "selected" in attributes:
            self._open.values[self._select] = attributes.get("value", "")

    def _field(self, tag: str, attributes: dict[str, str]) -> None:
        assert self._open is not None
        name = attributes["name"]
        if tag == "input" and attributes.get("type") not in {"checkbox", "radio", "submit", "file"}:
            self._open.values.setdefault(name, attributes.get("value", ""))
        elif tag in {"textarea", "select"}:
            self._open.values.setdefault(name, "")
            self._select = name if tag == "select" else None

    def handle_endtag(self, tag: str) -> None:
        if tag in {"nav", "aside"}:
            self._navs -= 1
        elif tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None


@dataclass(frozen=True)
class Page:
    """What an address answered."""

    url: str
    status: int
    text: str

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.text)
        return reader

    @property
    def links(self) -> list[str]:
        """Local links outside the navigation, in order."""
        return self._read().links

    @property
    def navigation(self) -> list[str]:
        """Local links of the side and top bars, each once, in order."""
        return list(dict.fromkeys(self._read().navigation))

    def form_with(self, *names: str) -> Form | None:
        """The first form that has all these fields."""
        return next((form for form in self._read().forms if set(names) <= set(form.values)), None)


class Browser:
    """One person's session at `host`, over a server on `port` of the loopback."""

    def __init__(self, host: str, port: int) -> None:
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"host": f"{host}:{port}", "accept": "text/html"},
            follow_redirects=False,
            timeout=60,
        )

    def get(self, path: str) -> Page:
        """Open `path`, following redirects."""
        return self._follow(self._client.get(path))

    def submit(self, page: Page, form: Form, **values: str) -> Page:
        """Send `form` of `page` with `values` filled in."""
        action = urljoin(page.url, form.action or page.url)
        return self._follow(self._client.post(action, data={**form.values, **values}))

    def _follow(self, answer: httpx.Response) -> Page:
        hops = 0
        while answer.is_redirect and hops < 10:
            target = httpx.URL(urljoin(str(answer.request.url), answer.headers["location"]))
            answer = self._client.get(target.raw_path.decode())
            hops += 1
        return Page(answer.request.url.raw_path.decode(), answer.status_code, answer.text)
