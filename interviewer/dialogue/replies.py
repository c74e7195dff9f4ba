"""What the interviewer says: to an answer, in the candidate's own terms, and to everything that is no answer. Pure.

The sentences are in knowledge/wordings.toml, by occasion and by situation, their choice in `voice`, the sheet of givens in `givens`; `occasions` tells what kind of aside it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from interviewer.dialogue.assuming import Assumed, assume
from interviewer.dialogue.givens import find_givens
from interviewer.dialogue.occasions import Occasion, asks_for_the_key, occasion_of, questions_beside
from interviewer.dialogue.voice import Voice, join
from interviewer.grading.feedback import own_words
from interviewer.grading.follow_ups import settle_follow_up
from interviewer.grading.leaks import Guard, Kind
from interviewer.grading.scoring import QuestionScore, question_score
from interviewer.models import MOST_ASIDES, Findings, FollowUp, Grade, GradingTask, Quote, RubricPoint, Utterance, Verdict, VerdictStatus
from interviewer.text.language import reply_language
from interviewer.text.normalize import Span

_HEEDED = frozenset({Occasion.CARE, Occasion.DISTRESS, Occasion.UNSURE, Occasion.END, Occasion.LANGUAGE, Occasion.GO_ON, Occasion.SKIP})
"""What is answered however many asides there were: they need a button or a kind word."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said to an aside. `given`, `assumed`: see `models.Aside`."""

    text: str
    given: str | None = None
    assumed: str = ""


def reply_to_aside(task: GradingTask, utterance: Utterance, model: str = "") -> Spoken:
    """What is said to a message that is no answer. `model`: the language model's name, empty offline."""
    voice = Voice(task.lang, task.said, task.answer)
    occasion = occasion_of(task.answer, utterance)
    if len(task.asides) >= MOST_ASIDES and occasion not in _HEEDED:
        occasion = Occasion.ENOUGH
    match occasion:
        case Occasion.CLARIFY:
            return _clarify(task, voice)
        case Occasion.STUCK:
            return Spoken(_help(task, voice))
        case Occasion.WHO:
            return Spoken(voice.say("model" if model else "program", again=True, model=model))
        case _:
            return Spoken(voice.say(occasion.value, again=True))


def reply_to_answer(task: GradingTask, grade: Grade) -> str:
    """One or two spoken sentences: what was understood, and the way to what comes next. Empty once everything was said before."""
    voice = Voice(reply_language(task.answer, task.lang), task.said, task.answer)
    beside = _answer_beside(task, grade, voice)
    if task.neutral:
        return join(voice.lang, (beside, voice.say("neutral")))
    return join(voice.lang, (beside or _say_understood(task, grade, voice), voice.say(_way_on(task, grade))))


def _clarify(task: GradingTask, voice: Voice) -> Spoken:
    found = [match.given for match in find_givens(task.answer, task.question, follow_up=task.aimed_point is not None)]
    if found:
        told = {name for aside in task.asides for name in (aside.given or "").split()}
        again = voice.say("again", again=True) if any(given.id in told for given in found) else ""
        says = join(task.lang, (again, *(given.says[task.lang] for given in found)))
        return Spoken(says, given=" ".join(given.id for given in found))
    if asks_for_the_key(task.answer):
        return Spoken(voice.say("for_you_to_say", again=True))
    assumed = assume(task)
    return Spoken(_say_assumed(task, voice, assumed), assumed=assumed.statement)


def _say_assumed(task: GradingTask, voice: Voice, assumed: Assumed) -> str:
    """The assumption aloud; in words that echo nothing where the candidate's own may not be shown."""
    if assumed.kept:
        return voice.say("agreed", again=True, words=assumed.statement)
    table = "first_of_two" if assumed.first_of_two else "open_ended"
    said = voice.say(table, again=True, words=assumed.words) if assumed.words else ""
    return said if said and Guard(task, task.lang).passes(said, Kind.REPLY) else voice.say("yours", again=True)


