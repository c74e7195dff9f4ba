"""What counts as evidence: a claim earns credit only with a located quote of the candidate's own words on the subject.

Both examiners go through `vet_verdicts`; code, never a model, decides which of the claimed credits stand. Orders to the
grader are recognised in manipulation, bare lists and copied prompts in substance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from interviewer.grading.manipulation import find_manipulation, find_orders
from interviewer.grading.scoring import is_worse
from interviewer.grading.substance import find_copies, given_tokens, is_bare_list, is_doubly_sweeping, shown_texts
from interviewer.models import Lang, Question, Quote, RubricPoint, Verdict, VerdictStatus
from interviewer.text.language import reply_language
from interviewer.text.normalize import Normalized, Span, normalize, squeeze
from interviewer.text.words import content_tokens, count_han, measure_length

THIN_QUOTE = 6.0
SHARED_OVERLAP = 0.6
POINTS_PER_QUOTE = 2
ORDER_OVERLAP = 4
"""A quote that shares this many characters with an order is part of the order."""
GIVEN_SHARE = 0.25
"""A quote that holds this much of the question must say something of its own."""
ADDED_SHARE = 0.25
"""Of what a quote says beyond the question it repeats, so much is on the subject."""
_TERM_NAME = re.compile(r"@([A-Za-z0-9_-]+)")
_LETTERS = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*", re.IGNORECASE)
_EDGE = " \t\r\n.,;:!?。，、；：！？…·\"'“”‘’«»()[]（）【】*_`-—"
_UNPROVEN: dict[Lang, str] = {"zh": "没有可核对的原话，不计分。", "en": "No words of the answer back this, so it earns nothing."}
_THIN: dict[Lang, str] = {"zh": "引用的原话太短，只算提到。", "en": "The quoted words are too few to hold the idea; touched only."}


@dataclass(frozen=True, slots=True)
class Claim:
    """What an examiner asserts about one point, before anything is checked. `quote`: as the examiner gave it."""

    point_id: str
    status: VerdictStatus
    quote: str = ""
    reason: str = ""
    misconception: str | None = None


def locate_quote(answer: str, quote: str) -> Quote | None:
    """Find a quote in the answer, whatever its case, width, white space, hidden characters and outer punctuation.

    None if it is not there, or too short to mean anything (one word, fewer than four Han characters).
    """
    return _locate(squeeze(answer), quote)


def _locate(answer: Normalized, quote: str) -> Quote | None:
    shown = normalize(quote).text.strip(_EDGE)
    wanted = "".join(char for char in shown if not char.isspace())
    if not wanted or not is_meaningful(shown):
        return None
    start = answer.text.find(wanted)
    while start >= 0:
        span = answer.to_raw(start, start + len(wanted))
        if _at_word_edges(answer.raw, span, wanted):
            return Quote(answer.raw[span.start : span.end], span.start, span.end)
        start = answer.text.find(wanted, start + 1)
    return None


def is_meaningful(quote: str) -> bool:
    """Whether normalised words are enough to be a statement: two words, four Han characters, or some of each."""
    han, words = count_han(quote), len(_LETTERS.findall(quote))
    return han >= 4 or words >= 2 or (han >= 2 and words >= 1)


def _at_word_edges(raw: str, span: Span, wanted: str) -> bool:
    before = raw[span.start - 1] if span.start else ""
    after = raw[span.end] if span.end < len(raw) else ""
    cut_left = before.isascii() and before.isalnum() and wanted[0].isascii() and wanted[0].isalnum()
    cut_right = after.isascii() and after.isalnum() and wanted[-1].isascii() and wanted[-1].isalnum()
    return not (cut_left or cut_right)


@lru_cache(maxsize=512)
def vocabulary(question: Question, point: RubricPoint) -> frozenset[str]:
    """The content tokens of all that the bank says on one point, in both languages, or in a derived question on the whole of it.

    Kept because the bank's texts are the same for every answer.
    """
    texts = list(_texts_of(point))
    named = {name for cue in (*point.covered_cues, *point.partial_cues) for name in _TERM_NAME.findall(cue)}
    texts.extend(word for name, words in question.terms if name in named for word in words)
    if question.derived or not point.covered_cues:
        texts.extend((question.reference.zh, question.reference.en))
    return frozenset(content_tokens(normalize("\n".join(texts)).text))


def _texts_of(point: RubricPoint) -> Iterable[str]:
    yield from (point.intent.zh, point.intent.en, *point.covered_cues, *point.partial_cues)
    for accepted in point.accepts:
        yield from (accepted.zh, accepted.en)
    for belief in point.misconceptions:
        yield from (belief.statement.zh, belief.statement.en, belief.correction.zh, belief.correction.en, *belief.cues)


class Evidence:
    """The parts of one answer that may be quoted. Built once per answer; checks any number of quotes.

    `asked`: the language of the interview. `manipulation`: whether it tries to talk the examiner into something; a flag for the coach, never a mark.
    """

    def __init__(self, question: Question, answer: str, prompts: Sequence[str] = (), *, asked: Lang = "zh") -> None:
        self.question, self.answer = question, answer
        normal = normalize(answer)
        given = (question.prompt.zh, question.prompt.en, *prompts)
        shown = [text for pair in shown_texts(question) for text in (pair.zh, pair.en)]
        orders = find_orders(normal)
        self.manipulation = find_manipulation(normal, orders)
        self._orders = tuple(normal.to_raw(span.start, span.end) for span in orders)
        copies = tuple(normal.to_raw(span.start, span.end) for span in find_copies(normal, given, shown))
        self._squeezed = squeeze(normal)
        self._void = (*self._orders, *copies)
        self._given = given
        self._lang = reply_language(answer, asked)
        self._judged: dict[Claim, Verdict] = {}

    def check(self, quote: str, point: RubricPoint) -> Quote | None:
        """The located quote if it is the candidate's own statement on the subject of the point, else None."""
        located = _locate(self._squeezed, quote) or self._sole_term(quote)
        if located is None or self._is_void(located):
            return None
        if self._holds_given(located) and not self._adds_to_given(located, point):
            return None
        words = normalize(located.text).text
        if self.question.derived and is_doubly_sweeping(words):
            return None
        return located if not vocabulary(self.question, point).isdisjoint(content_tokens(words)) else None

    def _sole_term(self, quote: str) -> Quote | None:
        """A derived question may be answered by one right term: then the whole answer is the quote."""
        shown = self.answer.strip(_EDGE)
        if not self.question.derived or not shown or squeeze(quote.strip(_EDGE)).text != squeeze(shown).text or len(shown) < 2:
            return None
        start = self.answer.index(shown)
        return Quote(shown, start, start + len(shown))

    def _is_void(self, quote: Quote) -> bool:
        """Whether a quote is mostly no evidence, or runs on into an order to the grader: nobody states a point in such words."""
        span = Span(quote.start, quote.end)
        if any(span.overlap(order) >= ORDER_OVERLAP for order in self._orders):
            return True
        return sum(span.overlap(void) for void in self._void) > 0.5 * (span.end - span.start)

    def _holds_given(self, quote: Quote) -> bool:
        """Whether a good part of a quote repeats the question; a heading that takes up a word of it is no such part."""
        span = Span(quote.start, quote.end)
        return sum(span.overlap(void) for void in self._void) >= GIVEN_SHARE * (span.end - span.start)

    def _adds_to_given(self, quote: Quote, point: RubricPoint) -> bool:
        """Whether a quote that repeats the question says something on the subject beyond it, and in more than passing."""
        rest = list(self.answer[quote.start : quote.end])
        for void in self._void:
            for at in range(max(void.start, quote.start), min(void.end, quote.end)):
                rest[at - quote.start] = " "
        own = set(content_tokens(normalize("".join(rest)).text)).difference(*map(given_tokens, self._given))
        return len(own & vocabulary(self.question, point)) >= ADDED_SHARE * len(own) > 0

    def vet(self, claims: Iterable[Claim]) -> tuple[Verdict, ...]:
        """See `vet_verdicts`."""
        worst = _worst_claims(claims, self.question)
        carried: list[Span] = []
        verdicts: list[Verdict] = []
        for point in self.question.points:
            claim = worst.get(point.id)
            verdict = self._judge(claim, point) if claim else Verdict(point.id, VerdictStatus.MISSING)
            if verdict.quote and verdict.status in (VerdictStatus.COVERED, VerdictStatus.PARTIAL):
                span = Span(verdict.quote.start, verdict.quote.end)
                if sum(_shares(span, other) for other in carried) >= POINTS_PER_QUOTE:
                    verdict = Verdict(point.id, VerdictStatus.MISSING, None, _UNPROVEN[self._lang], unproven=True)
                else:
                    carried.append(span)
            verdicts.append(verdict)
        return tuple(verdicts)

    def _judge(self, claim: Claim, point: RubricPoint) -> Verdict:
        """Kept, because a claim that came early is judged again with each that comes later."""
        if claim not in self._judged:
            self._judged[claim] = _judge_claim(claim, point, self, self._lang)
        return self._judged[claim]


