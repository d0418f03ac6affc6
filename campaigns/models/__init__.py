"""The rows of campaigns and of what they prove."""

from campaigns.models.campaign import Campaign, CampaignPlan, CampaignVersion, LaunchRequest, Step
from campaigns.models.experiments import Arm, Experiment, Exposure, ExposureConflict, Outcome, Readout
from campaigns.models.guards import StopSwitch, Suppression
from campaigns.models.messages import Attempt, CostEntry, Decision, Enrollment, Message, Receipt
from campaigns.models.offers import Coupon, Offer
from campaigns.models.templates import MessageTemplate, TemplateVersion

__all__ = [
    "Arm",
    "Attempt",
    "Campaign",
    "CampaignPlan",
    "CampaignVersion",
    "CostEntry",
    "Coupon",
    "Decision",
    "Enrollment",
    "Experiment",
    "Exposure",
    "ExposureConflict",
    "LaunchRequest",
    "Message",
    "MessageTemplate",
    "Offer",
    "Outcome",
    "Readout",
    "Receipt",
    "Step",
    "StopSwitch",
    "Suppression",
    "TemplateVersion",
]
