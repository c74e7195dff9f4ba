"""What pydantic finds wrong with a part of a question file, in our words. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

from pydantic_core import ErrorDetails

from interviewer.questions.checks import Finding, finding, place
from interviewer.questions.located import Loc, Plain

_SAID: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "text_type": (
        ("这里应是文字", "text is expected here"),
        ("写文字；以 { 或 [ 开头时加引号", "write text; put it in quotes if it begins with { or ["),
    ),
    "text_empty": (
        ("这里是空的", "the text is empty"),
        ("写上文字或删掉这个键；真要写 null 这个词时加引号", "write the text or remove the key; quote it if the word null is meant"),
    ),
    "text_control": (("文字里有控制字符", "the text holds a control character"), ("删掉那个字符", "remove the character")),
    "text_long": (("文字太长", "the text is too long"), ("不超过 300 个字符", "keep to 300 characters")),
    "id": (
        ("这不是合法的 id", "this is no valid id"),
        ("用小写字母、数字和单个连字符，最多 64 个字符", "use lower-case letters, digits and single hyphens, at most 64 characters"),
    ),
    "whole": (
        ("这里应是整数", "a whole number is expected here"),
        ("写数字，不加引号，例如 2", "write digits without quotes, for example 2"),
    ),
    "number": (
        ("这里应是数", "a number is expected here"),
        ("写数，不加引号，例如 12.5", "write a number without quotes, for example 12.5"),
    ),
    "truth": (
        ("这里应是 true 或 false", "true or false is expected here"),
        ("写 true 或 false，不加引号", "write true or false, without quotes"),
    ),
    "day": (("这里应是日期", "a day is expected here"), ("写成 2026-01-31 这样", "write it as in 2026-01-31")),
    "address": (
        ("这里应是网址", "an address is expected here"),
        ("写以 https:// 或 http:// 开头的网址", "write one that begins with https:// or http://"),
    ),
    "language": (("没有这种语言", "this is no language"), ("写 zh 或 en", "write zh or en")),
    "digest": (
        ("这不是摘要", "this is no digest"),
        ("写文档文字的 SHA-256，64 位十六进制，或删掉这个键", "write the SHA-256 of the document's text, 64 hex digits, or remove the key"),
    ),
    "origin": (
        ("这不是出处", "this is no origin"),
        ("写成 12-40、~12-40、added 或 usual，或删掉它", "write it as in 12-40, ~12-40, added or usual, or remove it"),
    ),
    "enum": (
        ("没有这个角度", "this is no known angle"),
        ("写 trade-off、failure、scale 或 cost", "write trade-off, failure, scale or cost"),
    ),
    "list_type": (
        ("这里应是列表", "a list is expected here"),
        ("每项一行，以连字符开头", "write the entries one per line, each beginning with a hyphen"),
    ),
    "model_type": (("这里应是键和值", "keys and values are expected here"), ("写成 {zh: …, en: …}", "write them as in {zh: …, en: …}")),
}


def explain_breach(detail: ErrorDetails, known: Collection[str]) -> Finding:
    """The finding, at the key that it is about, also where that is missing. `known`: the keys that there can be beside it."""
    kind, loc, context = detail["type"], detail["loc"], detail.get("ctx") or {}
    zh, en = place(loc, "zh"), place(loc)
    if kind == "missing":
        key, inside = str(loc[-1]), loc[:-1]
        name_zh, name_en = _LANGUAGES.get(key, (f"键 {key!r}", f"the key {key!r}"))
        said = (f"{place(inside, 'zh')}缺少{name_zh}", f"{name_en} is missing in {place(inside)}")
        return finding(loc, said, (f"加上 {key}: …", f"add {key}: …"))
    if kind == "extra_forbidden":
        return _unknown_key(loc, known, detail.get("input"))
    if kind == "too_short":
        least = context.get("min_length", 1)
        remedy = (f"至少写 {least} 项；可省的话删掉这个键", f"write at least {least} entry, or remove the key if it is optional")
        return finding(loc, (f"{zh} 是空的", f"{en} is empty"), remedy)
    if kind == "too_long":
        most = context.get("max_length")
        return finding(loc, (f"{zh} 的项太多", f"{en} has too many entries"), (f"最多 {most} 项", f"keep {most} at most"))
    if kind in _SAID:
        message, remedy = _SAID[kind]
        return finding(loc, (f"{zh}：{message[0]}", f"{en}: {message[1]}"), remedy)
    return finding(loc, (f"{zh}：{_limit(context)}", f"{en}: {detail['msg']}"), ("写一个范围内的值", "write a value within these limits"))


_LANGUAGES = {"zh": ("中文（zh）", "the Chinese text (zh)"), "en": ("英文（en）", "the English text (en)")}


def _limit(context: Mapping[str, object]) -> str:
    """The limits that a number breaks, as pydantic names them."""
    signs = {"gt": "大于", "ge": "不小于", "lt": "小于", "le": "不大于"}
    return "，".join(f"应{sign} {context[key]}" for key, sign in signs.items() if key in context) or "不在范围内"


def _unknown_key(loc: Loc, known: Collection[str], given: object) -> Finding:
    key = str(loc[-1])
    if key in {"follow_ups", "follow_up"} and "follow_ups" not in known:
        remedy = ("移到它所追问的要点的 follow_ups 下面", "move it under follow_ups of the point that it probes")
        return finding(loc, ("追问不属于任何要点", "a follow-up belongs to no point"), remedy)
    if key == "point" and "follow_ups" in loc:
        remedy = ("删掉这个键，把追问放到那个要点的 follow_ups 下面", "remove the key and put the follow-up under follow_ups of that point")
        return finding(loc, ("追问写了要点的名字", "a follow-up names a point"), remedy)
    close, listed = difflib.get_close_matches(key, known, n=1), ", ".join(sorted(known))
    zh, en = (
        (f"是不是 {close[0]!r}？", f"did you mean {close[0]!r}?")
        if close
        else (f"删掉它；这里可用：{listed}", f"remove it; known here: {listed}")
    )
    if isinstance(given, Plain) and given == "" and not close:
        zh += "；如果它是 { } 里带逗号的文字的后半截，给整段文字加引号"
        en += "; if it is the end of a text with a comma inside { }, put the whole text in quotes"
    return finding(loc, (f"{place(loc[:-1], 'zh')}里没有 {key!r} 这个键", f"unknown key {key!r} in {place(loc[:-1])}"), (zh, en))
