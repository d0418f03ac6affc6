"""Tasks in the reader's language: a step's words come from its playbook, which has both; others stand as written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language

from retention.success.models import Task
from retention.success.services.content import Step, read_steps, words


def in_words(tasks: Iterable[Task]) -> list[Task]:
    """The same tasks with `shown_title`, `shown_body` and `shown_ask` ((line as kept, line as shown) each)."""
    language, steps, found = get_language() or "en", {}, list(tasks)
    for task in found:
        shown: Any = task
        shown.shown_title, shown.shown_body = task.title, task.body
        shown.shown_ask = [(line, line) for line in task.evidence_ask]
        if task.run is None:
            continue
        version = task.run.version
        if version.pk not in steps:
            steps[version.pk] = {step.code: step for step in read_steps(version.content)}
        step: Step | None = steps[version.pk].get(task.step)
        if step is not None:
            shown.shown_title, shown.shown_body = words(step.title, language), words(step.body, language)
            lines = [words(pair, language) for pair in step.ask]
            shown.shown_ask = list(zip(task.evidence_ask, lines, strict=True))
    return found
