"""The command line. Each command imports what it needs when it runs, so that the light ones start at once."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from interviewer import __version__
from interviewer.commands import bank, data, group, training, user
from interviewer.operator_access import open_application

if TYPE_CHECKING:
    from interviewer.bootstrap import Application
    from interviewer.grading.rubric.explaining import Explanation
    from interviewer.models import ExaminerName, GradingTask, Lang, Outcome, Question


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 refused or found wanting, 2 misused."""
    _write_utf8()
    options = build_parser().parse_args(arguments)
    from interviewer.errors import InterviewerError
    from interviewer.network import unbracket_bypassed
    from interviewer.private_files import private_by_default

    unbracket_bypassed()
    try:
        with private_by_default():
            status: int = options.run(options)
        sys.stdout.flush()
        return status
    except InterviewerError as error:
        print(f"interviewer: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever reads our output, such as `head`, has read enough; what is left of it must not fail again at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def _write_utf8() -> None:
    """In a pipe or a file the local code page, as on Windows, may hold no Chinese; a terminal says itself what it shows."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def build_parser() -> argparse.ArgumentParser:
    """All commands with their options, as `--help` and the README show them."""
    parser = argparse.ArgumentParser(prog="interviewer", description="A bilingual mock interviewer for AI back-end engineers.")
    parser.add_argument("--version", action="version", version=f"interviewer {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="serve the practice room (HOST, PORT and INTERVIEWER_DATA change where)")
    serve.set_defaults(run=_serve)

    bank.add_parser(commands)

    index = commands.add_parser("index", help="build the vector index anew, and the database if there is none")
    index.add_argument("--if-needed", action="store_true", help="leave an index alone that is whole and up to date")
    index.set_defaults(run=_rebuild_index)

    grade = commands.add_parser("grade", help="grade one answer")
    grade.add_argument("question", help="a question's id, or its number 1-10")
    grade.add_argument("--lang", choices=["zh", "en"], default="zh", help="language of the question (default: zh)")
    grade.add_argument("--answer-file", type=Path, required=True, help="a UTF-8 text file with the answer; - reads standard input")
    grade.add_argument("--examiner", choices=["rubric", "llm"], help="who judges; without it, as set up")
    grade.add_argument(
        "--explain", action="store_true", help="also say of each point what was seen, where, how sure, and what took credit away"
    )
    grade.add_argument("--json", action="store_true", help="print the whole outcome as JSON")
    grade.set_defaults(run=_grade)

    again = commands.add_parser(
        "regrade",
        help="grade the answers of a stored interview again; earlier grades are kept",
        description="Grade the answers of a stored interview again, whoever held it, the questions as they were then. Earlier grades are "
        "kept; the latest counts. It is noted in the audit log. A server may run on the same data folder meanwhile.",
    )
    again.add_argument("interview", metavar="INTERVIEW", help="the interview's id, as in the page's address, or the beginning of it")
    again.add_argument("--question", metavar="ID_OR_NUMBER", help="only this question: its id, or its number in the interview")
    again.add_argument("--examiner", choices=["rubric", "llm"], help="who judges; without it, as the candidate chose")
    again.add_argument("--json", action="store_true", help="print scores and new outcomes as JSON")
    again.set_defaults(run=_regrade)

    evaluate = commands.add_parser(
        "eval",
        help="measure an examiner on graded answers (needs the extra `eval`)",
        description="Measure how an examiner's scores agree with people's, and what attacks gain. Kinds of rows, told apart by their keys: "
        "question (number or id), lang, answer, score 0-100, and maybe points with a verdict each; question (text), references, rubric, lang, answer, score_norm 0-1; "
        "base and answer to a bank question; base_answer and attacked_answer with question and reference_answer.",
    )
    evaluate.add_argument("files", nargs="+", type=Path, metavar="FILE", help="graded answers or attacks as JSON Lines, UTF-8")
    evaluate.add_argument("--examiner", choices=["rubric", "llm"], default="rubric", help="who judges (default: rubric)")
    evaluate.add_argument("--prompt", metavar="NAME", help="another version of the model's prompt, such as grade-v1")
    evaluate.add_argument("--limit", type=_count, metavar="N", help="only the first N rows of each file")
    evaluate.add_argument("--concurrency", type=_count, metavar="N", help="answers judged at the same time")
    evaluate.add_argument("--budget-tokens", type=_count, metavar="N", help="stop before this run has taken more than N tokens")
    evaluate.add_argument("--out", type=Path, metavar="CSV", help="write a line per row, as they are judged")
    evaluate.add_argument("--verdicts", type=Path, metavar="JSONL", help="write the verdicts and quotes of each row, as they are judged")
    evaluate.add_argument(
        "--resume", type=Path, metavar="FILE", help="what is judged already (default: evaluations.jsonl in the data folder)"
    )
    evaluate.add_argument("--compare", type=Path, metavar="CSV", help="another run's --out: paired differences on the same rows")
    evaluate.add_argument("--json", action="store_true", help="print all figures as JSON")
    evaluate.set_defaults(run=_eval)

    export = commands.add_parser(
        "export",
        help="write an interview to standard output or a file",
        description="Write an interview, whoever held it, to standard output or a file; it is noted in the audit log.",
    )
    export.add_argument("interview", help="the interview's id, as in the page's address, or the beginning of it")
    export.add_argument("--format", choices=["md", "json", "html"], default="md", help="(default: md)")
    export.add_argument("--lang", choices=["zh", "en"], default="zh", help="language of the headings (default: zh)")
    export.add_argument("--out", type=Path, help="a file; without it, standard output")
    export.set_defaults(run=_export)

    user.add_parser(commands)
    group.add_parser(commands)
    training.add_parser(commands)
    data.add_parsers(commands)

    doctor = commands.add_parser(
        "doctor", help="look at the whole set-up: settings, database, access, files, network, examiner, model; say what to mend"
    )
    doctor.add_argument("--lang", choices=["zh", "en"], default="zh", help="(default: zh)")
    doctor.add_argument("--judge", action="store_true", help="have the model judge ten labelled answers, and tell how well; costs tokens")
    doctor.set_defaults(run=_doctor)
    return parser


def _serve(_options: argparse.Namespace) -> int:
    from interviewer.garbage import loading_for_good

    with loading_for_good():
        from interviewer.bootstrap import Application
        from interviewer.config import load_settings
        from interviewer.network import unread
        from interviewer.observability.logs import set_up_logs
        from interviewer.starting import check_start

        settings = load_settings()
        set_up_logs(settings.log_level, settings.log_format)
        application = Application(settings)
        check_start(application)
        import uvicorn

        from interviewer.connections import ImpatientProtocol

        with unread():  # Gradio makes a client when it is imported, which fails on what may be of no use here
            from interviewer.server import create_app

        _check_port(settings.host, settings.port)
        _choose_examiner(application)
        for problem in application.bank.problems:
            print(f"interviewer: {problem}", file=sys.stderr)
        app = create_app(application)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"模拟面试 · mock interview: http://{host}:{settings.port}", flush=True)
    # Its own log would be a second form beside ours, and its access log would tell query strings.
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=3,
        http=ImpatientProtocol,
    )
    return 0


def _check_port(host: str, port: int) -> None:
    """ConfigError, before anything is promised, if somebody else listens there or the address is not this machine's."""
    import socket

    from interviewer.errors import ConfigError

    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        reason = (error.strerror or type(error).__name__).partition(" (")[0]  # Python adds the address
        raise ConfigError(f"port {port} of {host} cannot be served ({reason}) → stop what uses it, or set PORT to another") from None


def _choose_examiner(application: Application, wanted: str | None = None) -> ExaminerName:
    """The examiner that is wanted, else the one that is set up; ConfigError if it is not there."""
    from interviewer.errors import ConfigError
    from interviewer.messages import no_model
    from interviewer.models import ExaminerName

    name = ExaminerName(wanted or application.settings.default_examiner)
    if name not in application.examiners:
        raise ConfigError(no_model(application.settings.model))
    return name


def _rebuild_index(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    application = open_application()
    if options.if_needed:
        application.index.open(application.live_bank.shared())
        return 0
    with tqdm(unit=" passages", desc="index") as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        application.index.rebuild(application.live_bank.shared(), show)
    return 0


def _grade(options: argparse.Namespace) -> int:
    from interviewer.models import GradingTask, Ungraded

    application = open_application()
    question = application.bank.find(options.question)
    name = _choose_examiner(application, options.examiner)
    answer = _read_answer(options.answer_file)
    task = GradingTask(question=question, lang=options.lang, prompt=question.prompt[options.lang], answer=answer)
    explain = _explainer(application, name) if options.explain else None
    outcome = application.examiners[name]().grade(task)
    _print_outcome(question, outcome, explanation=explain(task) if explain else None, lang=options.lang, as_json=options.json)
    return 1 if isinstance(outcome, Ungraded) else 0


def _explainer(application: Application, name: ExaminerName) -> Callable[[GradingTask], Explanation]:
    """What tells why the examiner finds what it finds; ConfigError if it does not."""
    from interviewer.errors import ConfigError

    explain: Callable[[GradingTask], Explanation] | None = getattr(application.rubric_examiner, "explain", None)
    if explain is None or name is not application.rubric_examiner.name:
        raise ConfigError("this examiner does not explain what it finds → leave out --explain, or add --examiner rubric")
    return explain


def _read_answer(path: Path) -> str:
    from interviewer.errors import ConfigError
    from interviewer.interview.service import MAX_ANSWER

    try:
        answer = (sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()).decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror} → name a readable text file") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8 → save it as UTF-8") from None
    if not answer.strip():
        raise ConfigError(f"{path}: there is no answer in it → write one")
    if len(answer) > MAX_ANSWER:
        raise ConfigError(f"{path}: an answer may have at most {MAX_ANSWER} characters, this has {len(answer)} → shorten it")
    return answer


