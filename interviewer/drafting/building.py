"""From found questions to a draft, without a model: the document's words in their places, nothing invented. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from interviewer.drafting.document import BlockKind, Document, Span
from interviewer.drafting.draft import BankDraft, DraftText, Line, Origin, PointDraft, QuestionDraft
from interviewer.drafting.found import FoundQuestion
from interviewer.models import Bilingual, Lang, Source
from interviewer.questions.derive import points_of_rubric
from interviewer.questions.skills import SkillList
from interviewer.text.language import detect_language
from interviewer.text.words import count_han, count_words

MOST_QUESTIONS = 300
"""Of one draft: nobody corrects more of them at once."""
MOST_POINTS = 20
"""Of one question, as a question file has."""
LONGEST_TOPIC = 60
"""Characters of a heading that may stand as the topic over a question."""
_PROSE = 4
"""So many English words in a row without any Chinese are no term that a Chinese text uses."""
_ID_WORD = re.compile(r"[a-z0-9]+")
_ID_WORDS = 5
_MOST_COMPETENCIES = 2
NO_SKILLS = SkillList()


def draft_bank(document: Document, found: Sequence[FoundQuestion], source: Source, skills: SkillList = NO_SKILLS) -> BankDraft:
    """The draft of what was found, in its order, each question once.

    `source`: as it was told; a title that was not is the document's own. `skills`: by whose words competencies are proposed.
    """
    titled = source if source.title else replace(source, title=" ".join(line.text for line in title_of(document)))
    drafts: dict[str, QuestionDraft] = {}
    for each in found:
        draft = draft_question(document, each, skills)
        drafts.setdefault(draft.id, draft)
    kept = tuple(drafts.values())[:MOST_QUESTIONS]
    return BankDraft(kept, titled, document.digest, over=len(drafts) - len(kept))


def draft_question(document: Document, found: FoundQuestion, skills: SkillList = NO_SKILLS) -> QuestionDraft:
    """What the document has of one question. Its context stands over its words, its options under them."""
    home = detect_language(document.text)
    lang = language_of(found.prompt, home)
    question = Line(found.prompt, Origin.QUOTED, found.spans)
    prompt = (*quote(document, found.context), question, *quote(document, *found.options))
    topic = quote(document, found.topic) or title_of(document)
    answer = quote(document, *found.answer)
    return QuestionDraft(
        id=propose_id(found.prompt),
        lang=lang,
        prompt=in_language(lang, prompt),
        topic=in_language(lang, topic if len("".join(line.text for line in topic)) <= LONGEST_TOPIC else ()),
        reference=in_language(language_of("\n".join(line.text for line in answer), lang), answer),
        competencies=propose_competencies("\n".join(line.text for line in (*topic, *prompt)), skills),
        points=_draft_points(document, found.rubric, lang),
        spot=found.spans[0] if found.spans else None,
        form=found.form,
        confidence=found.confidence,
    )


def propose_competencies(text: str, skills: SkillList) -> tuple[str, ...]:
    """Those to which the most skills belong that a text names, none if it names none."""
    counted = Counter(each for id in skills.find(text) for each in skills.competencies_of([id]))
    return tuple(id for id, _ in counted.most_common(_MOST_COMPETENCIES))


def quote(document: Document, *spans: Span | None) -> tuple[Line, ...]:
    """A line for each stretch that says something, in the document's words, without the white space around them."""
    trimmed = [_trim(document, span) for span in spans if span]
    return tuple(Line(document.words(span), Origin.QUOTED, (span,)) for span in trimmed if span.start < span.end)


def _trim(document: Document, span: Span) -> Span:
    words = document.words(span)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, max(start, start + len(words.strip())))


def title_of(document: Document) -> tuple[Line, ...]:
    """What a document is called: its title, else its first heading if that is of the first level; nothing if it has neither."""
    if title := " ".join(document.title.split()):
        return (Line(title, Origin.QUOTED),)
    first = next((block for block in document.blocks if block.kind is BlockKind.HEADING), None)
    return quote(document, first.span) if first and first.depth == 1 else ()


def in_language(lang: Lang, lines: Iterable[Line]) -> DraftText:
    """These lines in their language, and nothing in the other."""
    return DraftText(zh=tuple(lines)) if lang == "zh" else DraftText(en=tuple(lines))


def language_of(text: str, home: Lang) -> Lang:
    """The language of some words of a document. `home`: the document's own, to which bare terms such as "MVCC" belong."""
    if count_han(text):
        return detect_language(text) if count_words(text) > _PROSE else "zh"
    return "en" if count_words(text) >= _PROSE else home


def propose_id(prompt: str) -> str:
    """An id that nobody else has and that is the same each time: the Latin words of a question, and six digits of its digest."""
    words = _ID_WORD.findall(prompt.casefold())[:_ID_WORDS]
    digest = hashlib.sha256(" ".join(prompt.split()).encode()).hexdigest()[:6]
    return "-".join([*(word[:10] for word in words), digest] if words else ["question", digest])


def _draft_points(document: Document, rubric: Sequence[Span], lang: Lang) -> tuple[PointDraft, ...]:
    """A point for each rubric line. All are essential: the text asks for each of them."""
    lines = {" ".join(document.words(span).split()): span for span in rubric[:MOST_POINTS]}
    places = {point.intent.zh: span for line, span in lines.items() for point in points_of_rubric([line])}
    return tuple(
        PointDraft(
            id=point.id,
            weight=point.weight,
            essential=True,
            intent=in_language(lang, (_within(document, places[point.intent.zh], point.intent.zh),)),
            follow_ups=tuple(map(usual, point.follow_ups)),
        )
        for point in points_of_rubric(list(lines))
    )


def _within(document: Document, span: Span, text: str) -> Line:
    """A line that is part of a stretch, such as a rubric line without its marks."""
    at = document.words(span).find(text)
    place = Span(span.start + at, span.start + at + len(text)) if at >= 0 else span
    return Line(text, Origin.QUOTED, (place,))


def usual(text: Bilingual) -> DraftText:
    """A text of this program's own in a draft."""
    return DraftText((Line(text.zh, Origin.USUAL),), (Line(text.en, Origin.USUAL),))
