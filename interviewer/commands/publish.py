"""`interviewer bank publish|withdraw`: questions that were written in the browser, published by the operator with what their self-test shows.

What changes what others are asked is in the audit log as the operator's.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from interviewer.operator_access import OPERATOR, open_application
from interviewer.operator_questions import find_question, tell_audience, tell_refusal

if TYPE_CHECKING:
    from interviewer.bootstrap import Application
    from interviewer.models import AuthoredQuestion, Lang, QuestionVersion
    from interviewer.questions.checks import Finding


def add_parsers(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`publish` and `withdraw`."""
    publish = verbs.add_parser(
        "publish",
        help="ask a question from now on, and say what its self-test shows",
        description="Ask a question from now on, of its owner alone unless told otherwise, and test it with its labelled answers: without "
        "six that come out in order it is asked as untested. It is noted in the audit log.",
    )
    publish.add_argument("id", metavar="ID")
    whom = publish.add_mutually_exclusive_group()
    whom.add_argument("--everybody", action="store_true", help="ask it of everybody")
    whom.add_argument("--group", metavar="NAME", default="", help="ask it of the people of this group")
    publish.add_argument("--number", type=int, metavar="N", help="this version (default: the one that is edited further)")
    publish.add_argument("--with-model", action="store_true", help="test it under the language model, too: a call for each labelled answer")
    publish.add_argument("--json", action="store_true", help="print it as JSON")
    publish.set_defaults(run=_publish)

    withdraw = verbs.add_parser("withdraw", help="ask a question of nobody any more; interviews that run keep it")
    withdraw.add_argument("id", metavar="ID")
    withdraw.set_defaults(run=_withdraw)
    publish.add_argument("--lang", choices=["zh", "en"], default="zh", help="language of what is said of the question (default: zh)")


def _publish(options: argparse.Namespace) -> int:
    from interviewer.authoring.refusal import NotReady
    from interviewer.errors import ConfigError
    from interviewer.messages import no_model
    from interviewer.models import LOCAL_PERSON, Audience, Reach

    application = open_application()
    question = find_question(application, options.id)
    if options.with_model and not application.settings.has_model:
        raise ConfigError(no_model(application.settings.model))
    audience = Audience(Reach.GROUP, options.group) if options.group else Audience(Reach.EVERYBODY if options.everybody else Reach.OWNER)
    if audience not in application.authoring.audiences(LOCAL_PERSON):
        raise ConfigError(f"nobody is in a group {options.group} → see `interviewer user list`")
    number = options.number if options.number is not None else question.current
    try:
        published = application.authoring.publish(LOCAL_PERSON, question.id, number, audience, by=OPERATOR)
    except NotReady as refused:
        for each in refused.findings:
            print(_finding_line(question.id, each, options.lang), file=sys.stderr)
        print(f"not published: {question.id} version {number}", file=sys.stderr)
        return 1
    version = _test(application, question.id, number, with_model=options.with_model)
    _tell_published(application, published, version, options)
    return 0


def _finding_line(question_id: str, found: Finding, lang: Lang) -> str:
    return tell_refusal(question_id, 0, found.loc, found.message[lang], found.remedy[lang], lang)


def _test(application: Application, question_id: str, number: int, *, with_model: bool) -> QuestionVersion:
    """The version as its self-test leaves it; a server may do the same at the same time, which comes to the same."""
    from interviewer.authoring.learning import LEARN, WITH_MODEL
    from interviewer.models import LOCAL_PERSON, Job, JobState
    from interviewer.records.store import utc_now

    job = Job("", LEARN, LOCAL_PERSON.id, question_id, JobState.OPEN, utc_now(), {WITH_MODEL: True} if with_model else {})
    try:
        application.learning.work(job, lambda _share: None)
    finally:
        if with_model:
            application.endpoint.close()
    return application.authoring.version(LOCAL_PERSON, question_id, number)


def _tell_published(application: Application, published: AuthoredQuestion, version: QuestionVersion, options: argparse.Namespace) -> None:
    import json

    if options.json:
        values = {
            "format": "interviewer-published/1", "id": published.id, "version": version.number, "audience": tell_audience(published.audience),
            "tested": version.tested, "test": version.test,
        }  # fmt: skip
        print(json.dumps(values, ensure_ascii=False, indent=2))
        return
    print(f"published\t{published.id}\tversion {version.number}\t{tell_audience(published.audience)}")
    for line in _test_lines(application, version, options.lang):
        print(line)


def _test_lines(application: Application, version: QuestionVersion, lang: Lang) -> Iterator[str]:
    from interviewer.authoring.selftest import LEAST_ANSWERS, decode_shown
    from interviewer.models import ExaminerName
    from interviewer.ui.labels import words

    t, shown = words(lang), decode_shown(version.test) if version.test else ()
    yield t["test_passed"] if version.tested else t["question_untested"]
    for each in shown:
        figures = ((t["test_order"], each.order, ".2f"), (t["test_discrimination"], each.discrimination, ".0f"), (t["test_agreement"], each.agreement, ".2f"))  # fmt: skip
        yield f"{t[f'examiner_{each.examiner}']}\t" + "\t".join(
            f"{name}: {'—' if value is None else format(value, form)}" for name, value, form in figures
        )
        yield from (f"\t{t[f'test_trouble_{trouble.value}']}" for trouble in each.troubles)
        if each.scored:
            yield "\t" + "  ".join(
                f"{t[f'level_{mark.level.value}']} {'—' if mark.score is None else format(mark.score, '.0f')}" for mark in each.scored
            )
    if not shown:
        yield f"\t{t['test_trouble_too_few']} → /coach/questions/{version.question_id}/answers"
    if shown and application.settings.has_model and ExaminerName.LLM.value not in {each.examiner for each in shown}:
        calls = len(application.labelled.of_question(version.question_id, confirmed=True))
        if calls >= LEAST_ANSWERS:
            yield f"\t{t['test_with_model'].format(n=calls)} → interviewer bank publish {version.question_id} --with-model"


def _withdraw(options: argparse.Namespace) -> int:
    from interviewer.models import LOCAL_PERSON, QuestionState

    application = open_application()
    if find_question(application, options.id).state is not QuestionState.PUBLISHED:
        print("that is so already: nothing was changed")
        return 0
    application.authoring.withdraw(LOCAL_PERSON, options.id, by=OPERATOR)
    print(f"withdrawn\t{options.id}")
    return 0
