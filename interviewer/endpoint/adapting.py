"""Reading from an error which field of a request an endpoint does not take, and sending it otherwise from then on. Pure.

Gateways to one protocol differ in a few fields: the name of the limit of a reply, its height, a temperature, the usage of a stream, the
role of the system text, keywords of a schema. Each is adapted to once: another name, a lower value, or left out.
The kind of structured output is no such field: `retry` goes on to the next kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interviewer.endpoint.error_body import Said
from interviewer.models import Bilingual

LIMITS = ("max_tokens", "max_completion_tokens")
"""Two names of one thing: the first is the older and the commoner, the second OpenAI's own."""
ROLE, STREAM_OPTIONS, STREAM, TEMPERATURE = "system", "stream_options", "stream", "temperature"
KEYWORDS = frozenset(
    {"additionalProperties", "strict", "title", "description", "minItems", "maxItems", "minLength", "maxLength", "pattern"}
)
"""Keywords of a schema without which it still tells the shape."""
MOST = 5
"""Adaptations to one request; who turns down more is another kind of server."""


@dataclass(frozen=True, slots=True)
class Adaptation:
    """A field that is sent otherwise. `instead`: another name, a lower value, for the role "user"; None: left out."""

    field: str
    instead: str | int | None = None

    @property
    def told(self) -> Bilingual:
        """What is done, for people."""
        if self.field == ROLE:
            return Bilingual("system 消息并入用户消息", "the system text joins the user's message")
        if self.instead is None:
            return Bilingual(f"不发送 {self.field}", f"{self.field} left out")
        return Bilingual(f"{self.field} → {self.instead}", f"{self.field} → {self.instead}")


def is_known(field: str, instead: object) -> bool:
    """Whether this is an adaptation that `propose` could have made."""
    if field in LIMITS:
        return instead is None or instead in LIMITS or (isinstance(instead, int) and instead > 0)
    return (field == ROLE and instead == "user") or (field in {STREAM_OPTIONS, STREAM, TEMPERATURE, *KEYWORDS} and instead is None)


# ---------------------------------------------------------------- sending otherwise


def adapt(body: Mapping[str, Any], adaptations: Iterable[Adaptation]) -> dict[str, Any]:
    """The body of a request as an endpoint takes it."""
    adapted = dict(body)
    for each in adaptations:
        if each.field == ROLE:
            adapted["messages"] = _without_system(adapted["messages"])
        elif each.field in KEYWORDS:
            adapted |= {key: _without_keyword(adapted[key], each.field) for key in ("response_format", "tools") if key in adapted}
        elif each.field in adapted:
            value = adapted.pop(each.field)
            if isinstance(each.instead, int):
                adapted[each.field] = min(value, each.instead)
            elif each.instead is not None:
                adapted[each.instead] = value
            if each.field == STREAM:
                adapted.pop(STREAM_OPTIONS, None)
    return adapted


