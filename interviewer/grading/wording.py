"""Which of the model's own words may be shown: the feedback, tidied, and a follow-up that asks without telling. Pure.

What stands in for words that are turned down: `rubric.feedback.write_feedback` and `scoring.choose_follow_up`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from interviewer.models import LANGS, FollowUp, GradingTask, Lang, Question, RubricPoint, Verdict, VerdictStatus
from interviewer.text.language import detect_language
from interviewer.text.normalize import normalize, strip_hidden
from interviewer.text.words import content_tokens, measure_length, tokenize

LONGEST_FEEDBACK: dict[Lang, int] = {"zh": 400, "en": 900}
"""In characters; two to four sentences are far shorter."""
MOST_SENTENCES = 5
SHORTEST_QUESTION, LONGEST_QUESTION = 5.0, 90.0
"""Of a follow-up, in units of `words.measure_length`."""
_ALIKE = 0.6
_TELLING_RUN = 5
"""So many content words in a row (bigrams, in Chinese) from the bank's answers, and not said by the candidate, give them away."""
_TELLING_WORDS = 3
_ECHO_RUN = 14
_SENTENCE = re.compile(r".+?(?:[。！？!?]+[”\"』）)]*|\.(?=\s|$)|$)", re.DOTALL)


def prepare_wording(task: GradingTask, *, secret: str) -> None:
    """Take apart what stays the same from answer to answer, so that it need not be done once the model's words are there."""
    _runs_of(secret, _ECHO_RUN)
    _prepare_points(task.question)


@lru_cache(maxsize=128)
def _prepare_points(question: Question) -> None:
    for point in question.points:
        _own_tokens(point)
        _follow_up_tokens(point)
        for answer in _answers_of(question, point):
            _runs_of(answer, _TELLING_RUN)


def tidy(text: str) -> str:
    """One line of visible text: no control or hidden characters, no line breaks, white space collapsed."""
    return " ".join(strip_hidden(text).split())


def tidy_feedback(text: str, lang: Lang, *, secret: str = "") -> str:
    """The feedback as it may be shown, cut after a sentence; empty if it is in another language or echoes `secret`, the rules."""
    line = tidy(text)
    if not line or detect_language(line, lang) != lang or _shares_run(_tokens(line), secret, _ECHO_RUN):
        return ""
    kept = ""
    for sentence in _SENTENCE.findall(line)[:MOST_SENTENCES]:
        if len(kept) + len(sentence) > LONGEST_FEEDBACK[lang]:
            break
        kept += sentence
    return kept.strip() or line[: LONGEST_FEEDBACK[lang] - 1].rstrip() + "…"


def usable_follow_up(proposed: FollowUp | None, *, task: GradingTask, verdicts: Iterable[Verdict], lang: Lang) -> FollowUp | None:
    """The model's follow-up if it probes a real gap in one fresh question of sane length in the right language, and tells nothing."""
    status = {verdict.point_id: verdict.status for verdict in verdicts}
    if proposed is None or status.get(proposed.point_id, VerdictStatus.COVERED) is VerdictStatus.COVERED:
        return None
    text = tidy(proposed.text)
    if not _is_one_question(text) or detect_language(text, lang) != lang:
        return None
    prompts = [task.prompt, task.question.prompt.zh, task.question.prompt.en, *task.asked, *(each.prompt for each in task.dialogue)]
    asked, put = _tokens(text), [_put_tokens(prompt) for prompt in prompts]
    if any(_alike(frozenset(asked), earlier) for earlier in put):
        return None
    said = frozenset(_tokens(" ".join([task.answer, *(each.answer for each in task.dialogue)]))).union(*put)
    point = task.question.point(proposed.point_id)
    return None if _gives_away(asked, point, task.question, said=said) else FollowUp(proposed.point_id, text)


def _gives_away(asked: tuple[str, ...], point: RubricPoint, question: Question, *, said: frozenset[str]) -> bool:
    """Whether a follow-up holds what the bank answers to it, beyond what was `said` already; all in tokens."""
    if any(_shares_run(asked, secret, _TELLING_RUN, known=said) for secret in _answers_of(question, point)):
        return True
    return len((_own_tokens(point) & frozenset(asked)) - said - _follow_up_tokens(point)) >= _TELLING_WORDS


@lru_cache(maxsize=512)
def _own_tokens(point: RubricPoint) -> frozenset[str]:
    texts = (f"{text.zh} {text.en}" for text in (point.intent, *point.accepts))
    return frozenset(token for text in texts for token in content_tokens(normalize(text).text))


@lru_cache(maxsize=512)
def _follow_up_tokens(point: RubricPoint) -> frozenset[str]:
    return frozenset(token for ask in point.follow_ups for token in _tokens(f"{ask.zh} {ask.en}"))


def _answers_of(question: Question, point: RubricPoint) -> Sequence[str]:
    texts = [question.reference, point.intent, *point.accepts, *(belief.correction for belief in point.misconceptions)]
    return [text[lang] for text in texts for lang in LANGS]


def _is_one_question(text: str) -> bool:
    marks = len(re.findall(r"[?？]", text))
    ends = text.rstrip('”"』）) ').endswith(("?", "？"))
    return marks == 1 and ends and SHORTEST_QUESTION <= measure_length(text) <= LONGEST_QUESTION


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller = min(len(one), len(other))
    return smaller > 0 and len(one & other) >= _ALIKE * smaller


def _shares_run(tokens: tuple[str, ...], secret: str, length: int, *, known: frozenset[str] = frozenset()) -> bool:
    """Whether `length` tokens in a row stand in `secret` too, with at least half of them not known anyway."""
    runs = _runs_of(secret, length)
    mine = (tokens[at : at + length] for at in range(len(tokens) - length + 1))
    return any(run in runs and 2 * sum(token not in known for token in run) >= length for run in mine)


@lru_cache(maxsize=1024)
def _runs_of(secret: str, length: int) -> frozenset[tuple[str, ...]]:
    """The runs of a text of the bank or the prompt, which stays the same from answer to answer."""
    hidden = _tokens(secret)
    return frozenset(hidden[at : at + length] for at in range(len(hidden) - length + 1))


@lru_cache(maxsize=256)
def _put_tokens(prompt: str) -> frozenset[str]:
    """The tokens of a question that was put to candidates; most of them are put to many."""
    return frozenset(_tokens(prompt))


def _tokens(text: str) -> tuple[str, ...]:
    return tokenize(normalize(text).text)
