"""The doors that a customer opens without signing in: a survey, and writing to us. A GET changes nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from feedback.forms import AnswerForm, SayForm
from feedback.links import Asked, Speaker, read_say_token, read_survey_token
from feedback.models import Survey, SurveyResponse
from feedback.services.answers import answer_survey
from feedback.services.hearing import hear
from retention.common import clock
from retention.customers.models import Customer
from retention.customers.views.by_link import by_link, network_of, quietly, too_often, within
from tenants.policies import policy_value

PER_NETWORK, PER_TENANT = 10, 300
"""Voices in a minute by the open form."""


@require_http_methods(["GET", "HEAD", "POST"])
@by_link("survey", read_survey_token)
def survey_answer(request: HttpRequest, asked: Asked) -> HttpResponse:
    """From 0 to 10, and why. A link in a mail may bring the score along; nothing is kept before it is sent."""
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"score": request.GET.get("score")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        answer_survey(asked=asked, score=int(given["score"]), comment=given["comment"], now=clock.now())
        return redirect(request.path)
    answer = SurveyResponse.objects.filter(response_id=asked.response_id).first()
    survey = Survey.objects.filter(name=asked.survey).first()
    context = {"form": form, "answer": answer, "question": survey.question(get_language() or "en") if survey else ""}
    return render(request, "feedback/public/survey.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest) -> HttpResponse:
    """Anybody may write, unless the tenant has closed the form."""
    if not policy_value("feedback.public_form"):
        return quietly(render(request, "feedback/public/closed.html", status=403))
    if request.method == "POST" and not (
        within("say", network_of(request), PER_NETWORK) and within("say-tenant", "all", PER_TENANT)
    ):
        return too_often(request)
    return quietly(_say(request, None))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link("say", read_say_token)
def say_as(request: HttpRequest, speaker: Speaker) -> HttpResponse:
    """A customer writes by the link that was made for them."""
    return _say(request, speaker.customer)


def _say(request: HttpRequest, customer: Customer | None) -> HttpResponse:
    form = SayForm(request.POST if request.method == "POST" else None, is_known=customer is not None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if not given["website"]:  # a robot filled in what nobody sees
            contact = given.get("contact")
            hear(
                feedback_id=f"form-{given['once']}", text=given["text"], channel="form", customer=customer,
                now=clock.now(), properties={"contact": contact} if contact else {},
            )  # fmt: skip
        return redirect(f"{request.path}?said=1")
    context = {"form": form, "is_said": "said" in request.GET}
    return render(request, "feedback/public/say.html", context, status=400 if form.errors else 200)