def _without_system(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The system text before the first message of the user, so that the beginning stays the same for every answer."""
    system = [str(message["content"]) for message in messages if message["role"] == "system"]
    others = [dict(message) for message in messages if message["role"] != "system"]
    if not others:
        return [{"role": "user", "content": "\n\n".join(system)}]
    return [{**others[0], "content": "\n\n".join([*system, str(others[0]["content"])])}, *others[1:]]


def _without_keyword(value: Any, keyword: str) -> Any:
    """A schema without a keyword; the names of properties are no keywords."""
    if isinstance(value, list):
        return [_without_keyword(inner, keyword) for inner in value]
    if not isinstance(value, Mapping):
        return value
    found = {}
    for key, inner in value.items():
        if key == "properties" and isinstance(inner, Mapping):
            found[key] = {name: _without_keyword(each, keyword) for name, each in inner.items()}
        elif key != keyword:
            found[key] = _without_keyword(inner, keyword)
    return found


# ---------------------------------------------------------------- reading what is not taken

_LIMIT = (
    r"max_(?:completion_|new_)?tokens|max_?(?:output|completion)_?tokens|max(?:imum)? (?:(?:output|completion|new) )?tokens"
    r"|(?:output|completion) tokens|最大(?:输出|生成|回复|token)|输出.{0,6}(?:长度|token)"
)
_MENTIONS = {
    LIMITS[0]: re.compile(_LIMIT, re.IGNORECASE),
    TEMPERATURE: re.compile(r"(?<![a-z])temperature(?![a-z])|温度", re.IGNORECASE),
    STREAM_OPTIONS: re.compile(r"stream_?options|include_?usage", re.IGNORECASE),
    STREAM: re.compile(
        r"(?<![\w])[\"'`“‘]?stream[\"'`”’]?(?![\w])(?=.{0,30}(?:not|un|false|不))|streaming is not|support stream|不支持流式|流式.{0,6}不支持",
        re.IGNORECASE,
    ),
    # No other role than that of the system text can be meant: the only other one is the user's.
    ROLE: re.compile(
        r"(?<![a-z_])roles?(?![a-z_])|developer instruction|[\"'`“‘]system[\"'`”’]|system (?:message|prompt|instruction)s?\b|first message"
        r"|角色|(?:首|第一)条消息|system ?(?:角色|消息|指令|提示)|不(?:支持|允许).{0,12}system|system.{0,12}(?:不|无效|非法)|系统(?:角色|消息|指令|提示)",
        re.IGNORECASE,
    ),
    "kind": re.compile(
        r"response_?format|json_schema|json_object|json mode|tool_?choice|(?<![a-z])tools?(?![a-z])|functions?\b", re.IGNORECASE
    ),
}
_LISTS = re.compile(
    r"(?<!not )\b(?:supported|allowed|valid|permitted|known|accepted|available)(?: \w+)? (?:fields|parameters|params|arguments|keys|properties)"
    r"(?: are|:| include).*?(?:[.;。；](?:\s|$)|$)|(?<!不)(?:仅支持|支持的|可用)(?:参数|字段)(?:为|有|：|:).*?(?:[。；;]|$)",
    re.IGNORECASE,
)
"""What a server lists as allowed is not what it complains of."""
_UNKNOWN = re.compile(
    r"unknown|unsupported|not supported|n't support|not support|unrecogni[sz]ed|unexpected|not (?:allowed|permitted|valid)|cannot find|no such"
    r"|extra|forbidden|invalid|不支持|未知|无法识别|不识别|非法|无效|不允许",
    re.IGNORECASE,
)
_TOO_HIGH = re.compile(
    r"too (?:large|high|big|long)|exceed|maximum|at most|less than|lower than|limit|range|between|must be|should be|<|>|≤"
    r"|超过|超出|过大|最大|上限|范围|不能大于|小于|取值",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.<-])(?<!code: )(?<!code )(?<!http )(?<!status )(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?![A-Za-z0-9_.-]*[A-Za-z])",
    re.IGNORECASE,
)
"""A number that is no part of a model's name and no status."""
_EXCLUSIVE = re.compile(r"(?:less than|lower than|below|<(?!=) ?)(?! or equal)\D{0,20}$|小于(?!等于)\D{0,6}$", re.IGNORECASE)


def propose(said: Said, sent: Mapping[str, Any], made: Sequence[Adaptation]) -> Adaptation | None:
    """What to send otherwise after this error, None if it names no field of `sent` that can be. `made`: what was adapted before."""
    field = _blamed(said, sent)
    if field in LIMITS:
        return _lower_or_rename(field, said.message, sent[field], renamed=any(each.instead in LIMITS for each in made))
    if field == ROLE:
        return Adaptation(ROLE, "user")
    return Adaptation(field) if field else None


def _blamed(said: Said, sent: Mapping[str, Any]) -> str | None:
    """The field that an error is about: the one that it names apart, else the first that its message mentions."""
    limit = next((name for name in LIMITS if name in sent), None)
    present = {
        LIMITS[0]: limit, TEMPERATURE: TEMPERATURE if TEMPERATURE in sent else None, STREAM: STREAM if STREAM in sent else None,
        STREAM_OPTIONS: STREAM_OPTIONS if STREAM_OPTIONS in sent else None,
        ROLE: ROLE if any(message["role"] == "system" for message in sent.get("messages", ())) else None,
    }  # fmt: skip
    for name in said.names:
        keyword = next((word for word in KEYWORDS if name.split(".")[-1] == word and _holds(sent, word)), None)
        if keyword:
            return keyword
        if name.startswith("messages") and name.rstrip("]").endswith(("role", "system")):
            return present[ROLE]
        found = next(
            (kind for kind, pattern in _MENTIONS.items() if kind != ROLE and re.match(f"(?:{pattern.pattern})", name, re.IGNORECASE)), None
        )
        if name.split(".")[0] == "stream":
            found = STREAM
        if found:
            return present.get(found)
    message = _LISTS.sub(" ", said.message)
    keyword = _unknown_keyword(message, sent)
    if keyword:
        return keyword
    mentions = [
        (match.start(), kind)
        for kind, pattern in _MENTIONS.items()
        if (match := pattern.search(message)) and (kind == "kind" or present[kind])
    ]
    return present.get(min(mentions)[1]) if mentions else None


def _unknown_keyword(message: str, sent: Mapping[str, Any]) -> str | None:
    """A keyword of the schema, in quotes or as no other word is written, that is called unknown."""
    if not _UNKNOWN.search(message) or re.search(r"is required|must be", message):
        return None
    for word in sorted(KEYWORDS):
        pattern = rf"\b{word}\b" if word != word.lower() else rf"[\"'`“‘.]{word}[\"'`”’]"
        if re.search(pattern, message) and _holds(sent, word):
            return word
    return None


def _holds(sent: Mapping[str, Any], keyword: str) -> bool:
    shapes = {key: sent[key] for key in ("response_format", "tools") if key in sent}
    return bool(shapes) and _without_keyword(shapes, keyword) != shapes


def _lower_or_rename(field: str, message: str, value: Any, *, renamed: bool) -> Adaptation:
    other = LIMITS[1 - LIMITS.index(field)]
    if _TOO_HIGH.search(message):
        lower = _highest_below(value, message)
        if lower:
            return Adaptation(field, lower)
        if not re.search(rf"{other}|instead|unsupported|unknown|unrecogni|not supported|不支持", message, re.IGNORECASE):
            return Adaptation(field)
    return Adaptation(field) if renamed else Adaptation(field, other)


def _highest_below(value: Any, message: str) -> int | None:
    """The largest number of a message that is lower than what was sent: the limit that it tells."""
    found = []
    for match in _NUMBER.finditer(message):
        number = int(match[0].replace(",", ""))
        exclusive = _EXCLUSIVE.search(message[: match.start()]) or message[match.end() :].lstrip(" `'\"").lower().startswith(
            ("(exclusive", "(不含")
        )
        found.append(number - 1 if exclusive else number)
    lower = [number for number in found if 0 < number < value]
    return max(lower, default=None)
