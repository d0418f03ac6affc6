"""Links to a survey and to the form: made for one customer, and for one asking of one survey."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from retention.customers.links import customer_token, read_customer_token
from retention.customers.models import Customer
from tenants.policies import policy_value

SURVEY, SAY = "feedback.survey", "feedback.say"


@dataclass(frozen=True)
class Asked:
    """Who was asked which survey, on which occasion (a message, a day): each asking has one answer."""

    customer: Customer
    survey: str
    occasion: str

    @property
    def response_id(self) -> str:
        """The id of the answer, the same for the same asking."""
        asked = "|".join((str(self.customer.public_id), self.survey, self.occasion))
        return f"link-{hashlib.sha256(asked.encode()).hexdigest()[:32]}"


@dataclass(frozen=True)
class Speaker:
    """Who holds a link to the form."""

    customer: Customer


def asked_survey() -> str:
    """The name of the survey that messages ask."""
    return str(policy_value("feedback.survey"))


def survey_path(customer: UUID, *, survey: str, occasion: str) -> str:
    """Where `customer` answers `survey` at the tenant in force."""
    return reverse("survey-answer", args=[customer_token(SURVEY, customer, [survey, occasion])])


def read_survey_token(token: str) -> Asked:
    """Who was asked what; raises NotFound for a token that was not made here for this."""
    customer, (survey, occasion) = read_customer_token(SURVEY, token)
    return Asked(customer, survey, occasion)


def say_path(customer: UUID) -> str:
    """Where `customer` writes to the tenant in force, without signing in."""
    return reverse("say-as", args=[customer_token(SAY, customer)])


def read_say_token(token: str) -> Speaker:
    """Who writes; raises NotFound for a token that was not made here for this."""
    return Speaker(read_customer_token(SAY, token)[0])
