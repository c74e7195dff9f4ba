"""A reference that is turned round sentence by sentence is no evidence; told from memory it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interviewer.grading.evidence import Claim, vet_verdicts
from interviewer.grading.rubric.reading import read_answer
from interviewer.grading.turned import find_turned
from interviewer.models import Bilingual, VerdictStatus
from interviewer.text.normalize import normalize
from tests.unit.test_evidence import QUESTION

REFERENCE = Bilingual(
    "入口用有上限的队列削峰，队列满了立即拒绝请求。引擎把请求攒成批处理，批越大吞吐越高，单个请求却越慢。"
    "相同请求走结果缓存，键里包含模型版本并设过期时间。按在途请求数选副本，权重加载要几分钟，所以要提前预热。网关同步返回编号，工作进程异步生成图片。",
    "Bursts go into a bounded queue, and a full queue rejects requests at once. The engine collects requests into batches: larger batches raise "
    "throughput and slow down each request. Repeated requests come from a result cache whose key includes the model version. Replicas are chosen by "
    "work in flight; loading weights takes minutes, so they must be warmed up before traffic arrives.",
)
ASKED = replace(QUESTION, reference=REFERENCE)


def turned(answer: str) -> str:
    text = normalize(answer)
    return "".join(text.text[span.start : span.end] for span in find_turned(text, ASKED))


@pytest.mark.parametrize(
    "answer",
    [
        "入口用无界的队列削峰，队列满了也不拒绝请求。引擎把请求攒成批处理，批越小吞吐越高，单个请求却越快。"
        "相同请求不走结果缓存，键里不包含模型版本也不设过期时间。不按在途请求数选副本，权重加载只要几毫秒，所以不必提前预热。",
        "入口用無界的隊列削峰，隊列滿了也不拒絕請求。引擎把請求攢成批處理，批越小吞吐越高，單個請求卻越快。相同請求不走結果緩存，鍵裡不包含模型版本。",
        "Bursts go into an unbounded queue, and a full queue accepts requests at once. The engine collects requests into batches: smaller batches raise "
        "throughput and speed up each request. Repeated requests never come from a result cache whose key includes the model version.",
    ],
)
def test_a_reference_turned_round_is_found_from_its_first_sentence_to_its_last(answer: str) -> None:
    assert turned(answer).rstrip("。.") == normalize(answer).text.rstrip("。.")


def test_neither_examiner_takes_it_for_evidence() -> None:
    answer = "入口用无界的队列削峰，队列满了也不拒绝请求。引擎把请求攒成批处理，批越小吞吐越高，单个请求却越快。相同请求不走结果缓存，键里不包含模型版本。"
    claim = Claim("queue", VerdictStatus.COVERED, "入口用无界的队列削峰")
    assert vet_verdicts([claim], question=ASKED, answer=answer)[0].unproven
    assert not vet_verdicts([claim], question=QUESTION, answer=answer)[0].unproven
    assert read_answer(answer, (), to=ASKED).windows == ()


def test_what_a_sentence_between_says_is_no_more_meant() -> None:
    middle = "量化以后还要再评测一次。"
    answer = f"入口用无界的队列削峰，队列满了也不拒绝请求。引擎把请求攒成批处理，批越小吞吐越高，单个请求却越快。{middle}相同请求不走结果缓存，键里不包含模型版本。"
    assert middle in turned(answer)


@pytest.mark.parametrize(
    "answer",
    [
        REFERENCE.zh,
        REFERENCE.en,
        # other words for the same, parts left out and put in
        "入口放一个有界队列来削峰，满了马上拒绝。引擎把请求凑成一批处理，批越大吞吐越高，不过单个请求会变慢。相同的请求从结果缓存里取，键带上模型版本，还要设过期。"
        "看在途请求数来选副本；加载权重要好几分钟，因此提前预热。",
        "Put bursts into a bounded queue and reject at once when it is full. The engine gathers requests into batches; bigger batches give more "
        "throughput but each request gets slower. Serve repeated requests from a cache keyed by the model version. Choose replicas by work in flight "
        "and warm them up before traffic, since loading weights takes minutes.",
        # a slip or two are the heads' affair
        "入口用有上限的队列削峰，队列满了立即拒绝请求。引擎把请求攒成批处理，批越大吞吐越高，单个请求却越快。相同请求走结果缓存，键里包含模型版本并设过期时间。",
        "模型不压缩就放不下，所以先量化，再看精度；不行就换小模型。",
        "",
    ],
)
def test_a_reference_told_from_memory_is_not(answer: str) -> None:
    assert turned(answer) == ""


def test_parts_that_are_swapped_turn_a_sentence() -> None:
    steady = Bilingual(
        "生成器把噪声映射成样本，输出给判别器。判别器判断样本的真假，再把梯度传给生成器。上线以后只部署生成器这一个网络。", "-"
    )
    answer = "判别器把噪声映射成样本，输出给生成器。生成器判断样本的真假，再把梯度传给判别器。上线以后只部署判别器这一个网络。"
    text = normalize(answer)
    assert find_turned(text, replace(QUESTION, reference=steady))
    assert not find_turned(normalize(steady.zh), replace(QUESTION, reference=steady))


PARTS = [
    *(("网关", "限流令牌"), ("调度器", "批次窗口"), ("缓存层", "过期副本"), ("训练作业", "梯度分片"), ("检索服务", "候选段落")),
    *(("审核模块", "人工复核"), ("日志管道", "采样比例"), ("存储集群", "校验任务"), ("监控平台", "告警规则"), ("消息队列", "消费线程")),
]


def test_three_turned_sentences_are_enough_up_to_nine_that_are_copied() -> None:
    def copied(count: int, turned: int) -> str:
        return "".join(
            f"{who}在流量高峰时{'减少' if at < turned else '增加'}{what}的数量。" for at, (who, what) in enumerate(PARTS[:count])
        )

    asked = replace(QUESTION, reference=Bilingual(copied(10, 0), "-"))
    assert find_turned(normalize(copied(9, 3)), asked)
    assert not find_turned(normalize(copied(10, 3)), asked)
    assert not find_turned(normalize(copied(2, 2)), asked)
