"""The texts of the screens: gather them from code and templates into the catalogue, or check that none is missing.

``tools/translations.py`` brings ``locale/*/LC_MESSAGES/django.po`` up to date and names what lacks a translation;
``--check`` changes nothing and exits 1 when something is missing or left over. Compiling is part of ``make setup``.
Templates go through Django's own ``templatize``, then through Babel's extractor for JavaScript, whose lexer minds
nothing between the calls. Entries are sorted and carry no line numbers, so that branches seldom collide.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("retention", "tenants", "campaigns", "feedback")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = "# The screens of Stay. Terms are those of the glossary in README.md."


def source_messages() -> Catalog:
    """All texts that the sources ask to translate."""
    catalog = Catalog(locale=None, charset="utf-8")
    for path in _python_files():
        _gather(catalog, "python", path.read_bytes())
    from django.utils.translation.template import templatize

    for path in sorted((ROOT / "templates").rglob("*.*")):
        text = templatize(path.read_text(), origin=str(path))
        _gather(catalog, "javascript", text.encode())
    return catalog


def _python_files() -> Iterator[Path]:
    for folder in SOURCES:
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts)


def _gather(catalog: Catalog, method: str, content: bytes) -> None:
    found = extract(method, BytesIO(content), keywords=KEYWORDS, options={"encoding": "utf-8"})
    for _line, text, _comments, context in found:
        if text and text != ("",):
            catalog.add(text, context=context)


def updated(path: Path, sources: Catalog) -> Catalog:
    """The catalogue at `path` with exactly the texts of `sources`; translations are kept, nothing is guessed."""
    with path.open("rb") as file:
        old = read_po(file, locale=path.parts[-3])
    new = Catalog(locale=path.parts[-3], charset="utf-8", header_comment=HEADER, fuzzy=False)
    for message in sources:
        if message.id:
            known = old.get(message.id, message.context)
            new.add(message.id, known.string if known else None, context=message.context)
    return new


def as_text(catalog: Catalog) -> bytes:
    """The file's text: sorted, without dates and tools in its head."""
    catalog.mime_headers = [
        (name, value)
        for name, value in catalog.mime_headers
        if name in ("Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
    ]
    buffer = BytesIO()
    write_po(buffer, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    head = "\n".join([HEADER, 'msgid ""', 'msgstr ""', *(f'"{name}: {value}\\n"' for name, value in _head(catalog))])
    return f"{head}\n\n".encode() + buffer.getvalue()


def _head(catalog: Catalog) -> list[tuple[str, str]]:
    return [
        ("Language", str(catalog.locale)),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=UTF-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Plural-Forms", catalog.plural_forms),
    ]


def is_untranslated(message: Message) -> bool:
    """True without a text in the other language; English words that stand for themselves are translated by hand."""
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return bool(message.id) and not all(strings)


def main(arguments: list[str]) -> int:
    """See the module's text."""
    check = "--check" in arguments
    sources = source_messages()
    wrong = 0
    for path in sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po")):
        catalog = updated(path, sources)
        text = as_text(catalog)
        missing = [message for message in catalog if is_untranslated(message)]
        for message in missing:
            print(f"{path.relative_to(ROOT)}: not translated: {message.id!r}")
        stale = path.read_bytes() != text
        if stale and check:
            print(f"{path.relative_to(ROOT)}: not up to date; run make messages")
        elif stale:
            path.write_bytes(text)
        wrong += bool(missing) or (stale and check)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "retention.settings.test")
    sys.exit(main(sys.argv[1:]))
