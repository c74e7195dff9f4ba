"""Why an answer has no grade, in words for people: what happened and what to do. Used by the pages, the exports and the command line."""

from __future__ import annotations

from dataclasses import dataclass

from interviewer.models import Bilingual, Lang, Reason

_REASONS: dict[Reason, Bilingual] = {
    Reason.WRONG_KEY: Bilingual("模型端点不接受这个密钥。请检查 {key}，然后重新评分。", "The model endpoint does not accept the key. Check {key}, then grade again."),
    Reason.NO_SUCH_MODEL: Bilingual("端点上没有这个模型。请检查 INTERVIEWER_MODEL 和 {address}，然后重新评分。", "The endpoint has no such model. Check INTERVIEWER_MODEL and {address}, then grade again."),
    Reason.QUOTA: Bilingual("模型账户的额度用完了。充值或换一个密钥后重新评分。", "The model account's quota is used up. Top it up or use another key, then grade again."),
    Reason.RATE_LIMIT: Bilingual("模型端点限流了。过一会儿重新评分。", "The model endpoint limits the rate. Grade again in a little while."),
    Reason.TIMEOUT: Bilingual("模型端点没有按时答复。过一会儿重新评分；模型一直慢，就调大 INTERVIEWER_TIMEOUT 和 INTERVIEWER_DEADLINE。", "The model endpoint did not answer in time. Grade again in a little while; if the model is always slow, raise INTERVIEWER_TIMEOUT and INTERVIEWER_DEADLINE."),
    Reason.UNREACHABLE: Bilingual("连不上模型端点。请检查网络和 {address}，然后重新评分。", "The model endpoint cannot be reached. Check the network and {address}, then grade again."),
    Reason.SERVER_ERROR: Bilingual("模型端点出错了。过一会儿重新评分。", "The model endpoint failed. Grade again in a little while."),
    Reason.REFUSAL: Bilingual("模型拒绝评这份回答。可以重新评分，或换用离线评分器。", "The model refused to judge this answer. Grade again, or use the offline examiner."),
    Reason.CUT_OFF: Bilingual("模型的答复被截断了。可以重新评分，或调大 INTERVIEWER_MAX_OUTPUT。", "The model's reply was cut off. Grade again, or raise INTERVIEWER_MAX_OUTPUT."),
    Reason.UNPARSABLE: Bilingual("模型的答复不符合格式，无法采用。可以重新评分，或换一个模型。", "The model's reply did not follow the format and cannot be used. Grade again, or use another model."),
    Reason.BUDGET: Bilingual("这场面试或你今天的 token 或费用额度用完了。额度恢复或调大后可以重新评分。", "The budget of tokens or money for this interview, or of yours for today, is used up. Grade again when there is more."),
    Reason.TOO_LONG: Bilingual("回答太长，放不进模型的上下文。请用窗口更大的模型（INTERVIEWER_CONTEXT）重新评分。", "The answer does not fit into the model's window. Grade again with a model of a larger one (INTERVIEWER_CONTEXT)."),
    Reason.PROMPT_CUT: Bilingual("模型端点只读了提示的一部分，把其余的悄悄截掉了，这样的评分不可信，所以没有分数。{window}，然后重新评分。", "The model endpoint has read only part of the prompt and silently cut the rest, so that its grade could not be trusted and there is none. {window}, then grade again."),
    Reason.NOT_CONFIGURED: Bilingual("没有配置模型。设置 {needed}，或换用离线评分器。", "No model is configured. Set {needed}, or use the offline examiner."),
    Reason.NOT_RECOGNISED: Bilingual("这份回答有内容，但离线评分器几乎一处都没认出来，所以不给分数。可以换成模型评分，或请教练看。", "There is an answer here, but the offline examiner recognised hardly any of it, so it gives no number. Have a model grade it, or ask a coach."),
    Reason.INTERRUPTED: Bilingual("评分几次都没做完程序就停了。会自动再试，也可以重新评分。", "The program stopped each time before the grade was done. It is tried again by itself; you can also grade again."),
    Reason.INTERNAL: Bilingual("评分时程序出错。可以重新评分。", "The program failed while grading. Grade again."),
}  # fmt: skip
"""{key}, {address}, {needed} and {window} stand for what the provider in use has, see `OWN`."""


