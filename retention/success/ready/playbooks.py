"""The playbooks that come with Stay, in both languages."""

from __future__ import annotations

from typing import Any

from retention.success.enums import DueFrom, EvidenceKind, Trigger, WorkRole


def _step(
    code: str,
    title: tuple[str, str],
    body: tuple[str, str],
    *,
    role: str,
    days: int,
    evidence: str,
    ask: tuple[tuple[str, str], ...] = (),
    kind: str = "step",
    after: str = "",
    before_term: bool = False,
) -> dict[str, Any]:
    since = DueFrom.TERM if before_term else DueFrom.STEP if after else DueFrom.START
    return {
        "code": code,
        "title": title[0],
        "title_zh": title[1],
        "body": body[0],
        "body_zh": body[1],
        "role": role,
        "kind": kind,
        "evidence": {"kind": evidence, "ask": [list(pair) for pair in ask]},
        "due": {"from": since.value, "days": days, **({"step": after} if after else {})},
    }


HANDOVER: dict[str, Any] = {
    "stages": [
        {
            "name": "Before the customer notices",
            "name_zh": "在客户察觉之前",
            "steps": [
                _step(
                    "papers",
                    ("Hand the file over", "移交项目资料"),
                    (
                        "The former consultant hands over what a successor must know, line by line.",
                        "原顾问逐项移交接任者必须了解的内容。",
                    ),
                    role=WorkRole.CONSULTANT,
                    days=2,
                    evidence=EvidenceKind.CHECKLIST,
                    ask=(
                        ("Configuration and customisations", "配置与定制清单"),
                        ("Open requests and promises", "未完成的需求与承诺"),
                        ("People, their roles and their worries", "联系人、角色与顾虑"),
                        ("Milestones ahead", "后续里程碑"),
                    ),
                ),
                _step(
                    "call",
                    ("Tell the decision maker, by phone", "电话告知决策人"),
                    (
                        "Say who takes over and why, before an e-mail does. Ask what worries them.",
                        "在邮件之前亲口说明由谁接手、为什么，并询问对方的顾虑。",
                    ),
                    role=WorkRole.CSM,
                    days=2,
                    evidence=EvidenceKind.NOTE,
                    kind="call",
                ),
            ],
        },
        {
            "name": "Together",
            "name_zh": "共同过渡",
            "steps": [
                _step(
                    "meeting",
                    ("Meet with both consultants", "新旧顾问共同会议"),
                    (
                        "Both consultants and the customer go through open work. Write down what was agreed.",
                        "新旧顾问与客户一起过一遍未完成事项，记录达成的约定。",
                    ),
                    role=WorkRole.CONSULTANT,
                    days=5,
                    after="papers",
                    evidence=EvidenceKind.NOTE,
                ),
                _step(
                    "plan",
                    ("Send the plan of the next 30 days", "发送未来 30 天计划"),
                    ("The customer has it in writing. Give the link.", "让客户拿到书面计划，并填写链接。"),
                    role=WorkRole.CONSULTANT,
                    days=2,
                    after="meeting",
                    evidence=EvidenceKind.LINK,
                ),
            ],
        },
        {
            "name": "Done when the customer says so",
            "name_zh": "以客户认可为准",
            "steps": [
                _step(
                    "check",
                    ("Ask how the hand-over went", "回访交接效果"),
                    (
                        "Ask the administrator and the decision maker. If it stalls, say so here.",
                        "询问管理员与决策人；如有停滞，在此如实填写。",
                    ),
                    role=WorkRole.CSM,
                    days=5,
                    after="plan",
                    evidence=EvidenceKind.CHOICE,
                    ask=(
                        ("They are content", "客户满意"),
                        ("They have doubts; a new talk is set", "有疑虑，已约再次沟通"),
                        ("It stalls; the admin knows", "停滞，已告知管理员"),
                    ),
                ),
            ],
        },
    ]
}
RENEWAL: dict[str, Any] = {
    "stages": [
        {
            "name": "Look",
            "name_zh": "盘点",
            "steps": [
                _step(
                    "review",
                    ("Review use, health and open complaints", "盘点使用、健康度与未结投诉"),
                    ("What did they buy it for, and did they get it?", "客户当初为何购买，得到了吗？"),
                    role=WorkRole.CSM,
                    days=90,
                    before_term=True,
                    evidence=EvidenceKind.NOTE,
                ),
            ],
        },
        {
            "name": "Talk",
            "name_zh": "沟通",
            "steps": [
                _step(
                    "talk",
                    ("Talk to the decision maker about the next term", "与决策人沟通下一期"),
                    ("What has to be true for them to renew?", "满足什么条件客户会续约？"),
                    role=WorkRole.CSM,
                    days=60,
                    before_term=True,
                    evidence=EvidenceKind.NOTE,
                    kind="call",
                ),
                _step(
                    "offer",
                    ("Send the offer", "发送续约方案"),
                    ("Give the link to what was sent.", "填写已发送方案的链接。"),
                    role=WorkRole.CSM,
                    days=30,
                    before_term=True,
                    evidence=EvidenceKind.LINK,
                ),
            ],
        },
    ]
}
READY: tuple[tuple[str, str, str, Trigger, dict[str, Any]], ...] = (
    ("handover", "Hand-over", "交接", Trigger.CONSULTANT_CHANGED, HANDOVER),
    ("renewal", "Renewal", "续约", Trigger.RENEWAL, RENEWAL),
)
"""Code, English and Chinese name, what starts it, content."""
