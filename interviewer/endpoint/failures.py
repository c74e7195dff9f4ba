"""What an endpoint's error means: from a status, a code and a message to one of `models.Reason`, and whether to try again.

Pure, and the only table of errors: chat and embeddings both read it. A status alone says little (a used-up balance comes with 400, 402,
403 and 429), so the words decide together with it. Messages are only looked into, never kept: they may quote the prompt or the key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from interviewer.endpoint.error_body import Said
from interviewer.models import Reason

# Each alternative has an example in tests/unit/test_failures.py. All are looked for in lower case.
_MONEY = re.compile(
    r"insufficient[ _](?:user[ _])?(?:quota|account|balance|credits?|funds)|(?:balance|credits?|funds)\b.{0,30}(?:insufficient|not enough|too low|exhausted"
    r"|depleted|used up|negative)|out of (?:credits?|funds|quota)|(?:any|more|no) credits|used all available credits|spending limit|arrear"
    r"|overdue|good standing|payment required|free ?tier.{0,60}(?:exhausted|used up)|free trial quota|account.{0,40}(?:suspended|not active)"
    r"|budget.{0,20}exceed|(?:trial|subscription|plan|package).{0,20}expired|run out of (?:money|tokens)"
    r"|欠费|余额|充值|额度(?:不足|已|用|耗)|扣费|资源包|账单|套餐.{0,8}(?:到期|用)|免费额度|包.{0,4}(?:用完|用尽|到期)"
)
_RATE = re.compile(
    r"rate[ _-]?limit|too many (?:requests|concurrent)|throttl|concurren|per[ _-]?(?:minute|second|min\b)|(?:retry|try again) (?:in|after) \d"
    r"|\b(?:rpm|tpm|qps|qpm)\b|too frequent|并发|频率|限流|限速|请求.{0,4}过多|过于频繁|每分钟|每秒"
)
_QUOTA = re.compile(
    r"exceeded[ _](?:your )?current[ _]quota|no quota|quota.{0,12}(?:exhausted|used up)|quota[ _.]?exceeded|exceeded.{0,30}quota|billing|(?:daily|weekly|monthly).{0,14}limit"
    r"|配额|限额|今日调用|次数.{0,6}(?:用完|用尽|上限)"
)
_TOO_LONG = re.compile(
    r"context[ _]?(?:length|window|size)|(?:prompt|input)(?: is)? too long|too many (?:input )?tokens|string_above_max_length|tokens_too_long"
    r"|range of input length|model token limit|(?:input|prompt) (?:tokens?|length) exceed|tokens? ?总?数.{0,8}(?:超过|超出)|超长|过长|上下文(?:长度|窗口)|输入.{0,8}(?:超过|超出)"
)
_NO_MODEL = re.compile(
    r"model_?not_?(?:found|open|exist)|deployment_?not_?found|model.{0,80}(?:not found|does not exist|not exist)|(?:no such|unknown|invalid) model"
    r"|access to (?:the )?model|model[ ._]?access[ ._]?denied|not activated the model|模型.{0,12}(?:不存在|未找到|未开通|无权)|权限.{0,6}模型"
    r"|model ['\"`]?[\w./:-]*[\d/-][\w./:-]*['\"`]? is not (?:supported|available)"
)
_WRONG_KEY = re.compile(
    r"invalid[ _-]?(?:api[ _-]?key|x-api-key|authentication)|incorrect api key|api[ _-]?key.{0,40}(?:not valid|invalid|incorrect|missing|expired|required)"
    r"|(?:invalid|missing) (?:api[ _]?key|access token|credentials)|api_key_invalid|authentication.?(?:fail|error)|unauthori[sz]ed"
    r"|(?:密钥|令牌|api ?key).{0,12}(?:无效|错误|不正确|过期|非法|不存在)|(?:无效的?|未提供|缺少) ?(?:密钥|令牌|api ?key)|身份验证|鉴权"
)
_FILTER = re.compile(
    r"content_?filter|content_policy|content management policy|responsibleaipolicy|data_?inspection|inappropriate content|content exists risk"
    r"|considered high risk|(?<!case)[^-a-z]sensitive|sensitive_?(?:content|words)|^sensitive|censor|moderation|flagged|prohibited_?content"
    r"|usage polic|safety (?:system|policy|filter)|harmful|unsafe|risk_?control|blocked by|violat\w* (?:our|the|content|usage)"
    r"|敏感|违规|不安全|内容(?:审核|安全)|审核(?:不|未)通过|不合规|存在风险|风控|违禁|安全策略|拦截|违反.{0,12}(?:法律|法规|政策|规)"
)
_BAD_GENERATION = re.compile(
    r"json_validate_failed|tool_use_failed|failed to generate json|failed to (?:call a function|parse (?:tool|input|output|the model))"
    r"|(?:error|failed) parsing tool call|model (?:output|produced|generated).{0,40}(?:invalid|not valid|malformed|could not be parsed)|malformed_function_call"
)
_NAMES_KIND = re.compile(
    r"response_?format|json_schema|json_object|json[ _]mode|structured[ _]output|tool_?choice|\btools?\b|function|guided|grammar|schema"
)

_BY_NUMBER = {
    **dict.fromkeys(("1301", "1026", "1027", "10013", "10014", "10019"), Reason.REFUSAL),
    **dict.fromkeys(("1113", "1304", "1308", "1309", "1008", "30001", "11201"), Reason.QUOTA),
    **dict.fromkeys(("1302", "1303", "1305", "1039", "11202", "11203"), Reason.RATE_LIMIT),
    **dict.fromkeys(("1261", "10907", "336103"), Reason.TOO_LONG),
    **dict.fromkeys(("1211", "20012"), Reason.NO_SUCH_MODEL),
    **dict.fromkeys(("1004", "2049"), Reason.WRONG_KEY),
}
"""Numbers that Zhipu, MiniMax, iFlytek, Baidu and SiliconFlow document, where no two of them mean different things by one."""
_CODE = re.compile(r"^(?:[A-Za-z][\w.-]{0,39}|\d{3,6})$")
_UNSETTLING = frozenset({400, 404, 405, 415, 422, 500, 501})
"""Statuses with which servers turn down a kind of structured output that they do not know."""
_CLEAR = frozenset({400, 405, 415, 422, 501})
"""Those among them that say so before any work was done."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed attempt. `retry`: the same request may do better; `retry_after`: seconds the endpoint asked to wait.

    `rejects`: the endpoint may merely not know the kind of structured output, so another kind is worth a try; `clearly`: it said so
    before any work, so that the try cost nothing. `status`: of the HTTP answer, 0 if there was none or it was no error.
    """

    reason: Reason
    detail: str
    retry: bool = False
    rejects: bool = False
    retry_after: float | None = None
    clearly: bool = False
    status: int = 0


def classify_status(status: int, code: str, message: str, retry_after: float | None = None) -> Failure:
    """The meaning of an HTTP error answer. `code` and `message` as in OpenAI's error body, empty if there were none."""
    detail = f"HTTP {status}" + (f" ({code})" if _CODE.match(code) else "")
    said = f"{code} {message}".lower()
    if status in _UNSETTLING and _BAD_GENERATION.search(said):
        return Failure(Reason.UNPARSABLE, detail, retry=True, rejects=True, status=status)
    reason = _reason_of(status, said, code)
    rejects = status in _UNSETTLING and reason in (Reason.SERVER_ERROR, Reason.NO_SUCH_MODEL) and not _NO_MODEL.search(said)
    retry = reason in (Reason.RATE_LIMIT, Reason.TIMEOUT) or (reason is Reason.SERVER_ERROR and (status >= 500 or status == 409))
    clearly = rejects and (status in _CLEAR or _NAMES_KIND.search(said) is not None)
    return Failure(reason, detail, retry=retry, rejects=rejects, retry_after=retry_after, clearly=clearly, status=status)