def vet_verdicts(
    claims: Iterable[Claim], *, question: Question, answer: str, prompts: Sequence[str] = (), asked: Lang = "zh"
) -> tuple[Verdict, ...]:
    """Turn claims into verdicts, one per point in the question's order; `prompts`: whatever else was put to the candidate.

    Unknown points are dropped, of two claims on a point the worse stands, a silent point is missing. A credit or an error
    without evidence becomes missing and `unproven`; one quote carries at most two points; a thin one earns a touch at most.
    """
    return Evidence(question, answer, prompts, asked=asked).vet(claims)


def _worst_claims(claims: Iterable[Claim], question: Question) -> dict[str, Claim]:
    known = {point.id for point in question.points}
    worst: dict[str, Claim] = {}
    for claim in claims:
        if claim.point_id not in known:
            continue
        other = worst.get(claim.point_id)
        if other is None or is_worse(Verdict(claim.point_id, claim.status), Verdict(other.point_id, other.status)):
            worst[claim.point_id] = claim
    return worst


def _judge_claim(claim: Claim, point: RubricPoint, evidence: Evidence, lang: Lang) -> Verdict:
    if claim.status is VerdictStatus.MISSING:
        return Verdict(claim.point_id, VerdictStatus.MISSING, None, claim.reason)
    quote = evidence.check(claim.quote, point)
    if quote is None:
        return Verdict(claim.point_id, VerdictStatus.MISSING, None, _UNPROVEN[lang], unproven=True)
    verdict = Verdict(claim.point_id, claim.status, quote, claim.reason, _known_misconception(claim, evidence.question))
    return replace(verdict, status=VerdictStatus.PARTIAL, reason=_THIN[lang]) if _is_thin(verdict, evidence.question) else verdict


def _is_thin(verdict: Verdict, question: Question) -> bool:
    """Whether a covered claim rests on words that cannot hold an idea: a bare term or a list of terms."""
    if verdict.status is not VerdictStatus.COVERED or verdict.quote is None:
        return False
    words = verdict.quote.text
    return is_bare_list(words) or (not question.derived and measure_length(words) < THIN_QUOTE)


def _known_misconception(claim: Claim, question: Question) -> str | None:
    if claim.status is not VerdictStatus.WRONG or claim.misconception is None:
        return None
    return claim.misconception if claim.misconception in {belief.id for belief in question.point(claim.point_id).misconceptions} else None


def _shares(one: Span, other: Span) -> bool:
    shorter = min(one.end - one.start, other.end - other.start)
    return shorter > 0 and one.overlap(other) > SHARED_OVERLAP * shorter
