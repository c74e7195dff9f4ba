"""What counts as evidence: a claim earns credit only with a located quote of the candidate's own words on the subject.

Code, never a model, decides which of the claimed credits and errors stand. Orders to the grader are recognised in manipulation,
texts that are denied as a whole in disavowal, references turned round in turned, bare lists and copied prompts in substance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from interviewer.grading.disavowal import find_disavowed
from interviewer.grading.manipulation import find_manipulation, find_orders
from interviewer.grading.scoring import CREDIT, is_worse
from interviewer.grading.substance import find_copies, given_tokens, is_bare_list, is_doubly_sweeping, told_beside
from interviewer.grading.turned import find_turned
from interviewer.models import (
    LANGS,
    Bilingual,
    FalseStatement,
    Findings,
    Lang,
    Question,
    Quote,
    RubricPoint,
    Verdict,
    VerdictStatus,
)
from interviewer.text.language import reply_language
from interviewer.text.normalize import Normalized, Span, normalize, squeeze
from interviewer.text.segment import split_clauses, split_sentences
from interviewer.text.words import content_tokens, count_han, measure_length

THIN_QUOTE = 5.0
"""Fewer units of `words.measure_length` are not taken for an idea; of 3,023 covered points of the labelled answers, 11 say less."""
UNITS_PER_CREDIT = 10.0
"""So many units must be quoted, all quotes together, for each point credited, half of it for a partial one. 98 of 100 labelled answers do."""
SHARED_OVERLAP = 0.6
POINTS_PER_QUOTE = 2
SAME_WORDS = 0.8
"""Of a credit's quote and an error's, each lies so far in the other: the same words cannot be right and false."""
MOST_ERRORS = 6
ORDER_OVERLAP = 4
"""A quote that shares this many characters with an order is part of the order."""
GIVEN_SHARE = 0.25
"""A quote that holds this much of the question must say something of its own."""
ADDED_SHARE = 0.25
"""Of what a quote says beyond the question it repeats, so much is on the subject."""
_CREDITED = (VerdictStatus.COVERED, VerdictStatus.PARTIAL)
_LETTERS = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*", re.IGNORECASE)
_GAP = re.compile(
    r"\s*[\[(【<]*(?:\.(?:\s?\.)+|。{2,}|[⋯·・]{2,}|⋯)[\])】>]*\s*|\s*[\[(【](?:略|省略|中略|snip(?:ped)?|omitted|etc)[\])】]\s*"
)
"""Between the two pieces of a quote, once it is normalised: "…", "...", "。。。", "[...]" and "（略）" alike."""
_EDGE = " \t\r\n.,;:!?。，、；：！？…·\"'“”‘’«»()[]（）【】*_`-—"
_UNPROVEN: dict[Lang, str] = {"zh": "没有可核对的原话，不计分。", "en": "No words of the answer back this, so it earns nothing."}
_SHARED: dict[Lang, str] = {
    "zh": "这句原话已经用在两个要点上，不再给第三个计分。",
    "en": "These words already carry two points; they earn nothing for a third.",
}
_THIN: dict[Lang, str] = {"zh": "引用的原话只有一两个词，只算提到。", "en": "The quoted words are too few to hold the idea; touched only."}
_LISTED: dict[Lang, str] = {"zh": "只列在一串名词里，没有说明。", "en": "Only a term in a list, not explained."}
_CROWDED: dict[Lang, str] = {
    "zh": "引用的原话合起来太少，撑不起这么多要点，这里少计一档。",
    "en": "All the quoted words together are too few for so many points; this one counts a step less.",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What an examiner asserts about one point, before anything is checked. `quote`: as the examiner gave it."""

    point_id: str
    status: VerdictStatus
    quote: str = ""
    reason: str = ""
    misconception: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorClaim:
    """Something that an examiner calls false, before anything is checked. `point_id`: None if it is about no point."""

    quote: str
    explanation: str = ""
    misconception: str | None = None
    point_id: str | None = None


