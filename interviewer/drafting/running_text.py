"""The questions within running text: sentences that ask, what is said in quotation marks, what somebody is said to have asked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewer.drafting.asking import EMBEDDED, ENDS_ASKING, INTERROGATIVE, REPORTS, TAIL_OF_TOPIC, TASK
from interviewer.drafting.document import Document, Span
from interviewer.drafting.lines import Candidate, Line
from interviewer.drafting.sentences import quotations, sentences, strip_span, without_quotations

_COLON = re.compile(r"[:：](?!//)\s*")
_SHORT, _LINE = 60, 120
"""Characters of what may stand before a colon; of a quotation that is one question."""
_FILLER = re.compile(r"(?:嗯+|好的?|哦|对|行|那?我?给你一个场景|OK|Okay)[，,、]\s*")
_SAYS = re.compile(r"(?:问|说|道|是|换成|改成|保留|一句|[：:]|[Aa]sk(?:ed|s)?|said|says|was|is|[Dd]esign|task)[，,了]?\s*$")
_OWN = re.compile(r"(?:^|[，。；！？\s”])我[^，。；！？他她]{0,4}$|\bI (?:then |also |just )?$")
"""What stands before a verb of asking if the candidate asks."""
_AND = re.compile(r"[，、 ]?(?:还有|以及)|,?\s+and\s+(?=(?:what|how|why|whether|if|which|when|where)\b)")
_NAMED = re.compile(r"(?<!我)(?:问|考|聊)(?:了|到了?|的是|的都是)[：:]?\s*$")
_TOPIC = re.compile(rf"[A-Za-z]{{2,}}|{TAIL_OF_TOPIC.pattern}", re.IGNORECASE)
_NEAR, _CLAUSE, _MOST = 16, 200, 8
"""Characters before a verb of asking that tell whose it is; characters of a clause; clauses that one verb goes on over."""
_NAME = 24
"""What was asked as a topic alone ("asked about MVCC"), and how many characters it has at most."""
_ALSO = re.compile(f"{EMBEDDED.pattern}|{TASK.pattern}", re.IGNORECASE)
_TOLD = re.compile(r"(?:还|最后|再|又|先|然后|接着)+(?:问|让|是)|我|他|她|然后|这|还好|结果|说|又|接|问|让|反正|因为|所以")
_SUPPOSE = re.compile(
    r"^(?:so |now |ok(?:ay)?,? )*(?:imagine|suppose|say|assume|let's say)\b|^(?:那|好|现在)?[，,]?(?:假设|假如|如果|设想|想象)",
    re.IGNORECASE,
)


def in_text(document: Document, line: Line, span: Span) -> Iterator[Candidate]:
    """The candidates of running text: sentences that ask, quoted speech, reported questions."""
    text = document.text
    found: list[Candidate] = []
    for sentence in sentences(text, span.start, span.end):
        words = document.words(sentence)
        shown = without_quotations(words)
        quoted = [Span(sentence.start + each.start, sentence.start + each.end) for each in quotations(words)]
        speech = [each for each in quoted if _is_speech(document, sentence, each)]
        found += [Candidate(_spoken(document, each), line.number, "quote", line.role) for each in speech]
        reports = [Span(sentence.start + each.start, sentence.start + each.end) for each in reported(shown)]
        reports = [each for each in reports if not any(part.start < each.end and each.start < part.end for part in speech)]
        found += [Candidate(each, line.number, "reported", line.role) for each in reports]
        if not speech and not reports:
            found.append(Candidate(_after_filler(document, after_colon(document, sentence)), line.number, "sentence", line.role))
    yield from _merge_tails(document, sorted(found, key=lambda each: each.span))


def after_colon(document: Document, sentence: Span) -> Span:
    """Of a sentence that asks after a colon, what asks."""
    words = document.words(sentence)
    colon = _COLON.search(words)
    if colon is None or not ENDS_ASKING.search(words) or INTERROGATIVE.search(words[: colon.start()]) or colon.start() > _SHORT:
        return sentence
    return Span(sentence.start + colon.end(), sentence.end)


def _after_filler(document: Document, sentence: Span) -> Span:
    found = _FILLER.match(document.text, sentence.start, sentence.end)
    return Span(found.end(), sentence.end) if found and found.end() < sentence.end else sentence


def _is_speech(document: Document, sentence: Span, quoted: Span) -> bool:
    """Whether something quoted is said, and no name or word: it ends as a sentence, or a verb of saying stands before it."""
    words, before = document.words(quoted), document.text[max(sentence.start, quoted.start - 12) : quoted.start - 1]
    return bool(
        ENDS_ASKING.search(words)
        or (len(words) >= 6 and _SAYS.search(before) and not re.search(r"(?<![给对跟问])我(?:就)?[说答回]\S{0,2}[：:]?\s*$", before))
    )


def _spoken(document: Document, quoted: Span) -> Span:
    """Of what is said, the words without what a mark of the sentence around adds."""
    cut = sentences(document.text, quoted.start, quoted.end)
    asking = [span for span in cut if ENDS_ASKING.search(document.words(span))]
    if asking and len(cut) > 1:
        return Span(
            cut[0].start if len(quoted_words := document.words(quoted)) < _LINE and quoted_words else asking[0].start, asking[-1].end
        )
    return strip_span(document.text, quoted, "。.，,")


def reported(shown: str) -> list[Span]:
    """What somebody is said to have asked: the words after the verb, up to the end of the clause, and the clauses that go on asking."""
    found: list[Span] = []
    for pattern in REPORTS:
        for match in pattern.finditer(shown):
            verb, before = match[0].rstrip("：:，, "), shown[max(0, match.start() - _NEAR) : match.start()]
            if verb.endswith("我") or not _OWN.search(before):
                names = _NAMED.search(before + match[0]) is not None
                found += _clauses(shown, match.end(), names=names)
    found.sort()
    return [span for number, span in enumerate(found) if not number or span.start >= found[number - 1].end]


def _clauses(shown: str, start: int, *, names: bool) -> list[Span]:
    """The clauses from here on that ask. `names`: whether the first may be a topic alone."""
    found: list[Span] = []
    first = start
    for _ in range(_MOST):
        end = _end_of_clause(shown, start)
        colon = shown.find("：", start, end)
        span = strip_span(shown, Span(colon + 1 if colon > 0 else start, end), '，,：:\u3000“”"')
        words = shown[span.start : span.end]
        listed = "；" in (shown[start - 1 : start], shown[end : end + 1])
        joint = _AND.match(shown, end)
        asks = listed or _ALSO.search(words) or (names and len(words) <= _NAME and _TOPIC.search(words))
        if not 4 <= len(words) <= _CLAUSE or not (asks or joint) or (start > first and _TOLD.match(words)):
            break
        found += [span] if asks else []
        if not joint and shown[end : end + 1] not in ("，", "；", " "):
            break
        start = joint.end() if joint else end + 1
    return found


_CLAUSE_END = re.compile(
    r"[，、 ]?(?:还有|以及)|(?<=[\u4e00-\u9fff？])[ \u3000～~]+(?=[\u4e00-\u9fff])|[，。；！？!?;\n]|,\s+(?=(?:so|and|but|which|I|then|or|because|he|she|they)\b)|\.(?:\s|$)|,\s+from\b|\s+and\s+(?=(?:what|how|why|whether|if|which|when|where)\b)|\s+and\s+(?=I\b|then\b|he\b|she\b)|\)"
)


def _end_of_clause(shown: str, start: int) -> int:
    for mark in _CLAUSE_END.finditer(shown, start, start + _CLAUSE):
        words = shown[start : mark.start()]
        if (
            (mark[0] == "，" or mark[0].isspace())
            and not _TOLD.match(shown, mark.end())
            and not (INTERROGATIVE.search(words) or TASK.search(words))
        ):
            continue
        return mark.end() if mark[0] in "？?" else mark.start()
    return min(len(shown), start + _CLAUSE)


def _merge_tails(document: Document, found: list[Candidate]) -> Iterator[Candidate]:
    """A bare why, or a short question that says nothing alone, goes with the one before it."""
    merged: list[Candidate] = []
    for each in found:
        words = document.words(each.span)
        last = merged[-1] if merged else None
        near = last is not None and last.form == each.form == "sentence" and not document.text[last.span.end : each.span.start].strip()
        follows = last is not None and ENDS_ASKING.search(document.words(last.span)) and _is_tail(words)
        if last and near and ENDS_ASKING.search(words) and (follows or _SUPPOSE.search(document.words(last.span))):
            merged[-1] = Candidate(Span(last.span.start, each.span.end), each.block, each.form, each.role)
        else:
            merged.append(each)
    return iter(merged)


def _is_tail(words: str) -> bool:
    return bool(re.fullmatch(r"(?:那?为什么|为啥|怎么[说讲]|why(?: not)?|how so|how come|.{1,8}呢)\s*[?？]", words.strip(), re.IGNORECASE))
