"""A playbook's stages with their steps, as a page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from retention.success.enums import DueFrom, EvidenceKind, TaskKind, WorkRole
from retention.success.models import PlaybookRun, PlaybookVersion, Task
from retention.success.services.content import Step, read_steps, words


@dataclass(frozen=True)
class StepLine:
    """A step in the reader's language, and its task where it runs."""

    title: str
    body: str
    role: str
    kind: str
    evidence: str
    due: str
    task: Task | None = None


@dataclass(frozen=True)
class StageLines:
    """A stage with its steps."""

    name: str
    steps: list[StepLine]


def version_stages(version: PlaybookVersion, language: str | None) -> list[StageLines]:
    """The stages of `version`, without tasks."""
    return _stages(version, language or "en", {})


def run_stages(run: PlaybookRun, language: str | None) -> list[StageLines]:
    """The stages of a run with the task of each step whose turn has come."""
    tasks = {task.step: task for task in run.tasks.select_related("assignee", "evidence", "closed_by")}
    return _stages(run.version, language or "en", tasks)


def _stages(version: PlaybookVersion, language: str, tasks: dict[str, Task]) -> list[StageLines]:
    steps = read_steps(version.content)
    titles = {step.code: words(step.title, language) for step in steps}
    found: dict[tuple[str, str], StageLines] = {}
    for step in steps:
        lines = found.setdefault(step.stage, StageLines(words(step.stage, language), []))
        lines.steps.append(_line(step, language, titles, tasks.get(step.code)))
    return list(found.values())


def _line(step: Step, language: str, titles: dict[str, str], task: Task | None) -> StepLine:
    due = f"{step.due.days} {DueFrom(step.due.kind).label}"
    if step.due.step:
        due = f"{due}: {titles[step.due.step]}"
    return StepLine(
        title=titles[step.code],
        body=words(step.body, language),
        role=str(WorkRole(step.role).label),
        kind=str(TaskKind(step.kind).label),
        evidence=str(EvidenceKind(step.evidence).label) if step.evidence else "",
        due=due,
        task=task,
    )
