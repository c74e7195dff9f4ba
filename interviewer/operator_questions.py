"""What the commands about questions that were written in the browser share: finding one, and how they say what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interviewer.bootstrap import Application
    from interviewer.models import Audience, AuthoredQuestion, Lang


def find_question(application: Application, question_id: str) -> AuthoredQuestion:
    """The question of that id, whosever it is; NotFound tells what there is instead."""
    from interviewer.errors import NotFound
    from interviewer.models import LOCAL_PERSON

    try:
        return application.authoring.question(LOCAL_PERSON, question_id)
    except NotFound:
        if any(question.id == question_id for question in application.bank.questions):
            raise NotFound(
                f"{question_id} is a question file, and is asked as long as the file is there → change or remove the file"
            ) from None
        raise NotFound(f"there is no question {question_id} → see `interviewer bank list`") from None


def tell_audience(audience: Audience) -> str:
    """Whom a question is asked of, in a word or two."""
    return f"group {audience.group}" if audience.group else audience.reach.value


def tell_refusal(file: str, line: int, loc: Sequence[str | int], message: str, remedy: str, lang: Lang) -> str:
    """What is wrong, where, and what to do about it, on one line. `line`: 0 for none."""
    from interviewer.questions.checks import place

    where = f"{file}:{line}" if line else file
    told = f"{where}: {place(tuple(loc), lang)}: {message} → {remedy}" if loc else f"{where}: {message} → {remedy}"
    return on_one_line(told)


def on_one_line(text: str) -> str:
    """What somebody else wrote, as a terminal may be shown it: no control, and no second line."""
    from interviewer.training.plain import plain_text

    return " ".join(plain_text(text).split())