def locate_quote(answer: str, quote: str) -> Quote | None:
    """Find a quote in the answer, whatever its case, width, white space, hidden characters and outer punctuation.

    Two pieces with "…" between them are found as the stretch from the first to the last character, if it lies within two neighbouring
    sentences. None if it is not there, or too short to mean anything (one word, fewer than four Han characters).
    """
    return _locate(squeeze(answer), quote) or _locate_pieces(squeeze(answer), quote, _sentences(normalize(answer)))


def _locate(answer: Normalized, quote: str, *, term: bool = False) -> Quote | None:
    """`term`: whether a single word is enough."""
    shown = normalize(quote).text.strip(_EDGE)
    if not shown or not (term or is_meaningful(shown)):
        return None
    span = next(_places(answer, shown), None)
    return Quote(answer.raw[span.start : span.end], span.start, span.end) if span else None


def _places(answer: Normalized, shown: str) -> Iterator[Span]:
    """Where the words stand in the answer as typed, in order, from one word's edge to another's."""
    wanted = "".join(char for char in shown if not char.isspace())
    start = answer.text.find(wanted)
    while wanted and start >= 0:
        span = answer.to_raw(start, start + len(wanted))
        if _at_word_edges(answer.raw, span, wanted):
            yield span
        start = answer.text.find(wanted, start + 1)


def _locate_pieces(answer: Normalized, quote: str, sentences: Sequence[Span]) -> Quote | None:
    pieces = [piece.strip(_EDGE) for piece in _GAP.split(normalize(quote).text.strip(_EDGE))]
    if len(pieces) != 2 or not all(pieces) or not is_meaningful(" ".join(pieces)):
        return None
    for first in _places(answer, pieces[0]):
        for second in _places(answer, pieces[1]):
            span = Span(first.start, second.end)
            if second.start >= first.end and sum(span.overlap(sentence) > 0 for sentence in sentences) <= 2:
                return Quote(answer.raw[span.start : span.end], span.start, span.end)
    return None


def _sentences(text: Normalized) -> tuple[Span, ...]:
    return tuple(text.to_raw(span.start, span.end) for span in split_sentences(text.text))


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


@lru_cache(maxsize=128)
def vocabulary(question: Question) -> frozenset[str]:
    """The content tokens of all that the bank says on a question, in both languages.

    Not of one point alone: of the covered points of the labelled answers, 4 in 100 share no word with their point's texts, 1 with the
    question's. Kept because the bank's texts are the same for every answer.
    """
    texts = [question.reference, *(text for point in question.points for text in _texts_of(point))]
    return frozenset(content_tokens(normalize("\n".join(text[lang] for text in texts for lang in LANGS)).text))


def _texts_of(point: RubricPoint) -> Iterator[Bilingual]:
    yield from (point.intent, *point.accepts, *point.follow_ups, *(each for each in (point.core, point.beyond) if each))
    for belief in point.misconceptions:
        yield from (belief.statement, belief.correction)