def _print_outcome(question: Question, outcome: Outcome, *, explanation: Explanation | None, lang: Lang, as_json: bool) -> None:
    import json

    from interviewer.records.codec import encode_outcome
    from interviewer.ui.explaining import explanation_values, tell_explanation
    from interviewer.ui.plain import tell_outcome

    if as_json:
        why = {"explanation": explanation_values(explanation)} if explanation else {}
        print(json.dumps({"question": question.id, "score": None, **encode_outcome(outcome), **why}, ensure_ascii=False, indent=2))
    else:
        print(tell_outcome(question, outcome, lang))
        if explanation:
            print(tell_explanation(question, explanation, lang))


def _regrade(options: argparse.Namespace) -> int:
    from interviewer.models import ExaminerName
    from interviewer.regrade import RegradeOptions, regrade_interview, render_text

    wanted = RegradeOptions(options.interview, options.question, ExaminerName(options.examiner) if options.examiner else None)
    regrading = regrade_interview(
        open_application(), wanted, lambda question, lang: None if options.json else print(render_text(question, lang), flush=True)
    )
    if options.json:
        print(regrading.to_json())
    return 0 if regrading.complete else 1


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 is expected")
    return int(text)


def _eval(options: argparse.Namespace) -> int:
    from interviewer.evaluation.command import EvalOptions, evaluate
    from interviewer.models import ExaminerName

    wanted = EvalOptions(
        files=tuple(options.files), examiner=ExaminerName(options.examiner), prompt=options.prompt, limit=options.limit,
        concurrency=options.concurrency, budget=options.budget_tokens, out=options.out, verdicts=options.verdicts, resume=options.resume,
        compare=options.compare,
    )  # fmt: skip
    evaluation = evaluate(open_application(), wanted)
    print(evaluation.to_json() if options.json else evaluation.to_text())
    if evaluation.run.stopped:
        print(f"interviewer: stopped early ({evaluation.run.stopped}) → the same command goes on from here", file=sys.stderr)
    return 1 if evaluation.run.stopped else 0


