"""What the settings say together: names that are none, contradictions, limits."""

from __future__ import annotations

from collections.abc import Iterable

from interviewer.config import Settings, misspelt_settings
from interviewer.contradictions import find_contradictions
from interviewer.doctor.checks import Check, State, same
from interviewer.models import Bilingual

_NAME = Bilingual("设置", "Settings")
_TABLE = Bilingual("所有设置见 docs/settings.md", "docs/settings.md has all of them")


def check_settings(settings: Settings, misspelt: Iterable[tuple[str, str | None]] | None = None) -> list[Check]:
    """A line for each name that is no setting and for each contradiction, or one that there is none. `misspelt`: else looked up."""
    checks = []
    for name, nearest in misspelt_settings() if misspelt is None else misspelt:
        zh, en = (f"，是不是想写 {nearest}？", f"; did you mean {nearest}?") if nearest else ("", "")
        checks.append(Check(_NAME, State.NOTE, Bilingual(f"没有叫 {name} 的设置{zh}", f"{name} is no setting{en}"), _TABLE))
    for rule in find_contradictions(settings):
        found = Bilingual(f"{rule.names}：{rule.wrong.zh}", f"{rule.names}: {rule.wrong.en}")
        checks.append(Check(_NAME, State.NOTE if rule.harmless else State.BAD, found, rule.remedy))
    return checks or [Check(_NAME, State.GOOD, Bilingual("没有矛盾，也没有拼错的名字", "no contradictions and no misspelt names"))]


def check_limits(settings: Settings) -> Check:
    """What a model may take."""
    name = Bilingual("限额", "Limits")
    limits = [
        (settings.token_budget, "每场 {:,} token", "{:,} tokens per interview"),
        (settings.cost_budget if settings.price else 0, "每场 {:g} 美元", "{:g} dollars per interview"),
        (settings.daily_tokens, "每人每天 {:,} token", "{:,} tokens per person and day"),
        (settings.daily_cost if settings.price else 0, "每人每天 {:g} 美元", "{:g} dollars per person and day"),
        (settings.answers_a_minute, "每人每分钟 {} 份回答", "{} answers per person and minute"),
    ]
    found = Bilingual(
        "，".join(zh.format(limit) for limit, zh, _ in limits if limit) or "没有限额",
        ", ".join(en.format(limit) for limit, _, en in limits if limit) or "none",
    )
    if any(limit for limit, *_ in limits[:4]):
        return Check(name, State.GOOD, found)
    remedy = Bilingual(
        "模型用多少没有上限：设 INTERVIEWER_TOKEN_BUDGET 或 INTERVIEWER_DAILY_TOKENS",
        "nothing limits what the model takes: set INTERVIEWER_TOKEN_BUDGET or INTERVIEWER_DAILY_TOKENS",
    )
    return Check(name, State.NOTE, found, remedy)


def broken_settings(problem: str) -> Check:
    """The settings cannot even be read."""
    return Check(_NAME, State.BAD, same(problem))
