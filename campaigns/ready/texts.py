"""The texts of the graded win-back, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A subject ("" where the channel has none) and a body."""

    subject: str
    body: str


@dataclass(frozen=True)
class ReadyTemplate:
    """A template by `code`, for one channel, in both languages."""

    code: str
    channel: str
    name: str
    name_zh: str
    en: Text
    zh: Text


REMINDER = ReadyTemplate(
    "win-back-reminder",
    "email",
    "Win-back 1: unfinished order",
    "召回一档：未完成订单提醒",
    Text(
        "{{ nickname }}, {{ cart_item }} is still waiting for you",
        """Hello {{ nickname }},

{% if cart_item %}you had picked {{ cart_item }} and we have kept it for you.{% else %}\
what you looked at last is still here.{% endif %}

Here is {{ coupon_worth | default: "a coupon" }} for your next order, with no minimum: \
<strong>{{ coupon_code }}</strong>\
{% if coupon_until %}, valid until {{ coupon_until }}{% endif %}.
{% if shop_link %}
Finish your order: {{ shop_link }}
{% endif %}
If something stood in your way, just answer this mail: a person reads it.

{{ shop_name }}""",
    ),
    Text(
        "{{ nickname }}，{{ cart_item }}还在等您",
        """{{ nickname }}，您好：

{% if cart_item %}您选好的{{ cart_item }}，我们还为您留着。{% else %}您上次看过的商品还在。{% endif %}

送您{{ coupon_worth | default: "一张优惠券" }}，无门槛使用，券码：<strong>{{ coupon_code }}</strong>\
{% if coupon_until %}，有效期至{{ coupon_until }}{% endif %}。
{% if shop_link %}
继续下单：{{ shop_link }}
{% endif %}
如果您遇到了什么问题，直接回复这封邮件，会有专人为您解答。

{{ shop_name }}""",
    ),
)
PUSH = ReadyTemplate(
    "win-back-push",
    "push",
    "Win-back 1: push reminder",
    "召回一档：应用推送提醒",
    Text(
        "Still thinking about {{ cart_item }}?",
        "{{ nickname }}, {{ cart_item }} is still in your cart. We have kept it for you.",
    ),
    Text("{{ cart_item }}还在购物车里", "{{ nickname }}，{{ cart_item }}还在等您，我们为您留着。"),
)
CALL = ReadyTemplate(
    "win-back-call",
    "call",
    "Win-back 2: adviser calls back",
    "召回二档：专属顾问回访",
    Text(
        "Call {{ nickname }} back",
        """Ask what was missing, listen, and write it down.

Last bought: {{ last_item }} ({{ last_category }}). Looked at: {{ viewed_item }}. \
Level {{ tier }}, {{ points }} points.\
{% if stage %} Stage: {{ stage }}.{% endif %}

Offer the membership trial only if it helps. Make no promise about prices.""",
    ),
    Text(
        "回访{{ nickname }}",
        """先问缺了什么，认真听，记下来。

最近购买：{{ last_item }}（{{ last_category }}）。浏览过：{{ viewed_item }}。等级 {{ tier }}，成长值 {{ points }}。\
{% if stage %}阶段：{{ stage }}。{% endif %}

只有在对用户有帮助时才提会员体验。不要对价格作任何承诺。""",
    ),
)
TRIAL = ReadyTemplate(
    "win-back-trial",
    "sms",
    "Win-back 2: membership trial",
    "召回二档：会员体验",
    Text(
        "",
        "{{ nickname }}, your adviser has put a membership trial into your account. No fee, it ends by itself."
        "{% if shop_link %} {{ shop_link }}{% endif %}",
    ),
    Text(
        "",
        "{{ nickname }}，专属顾问为您开通了会员体验，免费，到期自动结束。{% if shop_link %}{{ shop_link }}{% endif %}",
    ),
)
LETTER = ReadyTemplate(
    "win-back-letter",
    "email",
    "Win-back 3: letter with the year in review",
    "召回三档：高管信与年度回顾",
    Text(
        "{{ nickname }}, your year with us, and an apology",
        """Dear {{ nickname }},

I am responsible for {{ shop_name }}, and I noticed that you have been away for a while.

<h2>Your year with us</h2>

<ul>
<li>With us since: {{ year_since }}</li>
<li>You placed: {{ year_orders }}</li>
<li>You chose: {{ year_items }}</li>
<li>Your favourite: {{ year_favourite }}</li>
</ul>

<p>If we let you down, I am sorry. Answer this mail and tell me in one sentence what went wrong: \
I read every answer.</p>

<p>{{ adviser }} is there for you whenever you want to come back.{% if shop_link %} {{ shop_link }}{% endif %}</p>""",
    ),
    Text(
        "{{ nickname }}，这是您与我们的一年，也是我的一份歉意",
        """{{ nickname }}，您好：

我是{{ shop_name }}的负责人，注意到您有一段时间没有来了。

<h2>您的年度回顾</h2>

<ul>
<li>成为用户的时间：{{ year_since }}</li>
<li>您下过：{{ year_orders }}</li>
<li>您选过：{{ year_items }}</li>
<li>您最常买：{{ year_favourite }}</li>
</ul>

<p>如果是我们做得不好，我向您道歉。请回复这封邮件，用一句话告诉我哪里不对，每一封我都会看。</p>

<p>只要您愿意回来，{{ adviser }}随时在。{% if shop_link %}{{ shop_link }}{% endif %}</p>""",
    ),
)
TEMPLATES = (REMINDER, PUSH, CALL, TRIAL, LETTER)