class Evidence:
    """The parts of one answer that may be quoted. Built once per answer; checks any number of quotes.

    `asked`: the language of the interview. `manipulation`: whether it tries to talk the examiner into something; a flag for the coach, never a mark.
    `disavowed`: whether some of it is what its author denies, or the reference turned round, and therefore no evidence.
    """

    def __init__(self, question: Question, answer: str, prompts: Sequence[str] = (), *, asked: Lang = "zh") -> None:
        self.question, self.answer = question, answer
        normal = normalize(answer)
        given = (question.prompt.zh, question.prompt.en, *prompts)
        orders = find_orders(normal)
        self.manipulation = find_manipulation(normal, orders)
        self._orders = tuple(normal.to_raw(span.start, span.end) for span in orders)
        unmeant = (*find_disavowed(normal), *find_turned(normal, question))
        self.disavowed = bool(unmeant)
        unsaid = (*unmeant, *find_copies(normal, given, told_beside(question)))
        self._normal, self._squeezed = normal, squeeze(normal)
        self._void = (*self._orders, *(normal.to_raw(span.start, span.end) for span in unsaid))
        self._given = given
        self.lang = reply_language(answer, asked)
        self._judged: dict[Claim, Verdict] = {}

    @cached_property
    def _sentences(self) -> tuple[Span, ...]:
        return _sentences(self._normal)

    @cached_property
    def _clauses(self) -> tuple[Span, ...]:
        """The clauses as they stand in the answer as typed."""
        text = self._normal
        found = (clause for sentence in split_sentences(text.text) for clause in split_clauses(text.text, sentence))
        return tuple(text.to_raw(clause.start, clause.end) for clause in found)

    @cached_property
    def _lists(self) -> tuple[Span, ...]:
        """The sentences that are bare lists of terms, all of them where the whole answer is one."""
        whole = is_bare_list(self.answer)
        return tuple(span for span in self._sentences if whole or is_bare_list(self.answer[span.start : span.end]))

    def find(self, quote: str, *, term: bool = False) -> Quote | None:
        """Where the candidate said it, in one piece or two; None if nowhere, or in words that are no evidence. `term`: one word is enough."""
        located = _locate(self._squeezed, quote, term=term) or _locate_pieces(self._squeezed, quote, self._sentences)
        return None if located is None or self._is_void(located) else located

    def check(self, quote: str) -> Quote | None:
        """The quote from one clause's edge to another's if it is the candidate's own statement on the subject, else None."""
        located = self.find(quote) or self._sole_term(quote)
        if located is None:
            return None
        whole = self._to_clause_edges(located)
        if self._is_void(whole) or (self._holds_given(whole) and not self._adds_to_given(whole)):
            return None
        words = normalize(whole.text).text
        if self.question.derived and is_doubly_sweeping(words):
            return None
        return whole if not vocabulary(self.question).isdisjoint(content_tokens(words)) else None

    def _to_clause_edges(self, quote: Quote) -> Quote:
        """The clauses of which a quote holds at least half, or the one of which it holds most: nobody is judged by half a clause."""
        span = Span(quote.start, quote.end)
        touched = [clause for clause in self._clauses if span.overlap(clause)]
        held = [clause for clause in touched if 2 * span.overlap(clause) >= clause.end - clause.start]
        kept = held or sorted(touched, key=span.overlap)[-1:]
        if not kept:
            return quote
        start, end = kept[0].start, kept[-1].end
        return Quote(self.answer[start:end], start, end)

    def _sole_term(self, quote: str) -> Quote | None:
        """A derived question may be answered by one right term: then the whole answer is the quote."""
        shown = self.answer.strip(_EDGE)
        if not self.question.derived or not shown or squeeze(quote.strip(_EDGE)).text != squeeze(shown).text or len(shown) < 2:
            return None
        start = self.answer.index(shown)
        sole = Quote(shown, start, start + len(shown))
        return None if self._is_void(sole) else sole

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

    def _adds_to_given(self, quote: Quote) -> bool:
        """Whether a quote that repeats the question says something on the subject beyond it, and in more than passing."""
        rest = list(self.answer[quote.start : quote.end])
        for void in self._void:
            for at in range(max(void.start, quote.start), min(void.end, quote.end)):
                rest[at - quote.start] = " "
        own = set(content_tokens(normalize("".join(rest)).text)).difference(*map(given_tokens, self._given))
        return len(own & vocabulary(self.question)) >= ADDED_SHARE * len(own) > 0

    def vet(self, claims: Iterable[Claim], errors: Iterable[ErrorClaim] = ()) -> Findings:
        """What stands of the claims: one verdict per point in the question's order, and the errors, each wrong verdict's among them.

        Unknown points are dropped, a silent point is missing. Of two claims on a point the one with evidence stands, of two such the worse.
        A credit or an error without evidence becomes missing and `unproven`; one clause carries at most two points; a thin quote earns a touch at most, a term in a list
        a mention; and all that is quoted together bounds what is credited.
        """
        chosen = self._choose(claims)
        false = self._find_errors(errors)
        verdicts = [chosen.get(point.id) or _missing(point.id) for point in self.question.points]
        bounded = self._bound(self._share_out(_beside_errors(verdict, false) for verdict in verdicts))
        return Findings(tuple(bounded), (*false, *_errors_of(bounded, false)))

    def _choose(self, claims: Iterable[Claim]) -> dict[str, Verdict]:
        """One verdict for each point that is claimed: nobody loses what stands there because a model also said that it does not."""
        known = {point.id for point in self.question.points}
        chosen: dict[str, Verdict] = {}
        for verdict in (self._judge(claim) for claim in claims if claim.point_id in known):
            other = chosen.get(verdict.point_id)
            if other is None or _stands_before(verdict, other):
                chosen[verdict.point_id] = verdict
        return chosen

    def _judge(self, claim: Claim) -> Verdict:
        """Kept, because a claim that came early is judged again with each that comes later."""
        if claim not in self._judged:
            self._judged[claim] = self._judge_anew(claim)
        return self._judged[claim]

    def _judge_anew(self, claim: Claim) -> Verdict:
        if claim.status is VerdictStatus.MISSING:
            return Verdict(claim.point_id, VerdictStatus.MISSING, None, claim.reason)
        quote = self.find(claim.quote, term=True) if claim.status is VerdictStatus.NAMED else self.check(claim.quote)
        if quote is None:
            return _missing(claim.point_id, _UNPROVEN[self.lang], unproven=True)
        verdict = Verdict(claim.point_id, claim.status, quote, claim.reason, _known_misconception(claim, self.question))
        return self._weigh_words(verdict, quote) if claim.status in _CREDITED and not self.question.derived else verdict

    def _weigh_words(self, verdict: Verdict, quote: Quote) -> Verdict:
        """A credit whose words cannot hold an idea earns less: a term in a list is named, a word or two are a touch."""
        if any(2 * Span(quote.start, quote.end).overlap(listed) > quote.end - quote.start for listed in self._lists):
            return replace(verdict, status=VerdictStatus.NAMED, reason=_LISTED[self.lang])
        if verdict.status is VerdictStatus.COVERED and measure_length(quote.text) < THIN_QUOTE:
            return replace(verdict, status=VerdictStatus.PARTIAL, reason=_THIN[self.lang])
        return verdict

    def _find_errors(self, claims: Iterable[ErrorClaim]) -> tuple[FalseStatement, ...]:
        """The errors that the answer holds: each stretch once for each point."""
        found: list[FalseStatement] = []
        for claim in claims:
            quote = self.find(claim.quote)
            if quote is None:
                continue
            error = _place_error(claim, quote, self.question)
            if not any(error.point_id in (other.point_id, None) and quotes_shared(quote, other.quote) for other in found):
                found.append(error)
        return tuple(found[:MOST_ERRORS])

    def _share_out(self, verdicts: Iterable[Verdict]) -> list[Verdict]:
        """The verdicts with what one stretch carries beyond `POINTS_PER_QUOTE` taken back, credits and mentions each for themselves."""
        carried: dict[bool, list[Quote]] = {True: [], False: []}
        kept = []
        for verdict in verdicts:
            quote, bearing = verdict.quote, carried[verdict.status in _CREDITED]
            if quote is None or not CREDIT[verdict.status]:
                kept.append(verdict)
            elif sum(quotes_shared(quote, other) for other in bearing) >= POINTS_PER_QUOTE:
                kept.append(_missing(verdict.point_id, _SHARED[self.lang]))
            else:
                bearing.append(quote)
                kept.append(verdict)
        return kept

    def _bound(self, verdicts: list[Verdict]) -> list[Verdict]:
        """The verdicts within what all quotes together can hold; what rests on the fewest words steps down first.

        A derived question may be answered in a word, so it has no bound.
        """
        room = max(1.0, self._measure_quoted(verdicts) / UNITS_PER_CREDIT)
        bounded = list(verdicts)
        while not self.question.derived and _sum_credit(bounded) > room:
            place = min((at for at, each in enumerate(bounded) if each.status in _CREDITED), key=lambda at: _step_order(bounded[at]))
            lower = VerdictStatus.PARTIAL if bounded[place].status is VerdictStatus.COVERED else VerdictStatus.NAMED
            bounded[place] = replace(bounded[place], status=lower, reason=_CROWDED[self.lang])
        return bounded

    def _measure_quoted(self, verdicts: Iterable[Verdict]) -> float:
        """The length of all that is quoted for credits, what several quote counted once."""
        quotes = [verdict.quote for verdict in verdicts if verdict.quote and verdict.status in _CREDITED]
        quoted = {at for quote in quotes for at in range(quote.start, quote.end)}
        return measure_length("".join(char if at in quoted else "\n" for at, char in enumerate(self.answer)))


