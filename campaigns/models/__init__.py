"""The rows of campaigns and of what they prove."""

from campaigns.models.experiments import Arm, Experiment, Exposure, ExposureConflict, Outcome, Readout

__all__ = ["Arm", "Experiment", "Exposure", "ExposureConflict", "Outcome", "Readout"]
