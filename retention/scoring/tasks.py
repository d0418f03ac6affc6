"""What workers do for scoring. The rows decide; a task only says which to look at."""

from __future__ import annotations

from retention.common import clock
from retention.scoring.models import ScoreRun
from retention.scoring.services.run_check import check_run
from retention.scoring.services.runs import advance
from tenants.tasks import tenant_task

MOST_HELPERS = 7


@tenant_task(name="scoring.advance_run")
def advance_run(tenant: str, run: int) -> None:
    """Take a run as far as possible; once it is cut into shards, wake others to share them."""

    def wake_helpers(shards: int) -> None:
        for _helper in range(min(shards - 1, MOST_HELPERS)):
            advance_run.wake(run=run)

    advance(run, clock=clock.now, on_prepared=wake_helpers)


@tenant_task(name="scoring.check_forecast")
def check_forecast(tenant: str, run: int) -> None:
    """Compare the forecast of the last months with what was bought."""
    check_run(ScoreRun.objects.get(pk=run))
