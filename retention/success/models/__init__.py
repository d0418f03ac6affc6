"""The rows of this app."""

from retention.success.models.assignments import Assignment
from retention.success.models.contracts import Contract, ContractVersion, Renewal
from retention.success.models.playbooks import Playbook, PlaybookRun, PlaybookVersion
from retention.success.models.tasks import Evidence, Task

__all__ = [
    "Assignment",
    "Contract",
    "ContractVersion",
    "Evidence",
    "Playbook",
    "PlaybookRun",
    "PlaybookVersion",
    "Renewal",
    "Task",
]
