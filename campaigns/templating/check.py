"""Is a text fit to be saved? Every name, filter and tag is one of ours, and it renders within the limits."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from liquid.template import BoundTemplate

from campaigns.templating.engine import FILTERS, TAGS, parse, render
from campaigns.templating.refused import TemplateRefused
from campaigns.templating.variables import samples, variables
from campaigns.templating.words import line_at, unknown_filter, unknown_tag, unknown_variable


def check_template(source: str, *, language: str, html: bool = False) -> frozenset[str]:
    """The variables that `source` mentions; raises TemplateRefused with the first fault's line and mend."""
    template = parse(source, language=language, html=html)
    fault = min(_faults(template, source), key=lambda found: found.line, default=None)
    if fault is not None:
        raise fault
    render(source, {}, language=language, html=html)
    render(source, samples(language), language=language, html=html)
    return mentioned(source, language=language)


def mentioned(source: str, *, language: str = "en") -> frozenset[str]:
    """The variables that `source` asks for."""
    found = parse(source, language=language).analyze()
    return frozenset(str(name).split(".")[0].split("[")[0] for name in found.globals) & set(variables.names())


def _faults(template: BoundTemplate, source: str) -> Iterator[TemplateRefused]:
    found = template.analyze()
    for uses in found.variables.values():
        for use in uses:
            line = line_at(source, use.span.index)
            if len(use.segments) > 1:
                yield TemplateRefused(
                    "variable_has_parts",
                    _("“%(name)s” asks for a part of a variable; variables are plain texts.") % {"name": use},
                    mend=_("Write “%(name)s”.") % {"name": use.segments[0]},
                    line=line,
                )
    for uses in found.globals.values():
        if str(uses[0].segments[0]) not in variables:
            yield unknown_variable(str(uses[0].segments[0]), line_at(source, uses[0].span.index))
    for name, spans in found.filters.items():
        if name not in FILTERS:
            yield unknown_filter(name, line_at(source, spans[0].index))
    for name, spans in found.tags.items():
        if name not in TAGS:
            yield unknown_tag(name, line_at(source, spans[0].index))