def vet_verdicts(
    claims: Iterable[Claim], *, question: Question, answer: str, prompts: Sequence[str] = (), asked: Lang = "zh"
) -> tuple[Verdict, ...]:
    """Turn claims into verdicts by the rules of `Evidence.vet`; `prompts`: whatever else was put to the candidate."""
    return Evidence(question, answer, prompts, asked=asked).vet(claims).verdicts


def _missing(point_id: str, reason: str = "", *, unproven: bool = False) -> Verdict:
    return Verdict(point_id, VerdictStatus.MISSING, None, reason, unproven=unproven)


def _stands_before(verdict: Verdict, other: Verdict) -> bool:
    if (verdict.quote is None) is not (other.quote is None):
        return verdict.quote is not None
    return is_worse(verdict, other)


def _place_error(claim: ErrorClaim, quote: Quote, question: Question) -> FalseStatement:
    """An error on the point that it names, or else on that of the misconception that it names; a misconception of another point is none."""
    owner = next((point for point in question.points if point.id == claim.point_id), None) or _owner_of(claim.misconception, question)
    known = owner is not None and any(belief.id == claim.misconception for belief in owner.misconceptions)
    return FalseStatement(quote, claim.explanation, claim.misconception if known else None, owner.id if owner else None)


def _owner_of(misconception: str | None, question: Question) -> RubricPoint | None:
    return next((point for point in question.points if any(belief.id == misconception for belief in point.misconceptions)), None)