def _export(options: argparse.Namespace) -> int:
    from interviewer.errors import ConfigError
    from interviewer.operator_access import find_interview, note
    from interviewer.private_files import open_private
    from interviewer.ui.exports import EXPORTS
    from interviewer.ui.posting_view import view_posting

    application = open_application()
    interview = find_interview(application, options.interview)
    note(application, "export", interview, options.format)
    candidate = application.people.get(interview.owner)
    name, model = candidate.name if candidate else "", application.settings.model or ""
    behind = view_posting(
        application.preparing.behind(interview.id),
        interview,
        interview.turns,
        application.competencies,
        untested=application.live_bank.untested(),
    )
    text = EXPORTS[options.format][0](interview, application.competencies, options.lang, candidate=name, model=model, behind=behind)
    if options.out is None:
        sys.stdout.write(text + "\n")
        return 0
    try:
        with open_private(options.out) as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(f"{options.out}: {error.strerror} → name a file that may be written") from None
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from interviewer.config import load_settings
    from interviewer.doctor import broken_settings, diagnose, print_checks
    from interviewer.errors import ConfigError

    def tell(done: int, whole: int) -> None:
        if options.judge and sys.stderr.isatty():
            print(f"\r{done}/{whole}", end="\n" if done == whole else "", file=sys.stderr, flush=True)

    try:
        settings = load_settings()
    except ConfigError as error:
        return print_checks([broken_settings(str(error))], options.lang)
    return print_checks(diagnose(settings, judge=options.judge, tell=tell), options.lang)


def run() -> NoReturn:
    """The entry point of the installed command."""
    raise SystemExit(main())
