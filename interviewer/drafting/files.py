"""A draft as question files, the format of knowledge/README.md: `interviewer bank check` says of each what is still missing.

What is left for the author stands there empty. Where each line comes from is written under `source`, see `places_of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from interviewer.drafting.draft import BankDraft, DraftText, GivenDraft, Line, Origin, PointDraft, QuestionDraft
from interviewer.errors import ConfigError
from interviewer.models import Lang, Source
from interviewer.questions.writing import write_yaml
from interviewer.text.normalize import is_hidden

_HEAD = (
    "# A draft. What is empty is yours to write; `interviewer bank check` says what is missing, knowledge/README.md how it is written.\n"
)
_LONGEST = 300
"""Characters of what is told of a source."""


def write_folder(draft: BankDraft, folder: Path) -> tuple[Path, ...]:
    """Write a file for each question into a folder that is new or empty; their paths. ConfigError if it is neither, or cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ConfigError(f"{folder} is not empty, and nothing is written over → name a new folder")
        paths = list[Path]()
        for number, question in enumerate(draft.questions, start=1):
            path = folder / f"{number:03}-{question.id}.yaml"
            path.write_text(write_file(question, draft.source, draft.digest), encoding="utf-8")
            paths.append(path)
    except OSError as error:
        raise ConfigError(f"{folder} cannot be written ({error.strerror}) → name a folder that can") from None
    return tuple(paths)


def write_file(question: QuestionDraft, source: Source, digest: str) -> str:
    """The question's file as text. `digest`: of the document."""
    return _HEAD + write_yaml(content_of(question, source, digest))


def content_of(question: QuestionDraft, source: Source, digest: str) -> dict[str, Any]:
    """What the question's file says, as keys and values in their order."""
    langs = question.languages
    content: dict[str, Any] = {
        "id": question.id,
        "version": 1,
        **({"languages": list(langs)} if len(langs) == 1 else {}),
        "topic": _both(question.topic, langs),
        "competencies": list(question.competencies),
        "difficulty": question.difficulty,
        "prompt": _both(question.prompt, langs),
        "reference": _both(question.reference, langs),
        "points": [_point(point, langs) for point in question.points],
        "givens": [_given(given, langs) for given in question.givens],
        "hints": [_both(hint, langs) for hint in question.hints],
        "source": _source(question, source, digest),
    }
    return {key: value for key, value in content.items() if value or key not in {"points", "givens", "hints"}}


def places_of(question: QuestionDraft) -> dict[str, list[str]]:
    """Where each line of a text comes from, by the text's path: `12-40` characters of the document, `~12-40` a model's words for them,
    `title` the document's, `added` by a model, `usual` in this program, `author`. A text that is all its author's is not listed.
    """
    texts = {".".join((*path, lang)): text[lang] for path, text in question.texts() for lang in question.languages}
    return {
        path: [told for line in lines for told in _tell(line)]
        for path, lines in texts.items()
        if any(line.origin is not Origin.AUTHOR for line in lines)
    }


def _tell(line: Line) -> Iterator[str]:
    """Of each of its lines, as the file has them: a passage may be several."""
    pieces = _clean(line.text).split("\n")
    if line.origin is Origin.QUOTED and len(pieces) > 1 and len(line.spans) == 1:
        start = line.spans[0].start
        for piece in line.text.split("\n"):
            yield f"{start}-{start + len(piece)}"
            start += len(piece) + 1
    else:
        where = "+".join(f"{span.start}-{span.end}" for span in line.spans)
        own = {Origin.QUOTED: where or "title", Origin.RESTATED: f"~{where}" if where else Origin.ADDED.value}
        yield from [own.get(line.origin, line.origin.value)] * len(pieces)


def _source(question: QuestionDraft, source: Source, digest: str) -> dict[str, object]:
    told: Mapping[str, object] = {
        "title": _clean(source.title)[:_LONGEST],
        "author": _clean(source.author)[:_LONGEST],
        "licence": _clean(source.licence)[:_LONGEST],
        "date": _clean(source.date),
        "document": digest,
        "places": places_of(question),
    }
    return {key: value for key, value in told.items() if value}


def _point(point: PointDraft, langs: Iterable[Lang]) -> dict[str, object]:
    told: dict[str, object] = {
        "id": point.id,
        "weight": int(point.weight) if point.weight == int(point.weight) else point.weight,
        "essential": point.essential,
        "intent": _both(point.intent, langs),
        "core": _both(point.core, langs) if point.core.written() else None,
        "misconceptions": [
            {"id": belief.id, "statement": _both(belief.statement, langs), "correction": _both(belief.correction, langs)}
            for belief in point.misconceptions
        ],
        "follow_ups": [_both(text, langs) for text in point.follow_ups],
        "drills": [_both(text, langs) for text in point.drills],
    }
    return {key: value for key, value in told.items() if value or key == "essential"}


def _given(given: GivenDraft, langs: Iterable[Lang]) -> dict[str, object]:
    asked = {lang: [_clean(line.text) for line in given.asked[lang]] for lang in langs}
    return {"id": given.id, "asked": asked, "says": _both(given.says, langs)}


def _both(text: DraftText, langs: Iterable[Lang]) -> dict[str, str]:
    return {lang: _clean(text.words(lang)) for lang in langs}


def _clean(text: str) -> str:
    """Without what shows nothing, which a question file may not hold."""
    return "".join(char for char in text if not is_hidden(char)).replace("\v", "\n").replace("\f", "\n").strip()
