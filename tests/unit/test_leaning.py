"""Answers that read closer to known wrong beliefs than to right ones, and what their errors take from the rest."""

from __future__ import annotations

from interviewer.grading.rubric.findings import Finding, Script
from interviewer.grading.rubric.judge import read_script
from interviewer.grading.rubric.leaning import compile_lore, find_leanings
from interviewer.grading.rubric.weighing import weigh
from interviewer.models import Bilingual, Misconception, Question, RubricPoint, VerdictStatus
from interviewer.text.normalize import Span

COVERED, PARTIAL, MISSING, WRONG = VerdictStatus.COVERED, VerdictStatus.PARTIAL, VerdictStatus.MISSING, VerdictStatus.WRONG
BELIEF = Misconception(
    "endless",
    Bilingual(
        "队列可以无限长，堆积的请求最后总会处理完", "An unbounded queue is safest because waiting requests are all served in the end"
    ),
    Bilingual("队列必须有界", "A queue must be bounded"),
)
POINTS = tuple(
    RubricPoint(name, 50, True, Bilingual(zh, en), misconceptions=beliefs)
    for name, zh, en, beliefs in (
        ("queue", "有界队列吸收突发，满了就拒绝", "A bounded queue absorbs bursts and refuses requests when full", (BELIEF,)),
        ("batch", "攒批提高吞吐，代价是等待", "Batching raises throughput at the price of waiting", ()),
    )
)
QUESTION = Question(
    "serving",
    1,
    Bilingual("服务", "Serving"),
    Bilingual("如何设计推理服务？", "How do you design a serving system?"),
    Bilingual("用有界队列，满了返回429。", "Use a bounded queue and answer 429 when it is full."),
    ("serving",),
    2,
    POINTS,
)
WRONG_SENTENCE = "I keep an unbounded queue because that is safest and all waiting requests get served in the end."
RIGHT_SENTENCE = "A bounded queue absorbs the bursts and we refuse requests with 429 when it is full."


def read(answer: str) -> Script:
    return read_script(answer, ())


def leanings(answer: str) -> list[float]:
    return list(find_leanings(compile_lore(QUESTION), read(answer)).values())


def whole(script: Script, number: int, name: int, status: VerdictStatus) -> Finding:
    sentence = script.sentences[number]
    return Finding(POINTS[name], status, sentence, BELIEF if status is WRONG else None, places=(sentence,))


def test_a_sentence_leans_to_the_statement_it_shares_its_words_with() -> None:
    wrong, right = leanings(f"{WRONG_SENTENCE} {RIGHT_SENTENCE}")
    assert wrong > 0.1 > 0 > right


def test_short_sentences_lean_nowhere() -> None:
    assert leanings("Unbounded queue is safest.") == []


def test_a_question_without_misconceptions_has_no_leanings() -> None:
    right = tuple(RubricPoint(point.id, point.weight, True, point.intent) for point in POINTS)
    plain = Question("plain", 1, QUESTION.topic, QUESTION.prompt, QUESTION.reference, ("serving",), 2, right)
    assert find_leanings(compile_lore(plain), read(WRONG_SENTENCE)) == {}


def test_a_long_answer_that_leans_to_wrong_beliefs_loses_a_step_everywhere() -> None:
    script = read(" ".join([WRONG_SENTENCE] * 6))
    findings = [whole(script, 0, 0, PARTIAL), whole(script, 1, 1, COVERED)]
    calm = dict.fromkeys(script.sentences, 0.0)
    leaning = dict.fromkeys(script.sentences, 0.15)
    assert [each.status for each in weigh(findings, script, calm)] == [PARTIAL, COVERED]
    assert [each.status for each in weigh(findings, script, leaning)] == [MISSING, PARTIAL]


def test_one_sentence_alone_tips_no_answer() -> None:
    script = read(" ".join([WRONG_SENTENCE] * 6))
    findings = [whole(script, 1, 1, COVERED)]
    lone = dict.fromkeys(script.sentences, 0.0) | {script.sentences[0]: 1.0}
    assert weigh(findings, script, lone)[0].status is COVERED


def test_a_short_answer_is_too_little_to_lean() -> None:
    script = read(f"{WRONG_SENTENCE}\n{WRONG_SENTENCE}")
    assert weigh([whole(script, 0, 1, COVERED)], script, dict.fromkeys(script.sentences, 0.2))[0].status is COVERED


def test_a_sentence_that_holds_an_error_supports_no_point() -> None:
    script = read(f"{WRONG_SENTENCE} {RIGHT_SENTENCE}")
    error, credit = whole(script, 0, 0, WRONG), whole(script, 0, 1, COVERED)
    assert weigh([error, credit], script)[1].status is MISSING


def test_a_point_keeps_the_places_that_no_error_touches() -> None:
    script = read(f"{WRONG_SENTENCE} " + " ".join([RIGHT_SENTENCE] * 5))
    places: tuple[Span, ...] = script.sentences
    others = [Finding(RubricPoint(f"p{at}", 10, True, POINTS[1].intent), COVERED, places[at], places=(places[at],)) for at in (3, 4, 5)]
    mixed = Finding(POINTS[1], COVERED, places[0], places=places[:3])
    kept = weigh([whole(script, 0, 0, WRONG), mixed, *others], script)[1]
    assert kept.status is COVERED
    assert kept.places == places[1:3]
    assert kept.span == places[1]


def test_errors_at_two_points_of_an_answer_that_covers_little_taint_the_rest() -> None:
    script = read(f"{WRONG_SENTENCE} {WRONG_SENTENCE} {RIGHT_SENTENCE}")
    errors = [whole(script, place, 0, WRONG) for place in (0, 1)]
    assert weigh([*errors, whole(script, 2, 1, COVERED)], script)[2].status is PARTIAL


def test_one_error_costs_its_own_point_and_leaves_the_others_alone() -> None:
    script = read(f"{WRONG_SENTENCE} {RIGHT_SENTENCE}")
    assert weigh([whole(script, 0, 0, WRONG), whole(script, 1, 1, COVERED)], script)[1].status is COVERED
