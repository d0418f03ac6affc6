"""What workers do for scoring. The rows decide; a task only says which to look at."""

from __future__ import annotations

from retention.common import clock
from retention.scoring.models import ScoreRun
from retention.scoring.services.run_check import check_run
from retention.scoring.services.runs import advance_for
from tenants.tasks import tenant_task

MOST_HELPERS = 7
TURN_SECONDS = 10.0
"""After so long a worker puts a run at the end of the queue, so that other tenants' runs are not kept waiting."""


@tenant_task(name="scoring.advance_run")
def advance_run(tenant: str, run: int) -> None:
    """Take a run on for a turn; once it is cut into shards, wake others to share them."""

    def wake_helpers(shards: int) -> None:
        for _helper in range(min(shards - 1, MOST_HELPERS)):
            advance_run.wake(run=run)

    if advance_for(run, seconds=TURN_SECONDS, clock=clock.now, on_prepared=wake_helpers):
        advance_run.wake(run=run)


@tenant_task(name="scoring.check_forecast")
def check_forecast(tenant: str, run: int) -> None:
    """Compare the forecast of the last months with what was bought."""
    check_run(ScoreRun.objects.get(pk=run))
