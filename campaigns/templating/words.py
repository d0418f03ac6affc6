"""What is wrong with a text, in a sentence, with its line and a way to mend it."""

from __future__ import annotations

import re
from difflib import get_close_matches

from django.utils.translation import gettext as _
from liquid.exceptions import (
    LiquidError,
    LiquidSyntaxError,
    ResourceLimitError,
    UndefinedError,
    UnknownFilterError,
)

from campaigns.templating.engine import FILTERS, TAGS
from campaigns.templating.refused import TemplateRefused
from campaigns.templating.variables import variables

QUOTED = re.compile(r"['“]([^'”]{1,60})['”]")


def explain(error: Exception, source: str) -> TemplateRefused:
    """`error` of the template library as a refusal."""
    line = line_of(error)
    text = str(error.message) if isinstance(error, LiquidError) else str(error)
    named = found.group(1) if (found := QUOTED.search(text)) else ""
    if isinstance(error, UndefinedError):
        return unknown_variable(named, line)
    if isinstance(error, UnknownFilterError):
        return unknown_filter(named, line)
    if isinstance(error, ResourceLimitError | RecursionError):
        return TemplateRefused(
            "template_too_much",
            _("The text would become too long or take too long."),
            mend=_("Take out repetitions."),
            line=line,
        )
    if isinstance(error, LiquidSyntaxError) and ("unexpected tag" in text or "unknown tag" in text):
        return unknown_tag(named, line)
    return TemplateRefused(
        "template_syntax",
        _("This can’t be read: %(problem)s") % {"problem": text[:120]},
        mend=_("Look for a bracket or an “endif” that is missing."),
        line=line,
    )


def line_of(error: Exception) -> int:
    """Where `error` arose, from 1; the first line where it doesn't say."""
    context = error.context() if isinstance(error, LiquidError) else None
    return max(context[0], 1) if context else 1


def line_at(source: str, index: int) -> int:
    """The line of the character at `index`, from 1."""
    return source.count("\n", 0, max(index, 0)) + 1


def unknown_variable(name: str, line: int) -> TemplateRefused:
    """A name that is no variable of ours."""
    near = get_close_matches(name, variables.names(), n=2, cutoff=0.5)
    return TemplateRefused(
        "unknown_variable",
        _("There is no variable called “%(name)s”.") % {"name": name},
        mend=(
            _("Did you mean %(names)s?") % {"names": _(" or ").join(near)}
            if near
            else _("Choose one from the list beside the text.")
        ),
        line=line,
    )


def unknown_filter(name: str, line: int) -> TemplateRefused:
    """A filter that texts may not use."""
    return TemplateRefused(
        "unknown_filter",
        _("The filter “%(name)s” can’t be used here.") % {"name": name},
        mend=_("These can: %(names)s.") % {"names": ", ".join(sorted(FILTERS))},
        line=line,
    )


def unknown_tag(name: str, line: int) -> TemplateRefused:
    """A tag that texts may not use."""
    return TemplateRefused(
        "unknown_tag",
        _("The tag “%(name)s” can’t be used here.") % {"name": name},
        mend=_("These can: %(names)s.") % {"names": ", ".join(sorted(TAGS - {"#"}))},
        line=line,
    )