def _errors_of(verdicts: Iterable[Verdict], known: Sequence[FalseStatement]) -> Iterator[FalseStatement]:
    """The errors of the wrong verdicts that are in the list under no point yet."""
    told = {error.point_id for error in known}
    for verdict in verdicts:
        if verdict.status is VerdictStatus.WRONG and verdict.quote and verdict.point_id not in told:
            yield FalseStatement(verdict.quote, verdict.reason, verdict.misconception, verdict.point_id)


def _beside_errors(verdict: Verdict, errors: Sequence[FalseStatement]) -> Verdict:
    """A verdict in the light of the errors: false alone is wrong, and the same words are not right and false at once."""
    about = [error for error in errors if error.point_id == verdict.point_id]
    same = [error for error in errors if error.point_id in (verdict.point_id, None) and _are_same_words(verdict.quote, error.quote)]
    alone = about if verdict.status in (VerdictStatus.MISSING, VerdictStatus.WRONG) else []
    for error in (*same, *alone):
        reason = verdict.reason if verdict.quote else error.explanation
        misconception = verdict.misconception or error.misconception
        return Verdict(verdict.point_id, VerdictStatus.WRONG, verdict.quote or error.quote, reason, misconception)
    return verdict


def _known_misconception(claim: Claim, question: Question) -> str | None:
    if claim.status is not VerdictStatus.WRONG or claim.misconception is None:
        return None
    return claim.misconception if claim.misconception in {belief.id for belief in question.point(claim.point_id).misconceptions} else None


def _sum_credit(verdicts: Iterable[Verdict]) -> float:
    return sum(CREDIT[verdict.status] for verdict in verdicts if verdict.status in _CREDITED)


def _step_order(verdict: Verdict) -> tuple[bool, float]:
    """What steps down first: a covered point before a partial one, and of either the one that rests on the fewest words."""
    return verdict.status is not VerdictStatus.COVERED, measure_length(verdict.quote.text) if verdict.quote else 0.0


def quotes_shared(one: Quote, other: Quote) -> bool:
    """Whether two quotes rest on the same words, for the most part of the shorter one."""
    shorter = min(one.end - one.start, other.end - other.start)
    return shorter > 0 and _overlap(one, other) > SHARED_OVERLAP * shorter


def _are_same_words(one: Quote | None, other: Quote) -> bool:
    return one is not None and _overlap(one, other) > SAME_WORDS * max(one.end - one.start, other.end - other.start)


def _overlap(one: Quote, other: Quote) -> int:
    return Span(one.start, one.end).overlap(Span(other.start, other.end))
