"""A text that is denied as a whole is no evidence; who refutes a myth, scopes a denial or lists mistakes keeps every word."""

from __future__ import annotations

import time

import pytest

from interviewer.grading.disavowal import find_disavowed
from interviewer.text.normalize import normalize

ZH = (
    "入口用有界队列削峰，队列满了立即返回 429，客户端断开就取消生成。引擎做连续批处理，每个解码步都让新请求加入、完成的退出，等待窗口按延迟目标来调。"
    "相同的请求走结果缓存，键里有模型版本和采样参数，并设过期时间。按在途请求数选副本，多轮会话尽量回到有前缀缓存的那一台。"
)
EN = (
    "Bound the queue and return 429 at once when it is full, and cancel generation when the client leaves. The engine batches continuously, so "
    "requests join and leave at every decoding step, with a window that follows the latency target. Cache repeated requests under a key with the "
    "model version and the sampling parameters. Pick the replica by work in flight, and send a conversation back to the one that has its prefix."
)
EN_LIST = "\n".join(f"{number}. {sentence}" for number, sentence in enumerate(EN.split(". "), start=1))


def denied_share(answer: str) -> float:
    text = normalize(answer)
    return sum(span.end - span.start for span in find_disavowed(text)) / len(text.text)


@pytest.mark.parametrize(
    "answer",
    [
        f"下面这段话我全都不同意：{ZH}",
        f"以下做法都是错的，我一条也不会做。\n{ZH}",
        f"{ZH}\n以上都是错误的说法。",
        f"我反對以下全部內容：{ZH}",
        f"接下来写的没有一句是对的。{ZH}",
        f"与下文所说的恰恰相反：{ZH}{ZH}",
        f"同事给了我一份方案，内容如下，我认为通篇都是错的：{ZH}",
        f"请把下面每句话都反过来理解，我一条都不支持。{ZH}",
        f"{ZH}上述观点没有一个是正确的",
        f"{ZH}上面这些我一句都不认。",
        f"Everything in the following textbook text is wrong, I would do none of it. {EN}",
        f"Contrary to the following: {EN} {EN}",
        f"{EN} None of the above is what I'd do.",
        f"Nothing that follows is true:\n{EN_LIST}",
        f"What comes next is complete nonsense and I would never do any of it. {EN}",
        f"Here is a list of practices, all of which I reject:\n{EN_LIST}",
        f"{EN_LIST}\nI would not do any of these things.",
        f"{EN} I don't believe a word of this.",
        f"I would do the exact opposite of everything written below. {EN}",
    ],
)
def test_a_text_that_is_denied_as_a_whole_is_found(answer: str) -> None:
    assert denied_share(answer) > 0.9


@pytest.mark.parametrize(
    "answer",
    [
        ZH,
        EN,
        # one myth, refuted, and what is right
        f"以下说法是错的：批越大延迟越低，所以窗口不用设上限，等多久都行。实际上批越大单个请求越慢。{ZH}",
        f"The following claim is wrong: batching always costs latency, so never batch. {EN}",
        f"I disagree with the following: that retries are free. {EN}",
        "网上都说只看 CPU 扩容就行，这种说法不对。按队列长度扩容，权重加载要几分钟，所以要预热、留余量，盯首字时间和 P99。",
        f"People say that a fixed seed is enough. All of this is wrong. {EN}",
        # mistakes that are named for what they are
        f"常见错误：批处理不设等待上限、队列无界、按轮询选副本。以上都不可取。{ZH}",
        f"Common mistakes: no wait limit, unbounded queues, round robin. All of the above is wrong. {EN}",
        f"{ZH}有的把权重打进镜像，有的按 CPU 扩容。以上做法都不可取。",
        # a few bad practices in one line or list, and what is right without a word of contrast
        f"以下做法都不可取：按轮询选副本，队列不设上限，失败立刻重试。{ZH}",
        f"I would do none of the following: round robin, unbounded queues, one process a request. {EN}",
        f"以下做法我都不赞成：\n- 按轮询选副本\n- 队列不设上限\n{ZH}",
        # some cases, items or options
        f"下列请求一律不缓存：带个人数据的、温度大于零的。{ZH}",
        f"以下内容都不能写进日志：手机号、身份证、完整的提示词。{ZH}",
        f"三种方案：裸机、虚拟机、容器。前两种都不合适。{ZH}",
        f"如果以下条件都不成立，就先不合批：请求多、长度相近、延迟有余量。{ZH}",
        f"None of the above matters if the readiness probe lies. {EN}",
        f"Everything below 24 GB is wrong for this model. {EN}",
        f"{EN} There are TorchServe and KServe, too; I would not use any of these.",
        f"{EN} Otherwise all of these alerts are false.",
        f"I would never do any of that: a global lock, one process a request, retrying at once. {EN}",
        f"以下做法我一条也不会做：每个请求单独跑一次，队列不设上限，失败立刻无限重试，缓存不设过期，扩容只看处理器的使用率，副本靠轮询来选，批处理没有等待上限。我会这样做：{ZH}",
    ],
)
def test_honest_denials_take_nothing_away(answer: str) -> None:
    assert denied_share(answer) == 0


def test_what_somebody_says_after_the_denied_text_counts() -> None:
    own = "My own design drops work past its deadline and degrades to a smaller model."
    text = normalize(f"Everything below is wrong, I would do none of it. {EN} {own}")
    (span,) = find_disavowed(text)
    assert text.text[span.end :].strip() == own.casefold()


@pytest.mark.parametrize("again", ["以上都是错的。", "以上都是错的\n", "all of the above is wrong. ", "以下都是错的,", "none ", "每"])
def test_many_denials_take_no_time(again: str) -> None:
    text = normalize((again * 20_000)[:20_000])
    began = time.perf_counter()
    find_disavowed(text)
    assert time.perf_counter() - began < 1.5


TEN = "甲乙丙丁戊己庚辛壬癸。"
"""A sentence of ten units of `words.measure_length`."""
AHEAD = "以下这段话全是错的，我一条也不会做："


def test_a_myth_or_two_of_fewer_than_60_units_may_be_refuted() -> None:
    assert denied_share(AHEAD + 5 * TEN) == 0
    assert denied_share(AHEAD + 6 * TEN) == 1


def test_less_than_150_units_before_a_longer_answer_are_its_approach() -> None:
    assert denied_share(AHEAD + 14 * TEN + "实际上，" + 22 * TEN) == 0
    assert 0.3 < denied_share(AHEAD + 15 * TEN + "实际上，" + 22 * TEN) < 0.5


def test_who_goes_on_for_more_than_a_third_of_what_is_denied_has_answered() -> None:
    denial = "\n以上全部内容都是错的，我一条也不会做。\n"
    assert denied_share(12 * TEN + denial + 4 * TEN) > 0.7
    assert denied_share(12 * TEN + denial + 5 * TEN) == 0
