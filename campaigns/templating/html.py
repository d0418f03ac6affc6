"""The HTML of a mail: a written text becomes paragraphs, what remains is cleaned, and a plain text goes beside it."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import nh3

TAGS = {"p", "br", "strong", "b", "em", "i", "u", "a", "ul", "ol", "li", "h1", "h2", "h3", "blockquote", "hr"}
ATTRIBUTES = {"a": {"href", "title"}}
SCHEMES = {"https", "http", "mailto"}
BLOCKS = frozenset({"p", "ul", "ol", "li", "h1", "h2", "h3", "blockquote", "hr"})
HAS_BLOCK = re.compile(r"<(p|ul|ol|h[1-3]|blockquote|hr)\b", re.IGNORECASE)
BLANK = re.compile(r"\n[ \t]*\n\s*")
ADDRESS = re.compile(r"(?<![\"'=>\w])(https?://[^\s<>\"']+[^\s<>\"'.,;:!?）。，；：！？)])")


def to_html(body: str) -> str:
    """A rendered `body` (its values already escaped) as clean HTML: blank lines part paragraphs, addresses lead."""
    text = body.strip()
    if not HAS_BLOCK.search(text):
        paragraphs = [part.strip().replace("\n", "<br>") for part in BLANK.split(text) if part.strip()]
        text = "".join(f"<p>{part}</p>" for part in paragraphs)
    return clean(ADDRESS.sub(r'<a href="\1">\1</a>', text))


def clean(html: str) -> str:
    """`html` with nothing but text, links and simple marks left in it."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def to_text(html: str) -> str:
    """The plain text beside the HTML: a link keeps its address, a list its dashes."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.parts)).strip() + "\n"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag == "hr":
            self.parts.append("\n\n--\n\n")
        elif tag in BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._links:
            address, start = self._links.pop()
            words = unescape("".join(self.parts[start:])).strip()
            if address and address not in (words, f"mailto:{words}"):
                self.parts.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
