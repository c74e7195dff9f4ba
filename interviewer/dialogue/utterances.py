"""What kind of message a candidate has sent."""

from __future__ import annotations

from interviewer.grading.substance import says_unknown
from interviewer.models import Heard, Lang, Question, Utterance


def hear(text: str, question: Question, prompt: str, lang: Lang) -> Heard:
    """What a message is. `prompt`: what it was said to, the question or a follow-up."""
    del question, prompt, lang
    return Heard(Utterance.UNKNOWN) if says_unknown(text) else Heard(Utterance.ANSWER)


def hear_aside(text: str, question: Question, prompt: str, lang: Lang) -> Utterance:
    """The same where the candidate has said that it is no answer."""
    heard = hear(text, question, prompt, lang).utterance
    return Utterance.CLARIFY if heard.is_answer or heard is Utterance.UNSURE else heard
