"""Reading a model's reply while it arrives: each finding as soon as it is complete. What a whole reply says is read in `reply`."""

from __future__ import annotations

import json
import re

from interviewer.endpoint.json_reply import strip_thinking
from interviewer.grading.evidence import Claim
from interviewer.grading.llm.reply import UTTERANCES, read_claim
from interviewer.models import Question

_MARK, _QUOTE_END = re.compile(r'["{}\]]'), re.compile(r'["\\]')
"""Where a scan of JSON stops: outside a string, and inside one."""
_POINTS = re.compile(r'"points"\s*:\s*[\[{]')
_KEY = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*\Z')
_ASIDE = re.compile(rf'"utterance"\s*:\s*"(?:{"|".join(each for each in UTTERANCES if not each.is_answer)})"')
_BEGINS = re.compile(r"\s*(?:```\w*\s*)?[\[{]")
"""How the JSON of a reply without a preface begins."""


class PartialReply:
    """Reads a reply while it arrives. Given the text so far, again and again, it yields each finding once it is complete.

    Of a reply that begins with prose nothing is heard: it may be thinking whose opening tag stands in the prompt, and a draft in it.

    `claims`: all findings so far, none of an earlier attempt or a draft. `settled`: the message is an answer for certain; else a reply that takes it for none has no findings.
    """

    def __init__(self, question: Question, *, settled: bool = True) -> None:
        self._question, self._settled = question, settled
        self.claims: list[Claim] = []
        self._text = ""
        self._at = self._start = self._item = -1
        self._depth = 0
        self._keyed = self._in_string = self._closed = False

    def feed(self, text: str) -> tuple[Claim, ...]:
        """The findings that were completed since the last call; a text that does not continue the last one starts anew."""
        body = strip_thinking(text)
        if not _BEGINS.match(body):
            body = ""
        if not body.startswith(self._text):
            self._restart()
        self._text = body
        if self._at < 0:
            opened = _POINTS.search(body)
            if opened is None:
                return ()
            self._at = self._item = opened.end()
            self._closed = not self._settled and _ASIDE.search(body, 0, opened.start()) is not None
            self._keyed = body[opened.end() - 1] == "{"
        fresh = self._scan(body)
        self.claims.extend(fresh)
        return fresh

    def _restart(self) -> None:
        self.claims.clear()
        self._at = self._start = self._item = -1
        self._depth = 0
        self._keyed = self._in_string = self._closed = False

    def _scan(self, body: str) -> tuple[Claim, ...]:
        claims: list[Claim] = []
        while not self._closed and (mark := (_QUOTE_END if self._in_string else _MARK).search(body, self._at)):
            # What a backslash escapes may still be on its way.
            if mark.group() == "\\" and mark.end() == len(body):
                self._at = mark.start()
                return tuple(claims)
            self._at = mark.end()
            match mark.group():
                case "\\":
                    self._at += 1
                case '"':
                    self._in_string = not self._in_string
                case "{":
                    self._start = mark.start() if self._depth == 0 else self._start
                    self._depth += 1
                case "}" if self._depth:
                    self._depth -= 1
                    claim = self._complete(body) if self._depth == 0 else None
                    claims.extend([claim] if claim else [])
                case "]" | "}" if self._depth == 0:
                    self._closed = True
        if not self._closed:
            self._at = len(body)
        return tuple(claims)

    def _complete(self, body: str) -> Claim | None:
        try:
            item = json.loads(body[self._start : self._at], strict=False)
        except (ValueError, RecursionError):
            return None
        before, self._item = body[self._item : self._start], self._at
        key = _KEY.search(before) if self._keyed else None
        return read_claim({**item, "id": key[1]} if key and isinstance(item, dict) else item, self._question)