@dataclass(frozen=True, slots=True)
class ProviderWords:
    """What words about a provider must name: the settings of its key and address, what makes it configured, how its window is widened.

    {key} and {address} in it stand for those settings. `other_key`: under which name the key may be set as well.
    """

    key: str
    address: str
    needed: Bilingual
    window: Bilingual
    other_key: str = ""


_NEEDED = Bilingual("INTERVIEWER_MODEL 和 {key}（或 {address}）", "INTERVIEWER_MODEL and {key} (or {address})")
_BETWEEN = Bilingual(
    "这家服务商自己会拒绝太长的提示而不截断，所以是中间的什么截的：检查 {address}，或者把 INTERVIEWER_CONTEXT 设成它真正的大小",
    "This provider itself refuses a prompt that is too long and cuts none, so that something in between did: check {address}, or set INTERVIEWER_CONTEXT to its real size",
)
_ANY = ProviderWords(
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    _NEEDED,
    Bilingual(
        "请把端点的上下文窗口调大（Ollama：启动时设 OLLAMA_CONTEXT_LENGTH=16384，或在 Modelfile 里设 num_ctx），或者把 INTERVIEWER_CONTEXT 设成它真正的大小",
        "Enlarge the endpoint's context window (Ollama: start it with OLLAMA_CONTEXT_LENGTH=16384, or set num_ctx in the Modelfile), or set INTERVIEWER_CONTEXT to its real size",
    ),
)
OWN = {
    "anthropic": ProviderWords("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", _NEEDED, _BETWEEN),
    "google_genai": ProviderWords("GOOGLE_API_KEY", "GOOGLE_GEMINI_BASE_URL", _NEEDED, _BETWEEN, "GEMINI_API_KEY"),
    # Neither a key nor an address is needed, and its window is ours to set, as far as the model itself goes.
    "ollama": ProviderWords(
        "OLLAMA_API_KEY",
        "OLLAMA_HOST",
        Bilingual("INTERVIEWER_MODEL=ollama:模型名", "INTERVIEWER_MODEL=ollama:NAME"),
        Bilingual(
            "每次请求都把 INTERVIEWER_CONTEXT 作窗口带去了，所以是这个模型自己放不下：用 ollama show 看它的 context length，把 INTERVIEWER_CONTEXT 设得不超过它，或换一个窗口更大的模型",
            "Each request sets the window to INTERVIEWER_CONTEXT, so that the model itself holds less: look up its context length with `ollama show`, set INTERVIEWER_CONTEXT to no more than that, or use a model with a larger window",
        ),
    ),
}
"""By the provider that a model's name begins with."""


def _words_for(model: str) -> ProviderWords:
    provider, colon, _ = model.partition(":")
    return OWN.get(provider if colon else "", _ANY)


def settings_of(model: str) -> tuple[str, str]:
    """The names of the settings of a model's key and address. `model`: as configured."""
    words = _words_for(model)
    return words.key, words.address


def needed_for(model: str, lang: Lang) -> str:
    """The settings that make a language model configured. `model`: what is configured of it."""
    words = _words_for(model)
    return words.needed[lang].format(key=words.key, address=words.address)


def widen_window(model: str, lang: Lang) -> str:
    """What to do where an endpoint cuts prompts: a sentence without its full stop. `model`: as configured."""
    words = _words_for(model)
    return words.window[lang].format(address=words.address)


def no_model(model: str | None) -> str:
    """That no language model is configured, and what to set. `model`: what is configured of it."""
    return f"no language model is configured → set {needed_for(model or '', 'en')}"


def explain(reason: Reason, lang: Lang, model: str = "") -> str:
    """What happened and what to do about it, in a few sentences. `model`: as configured, for what its provider has."""
    words = _words_for(model)
    key = " / ".join(filter(None, (words.key, words.other_key)))
    return _REASONS[reason][lang].format(key=key, address=words.address, needed=needed_for(model, lang), window=widen_window(model, lang))
