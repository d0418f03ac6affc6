"""Parse and render: the tags and filters that texts may use, under limits of size, loops and time.

What a value lacks is printed as the variable's stated fall-back; in ``{% if name %}`` it counts as no, and
``| default: "…"`` replaces it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from io import StringIO
from typing import Any, TextIO

from django.utils.translation import gettext as _
from liquid import Environment, RenderContext, Undefined
from liquid.exceptions import LiquidError, ResourceLimitError, UndefinedError
from liquid.output import LimitedStringIO
from liquid.template import BoundTemplate

from campaigns.templating import limits
from campaigns.templating.refused import TemplateRefused
from campaigns.templating.variables import fallback_of, variables

TAGS = frozenset({"if", "unless", "case", "assign", "comment", "for", "break", "continue", "#"})
ALWAYS = frozenset({"content", "output", "illegal"})
"""What the parser itself is made of."""
FILTERS = frozenset({
    "append", "capitalize", "default", "downcase", "escape", "lstrip", "prepend", "remove", "rstrip", "size", "slice",
    "squish", "strip", "strip_html", "strip_newlines", "truncate", "truncatewords", "upcase",
})  # fmt: skip
"""None of these multiplies its input: `replace`, `split`, `join` and `times` can."""


LOOP = frozenset({"parentloop", "forloop"})
"""Names that a loop looks for by itself."""


class _TooSlow(ResourceLimitError):
    """Past the deadline."""


class _Output(LimitedStringIO):
    """Counts bytes and looks at the watch with each write."""

    def __init__(self, limit: int, deadline: float) -> None:
        super().__init__(limit, newline="")
        self.deadline = deadline

    def write(self, text: str) -> int:
        _keep_to(self.deadline)
        return super().write(text)


class _Context(RenderContext):
    """Names lead to strings and end there."""

    deadline: float = float("inf")

    def get_buffer(self, buf: TextIO | None = None) -> StringIO:
        spent = buf.size if isinstance(buf, LimitedStringIO) else 0
        return _Output(limits.OUTPUT_BYTES - spent, self.deadline)

    def get_item(self, obj: Any, key: Any) -> Any:
        raise KeyError(key)

    def assign(self, key: str, val: Any) -> None:
        _keep_to(self.deadline)
        super().assign(key, val)

    def raise_for_loop_limit(self, length: int = 1) -> None:
        _keep_to(self.deadline)
        super().raise_for_loop_limit(length)


def _keep_to(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise _TooSlow("the time is up", token=None)


class _Template(BoundTemplate):
    context_class = _Context


class _Environment(Environment):
    template_class = _Template
    block_nesting_limit = limits.NESTING
    context_depth_limit = limits.NESTING
    loop_iteration_limit = limits.LOOPS
    local_namespace_limit = limits.LOCALS_BYTES
    output_stream_limit = limits.OUTPUT_BYTES


def _missing_in(language: str) -> type[Undefined]:
    """What stands for a variable without a value: its fall-back in `language`."""

    class Missing(Undefined):
        def __init__(self, name: str, **rest: Any) -> None:
            super().__init__(name, **rest)
            if name not in variables and name not in LOOP:
                raise UndefinedError(f"'{name}' is undefined", token=rest.get("token"))

        def __str__(self) -> str:
            return fallback_of(self.name, language) if self.name in variables else ""

    return Missing


@lru_cache
def environment(language: str, html: bool) -> Environment:
    """The one for texts in `language`; with `html`, values are escaped."""
    made = _Environment(autoescape=html, undefined=_missing_in(language))
    for name in set(made.tags) - TAGS - ALWAYS:
        del made.tags[name]
    for name in set(made.filters) - FILTERS:
        del made.filters[name]
    return made


@lru_cache(maxsize=512)
def _parsed(source: str, language: str, html: bool) -> BoundTemplate:
    return environment(language, html).from_string(source)


def parse(source: str, *, language: str, html: bool = False) -> BoundTemplate:
    """`source` ready to render; raises TemplateRefused that names the line and how to mend it."""
    if len(source) > limits.TEMPLATE_CHARS:
        raise TemplateRefused(
            "template_too_long",
            _("The text is longer than %(limit)s characters.") % {"limit": limits.TEMPLATE_CHARS},
            mend=_("Make it shorter."),
        )
    try:
        return _parsed(source, language, html)
    except (LiquidError, RecursionError) as error:
        raise refusal(error, source) from error


def render(source: str, values: Mapping[str, str], *, language: str, html: bool = False) -> str:
    """`source` with `values` filled in; raises TemplateRefused when it breaks a limit or a rule."""
    template = parse(source, language=language, html=html)
    known = {name: str(value)[: limits.VALUE_CHARS] for name, value in values.items() if name in variables}
    context = _Context(template, globals={name: value for name, value in known.items() if value})
    context.deadline = time.monotonic() + limits.SECONDS
    buffer = context.get_buffer()
    try:
        template.render_with_context(context, buffer)
    except (LiquidError, RecursionError, KeyError, TypeError, ValueError) as error:
        raise refusal(error, source) from error
    return buffer.getvalue()


def refusal(error: Exception, source: str) -> TemplateRefused:
    """`error` in words: what is wrong, on which line, and how to mend it."""
    from campaigns.templating.words import explain

    return explain(error, source)