def _help(task: GradingTask, voice: Voice) -> str:
    """The price of a hint, and a way on that costs nothing."""
    ask = _smaller_question(task, voice)
    if not task.question.hints:
        return join(task.lang, (voice.say("steps_back", again=True), ask or voice.say("nudges", again=True)))
    free = voice.say("smaller", again=True, ask=ask) if ask else voice.say("nudges", again=True)
    return join(task.lang, (voice.say("hints", again=True), free))


def _smaller_question(task: GradingTask, voice: Voice) -> str:
    """A follow-up of the weightiest essential point, as long as none was put; empty if all were, or if it would give something away."""
    essential = [point for point in task.question.points if point.essential]
    if task.aimed_point is not None or task.question.derived or not essential:
        return ""
    heaviest = max(essential, key=lambda point: point.weight)
    guard = Guard(task, task.lang)
    asks = (ask[task.lang] for ask in heaviest.follow_ups)
    return next((ask for ask in asks if ask not in task.asked and not voice.has_said(ask) and guard.passes(ask, Kind.FOLLOW_UP)), "")


def _answer_beside(task: GradingTask, grade: Grade, voice: Voice) -> str:
    """What is said to a question that came along with the answer."""
    asked = questions_beside(task.answer) if grade.utterance is Utterance.MIXED else ""
    if not asked:
        return ""
    found = find_givens(asked, task.question, follow_up=task.aimed_point is not None)
    return found[0].given.says[voice.lang] if found else voice.say("yours")


def _say_understood(task: GradingTask, grade: Grade, voice: Voice) -> str:
    guard = Guard(task, voice.lang)
    for words in _own_words(task, grade):
        said = "" if voice.has_said(words) else voice.say("understood", words=words)
        if said and guard.passes(said, Kind.REPLY):
            return said
    return voice.say("listened")


def _own_words(task: GradingTask, grade: Grade) -> Iterator[str]:
    """Pieces of what was right, the best first: never of anything that is wrong or lies beside it in the same words."""
    wrong = [error.quote for error in grade.errors]
    wrong += [verdict.quote for verdict in grade.verdicts if verdict.quote and verdict.status is VerdictStatus.WRONG]
    points = {point.id: point for point in task.question.points}
    right = [each for each in grade.verdicts if each.status in (VerdictStatus.COVERED, VerdictStatus.PARTIAL) and each.point_id in points]
    for verdict in sorted(right, key=lambda each: _rank(each, points[each.point_id], task.aimed_point)):
        if verdict.quote and not any(_overlap(verdict.quote, other) for other in wrong) and (words := own_words(verdict)):
            yield words


def _rank(verdict: Verdict, point: RubricPoint, aimed: str | None) -> tuple[bool, bool, bool, float]:
    return verdict.point_id != aimed, verdict.status is not VerdictStatus.COVERED, not point.essential, -point.weight


def _overlap(one: Quote, other: Quote) -> bool:
    return Span(one.start, one.end).overlap(Span(other.start, other.end)) > 0


def _way_on(task: GradingTask, grade: Grade) -> str:
    """By which sentences one gets to what comes next."""
    so_far = question_score(task.question, [*(Findings(past.verdicts) for past in task.dialogue), grade.findings])
    coming = _coming(task, grade, so_far) if task.want_follow_up else None
    if coming is None:
        return "closings"
    status = {verdict.point_id: verdict.status for verdict in so_far.verdicts}
    if status[coming.point_id] is VerdictStatus.WRONG or any(error.point_id == coming.point_id for error in grade.errors):
        return "checks"
    if status[coming.point_id] is VerdictStatus.COVERED:
        return "deeper"
    return "bridges" if VerdictStatus.COVERED in status.values() else "steps_back"


def _coming(task: GradingTask, grade: Grade, so_far: QuestionScore) -> FollowUp | None:
    """The follow-up that `interview.flow` will put, as far as can be told from here."""
    return settle_follow_up(
        grade.follow_up, task.question, so_far.verdicts, task.asked, task.lang, errors=so_far.errors, score=so_far.score
    )
