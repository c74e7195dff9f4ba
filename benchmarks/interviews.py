"""Interviews to measure with: the wired service on a folder, answers from the bank, and a candidate who gives them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from interviewer.bootstrap import Application
from interviewer.config import load_settings
from interviewer.interview.flow import AwaitNext, next_move
from interviewer.interview.service import InterviewService
from interviewer.models import ExaminerName, Interview, Lang, Question, Setup, Turn
from interviewer.questions.bank import Bank

OWNER = "local"
MODEL = "scripted"
_SENTENCE = re.compile(r"[^。！？；.!?;]+[。！？；.!?;]+\s*")

Reply = Callable[[Interview, Turn], str]


def application(data: Path, *, base_url: str | None = None, **settings: object) -> Application:
    """The product's parts on a data folder; with a language model if an address is given. Background work is not started."""
    model = {"base_url": base_url, "model": MODEL} if base_url else {"base_url": None, "model": None}
    made = Application(load_settings(_env_file=None, data=data, api_key=None, **model, **settings))
    made.service.worker.start()
    made.index.open(made.bank)
    return made


def close(app: Application) -> None:
    """Stop the work and give back the files."""
    app.service.worker.stop()
    app.index.close()


def setup_for(bank: Bank, examiner: ExaminerName, *, lang: Lang = "zh", follow_ups: int = 1, backwards: bool = False) -> Setup:
    """A whole interview of the bank's questions, in coaching mode."""
    ids = tuple(question.id for question in bank.questions)
    return Setup(lang=lang, question_ids=ids[::-1] if backwards else ids, follow_ups=follow_ups, examiner=examiner)


def part_of_reference(question: Question, lang: Lang, *, start: float = 0.0, end: float = 0.5) -> str:
    """Whole sentences of a reference answer, from one share of it to another."""
    sentences = _SENTENCE.findall(question.reference[lang])
    return "".join(sentences[int(len(sentences) * start) : max(1, round(len(sentences) * end))]).strip()


def half_then_more(interview: Interview, turn: Turn) -> str:
    """The first third of the reference, and a later part to each follow-up: a gap always remains to be asked about."""
    question, lang = interview.questions[turn.question_id], interview.setup.lang
    place = sum(1 for earlier in interview.turns_of(turn.question_id) if earlier.seq < turn.seq)
    return part_of_reference(question, lang, start=0.2 * place, end=0.2 * place + 0.3)


def answer(service: InterviewService, interview: Interview, text: str) -> Interview:
    """Send an answer and wait until its grade is stored and the next move made."""
    turn = interview.current
    assert turn is not None
    service.submit(interview, text)
    while service.watch(turn.id, seen=10**6, timeout=60) is not None:
        pass
    return service.read(interview.id, owner=interview.owner)


def answer_all(service: InterviewService, interview: Interview, reply: Reply = half_then_more, *, until: int = 10**6) -> Interview:
    """Take an interview to its last turn, or to the open turn number `until`."""
    while True:
        turn = interview.current
        assert turn is not None
        if turn.reply is None:
            if turn.seq >= until:
                return interview
            interview = answer(service, interview, reply(interview, turn))
        move = next_move(interview)
        if isinstance(move, AwaitNext):
            if move.last:
                return interview
            interview = service.go_on(interview)