def classify_inside(said: Said) -> Failure:
    """The meaning of an error that came with status 200, whole or within a stream: by its own number, else by its words."""
    if said.number:
        return classify_status(said.number, said.code, said.message)
    told = classify_status(400, said.code, said.message)
    return told if told.reason is not Reason.SERVER_ERROR else classify_status(500, said.code, said.message)


def _reason_of(status: int, said: str, code: str) -> Reason:
    refused = status < 500  # words of a server that is down may be about anything
    if status == 402 or _MONEY.search(said):
        return Reason.QUOTA
    if code in _BY_NUMBER:
        return _BY_NUMBER[code]
    if status in (400, 403, 429) and not _RATE.search(said) and _QUOTA.search(said):
        return Reason.QUOTA
    if status == 429 or (status in (400, 403) and _RATE.search(said)):
        return Reason.RATE_LIMIT
    if status == 413 or (_TOO_LONG.search(said) and refused):
        return Reason.TOO_LONG
    if status == 451 or (_FILTER.search(said) and (refused or status == 500)):
        return Reason.REFUSAL
    if status == 401 or _WRONG_KEY.search(said):
        return Reason.WRONG_KEY
    if status == 404 or _NO_MODEL.search(said):
        return Reason.NO_SUCH_MODEL
    if status == 403:
        return Reason.WRONG_KEY
    return Reason.TIMEOUT if status == 408 else Reason.SERVER_ERROR


def parse_retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait, from `retry-after-ms` or `Retry-After` (seconds or a date); None if absent or senseless."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) * scale
        except ValueError:
            seconds = _until(value, now or datetime.now(UTC))
        if 0 <= seconds < 86_400:
            return seconds
    return None


def _until(date: str, now: datetime) -> float:
    try:
        return max(0.0, (parsedate_to_datetime(date) - now).total_seconds())
    except (ValueError, TypeError):
        return -1.0
