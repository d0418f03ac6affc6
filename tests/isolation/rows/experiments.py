"""Doors of experiments."""

from datetime import UTC, datetime

from campaigns.models import Arm, Experiment, Exposure, Outcome
from tests.isolation.matrix import Row, World, thing

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


@thing
def experiment(world: World) -> Experiment:
    """A trial with a name, an arm and a metric that could leak."""
    return Experiment.objects.create(
        public_id=world.uuid("experiment"),
        name=world.text("Trial"),
        salt="salt",
        source="imported",
        started_at=NOW,
        created_at=NOW,
    )


@thing
def experiment_arm(world: World) -> Arm:
    found = world["experiment"]
    arm = Arm.objects.create(experiment=found, name=world.text("Letter"), is_control=True)
    given = {"experiment": found, "customer": world["customer"], "recorded_at": NOW}
    Exposure.objects.create(arm=arm, exposed_at=NOW, properties={"note": world.text("note")}, **given)
    Outcome.objects.create(outcome_id=world.text("o"), metric=world.text("visit"), value=1, occurred_at=NOW, **given)
    return arm


ID = {"public_id": "experiment.public_id"}

ROWS = (
    Row("experiments", permission="experiments.view"),
    Row("experiment-planner", permission="experiments.view", query="baseline=5&lift=1&holdout=20&power=80"),
    Row("experiment", permission="experiments.view", kwargs=ID),
    Row(
        "experiment-change",
        permission="experiments.edit",
        kwargs=ID,
        methods=("POST",),
        data={"control": "=experiment_arm.pk"},
    ),
    Row("experiment-keep", permission="experiments.edit", kwargs=ID, methods=("POST",)),
    Row("api-experiments", permission="experiments.view", api=True),
    Row("api-experiment", permission="experiments.view", kwargs=ID, api=True),
    Row("api-experiment-readout", permission="experiments.view", kwargs=ID, api=True),
)
