"""What customers say: the complaints and survey answers of a generator as import files, with made-up words.

A generator draws who complains of what, and how satisfied somebody is; here it gets its words, from short lists of our
own, chosen by position, so that the same frame always says the same. Everything here is synthetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

SURVEY = "Quarterly NPS"
UNREAD_DAYS = 3
"""What came in so many days before the demo's first moment is not tagged yet: somebody has to."""
WORDS = {
    "en": {
        "service.slow_reply": ("I asked on Monday and nobody has answered", "Two mails, no reply for days"),
        "service.refund": ("My refund is still not there", "You took the money twice and I wait for it"),
        "service.delivery": ("The delivery came a day late, half thawed", "Nobody rang, the bags stood in the rain"),
        "service.unsolved": ("Third call about the same thing", "It was closed, but nothing is solved"),
        "experience.quality": ("The strawberries were mouldy again", "Half of the eggs were broken"),
        "experience.noise": ("Far too many messages from you", "Please, not a mail every day"),
        "price.rise": ("Milk went up again, I will look elsewhere", "Everything costs more every week"),
        "price.rules": ("The coupon did not work at the till", "Nobody can tell when this discount counts"),
        "function.crash": ("The app closes when I open my list", "Dies whenever I want to pay"),
        "function.wrong": ("The receipt shows an item I never bought", "My points are wrong by two hundred"),
    },
    "zh-hans": {
        "function.crash": ("月末一导报表就卡死", "更新以后库存页打不开"),
        "function.connect": ("跟我们的财务系统又同步不上了", "接口昨晚断了，订单都没过来"),
        "service.slow_reply": ("工单提了两天没人回", "问了三次才有人接"),
        "service.consultant": ("新顾问不了解我们的流程，又要从头讲", "顾问换了，没人交接上线计划"),
    },
}
SCORES = {
    "en": ("Nobody helped me", "It is all right, a bit dear", "Quick, friendly, fresh: love it"),
    "zh-hans": ("问题反映了没人管", "还行，响应可以再快一点", "顾问很专业，帮了大忙"),
}


@dataclass(frozen=True)
class Voice:
    """Files of the kinds feedback and surveys, and the events that are neither."""

    feedback: pd.DataFrame
    surveys: pd.DataFrame
    events: pd.DataFrame


def voice_of(events: pd.DataFrame, *, language: str, until: pd.Timestamp) -> Voice:
    """Complaints opened and answers given before `until` as files of their own; later ones stay events."""
    past = events["occurred_at"] < until
    opened, answered = (past & (events["event"] == name) for name in ("complaint_opened", "nps_answered"))
    return Voice(
        _feedback(events[opened], language, until),
        _surveys(events[answered], language),
        events[~opened & ~answered].reset_index(drop=True),
    )


def _feedback(opened: pd.DataFrame, language: str, until: pd.Timestamp) -> pd.DataFrame:
    words = WORDS[language]
    topics, place = opened["topic"].to_numpy(), np.arange(len(opened)) % 2
    text = np.select([topics == topic for topic in words], [np.array(said)[place] for said in words.values()], "")
    unread = opened["occurred_at"] >= until - timedelta(days=UNREAD_DAYS)
    return pd.DataFrame(
        {
            "feedback_id": opened["complaint_id"].to_numpy(),
            "customer": opened["customer"].to_numpy(),
            "account": opened["account"].to_numpy() if "account" in opened else "",
            "text": text,
            "language": language,
            "channel": np.array(["mail", "app", "phone"])[np.arange(len(opened)) % 3],
            "topic": opened["topic"].mask(unread, "").to_numpy(),
            "intent": np.where(unread, "", "complaint"),
            "severe": opened["severe"].astype(bool).to_numpy(),
            "received_at": opened["occurred_at"].to_numpy(),
        }
    )


def _surveys(answered: pd.DataFrame, language: str) -> pd.DataFrame:
    score = answered["score"].astype(int).to_numpy()
    comment = np.array(SCORES[language])[np.digitize(score, [7, 9])]
    silent = np.arange(len(answered)) % 3 != 0
    return pd.DataFrame(
        {
            "response_id": "N-" + answered["customer"].to_numpy() + answered["occurred_at"].dt.strftime("-%Y%m%d"),
            "survey": SURVEY,
            "customer": answered["customer"].to_numpy(),
            "score": score,
            "comment": np.where(silent, "", comment),
            "answered_at": answered["occurred_at"].to_numpy(),
        }
    )
