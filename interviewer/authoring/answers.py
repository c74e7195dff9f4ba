"""The use cases of labelled answers: what a question is tested with before it is published, and what the offline examiner learns from."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from interviewer.authoring.refusal import NotReady
from interviewer.authoring.service import Authoring
from interviewer.errors import NotFound
from interviewer.models import LabelledAnswer, Lang, Level, Person, PointLabel
from interviewer.questions.checks import Finding, finding
from interviewer.records.labelled import LabelledStore
from interviewer.text.storable import storable

LONGEST = 20_000
"""Characters of an answer, as of a candidate's."""
MOST = 200
"""Labelled answers of one question."""


class LabelledAnswers:
    """The labelled answers of questions. Who may read and change them is who may change the question; else NotFound, as if there were none."""

    def __init__(
        self, *, store: LabelledStore, authoring: Authoring, now: Callable[[], datetime], learn: Callable[[str], object] = lambda _id: None
    ) -> None:
        """`learn`: told the question whose answers have changed."""
        self._store, self._authoring, self._now, self._learn = store, authoring, now, learn

    def answers(self, viewer: Person, question_id: str) -> tuple[LabelledAnswer, ...]:
        """All of a question in the order in which they came."""
        self._refuse_stranger(viewer, question_id)
        return self._store.of_question(question_id)

    def by_author(self, viewer: Person) -> tuple[LabelledAnswer, ...]:
        """All that the viewer wrote or confirmed."""
        return self._store.by_author(viewer.id)

    def add(
        self,
        viewer: Person,
        question_id: str,
        *,
        lang: Lang,
        text: str,
        level: Level,
        labels: Mapping[str, PointLabel],
        quotes: Mapping[str, str] | None = None,
        by_model: bool = False,
    ) -> LabelledAnswer:
        """A new one, kept. As `make`."""
        made = self.make(viewer, question_id, lang=lang, text=text, level=level, labels=labels, quotes=quotes, by_model=by_model)
        self._store.put(made)
        self._learn(question_id)
        return made

    def make(
        self,
        viewer: Person,
        question_id: str,
        *,
        lang: Lang,
        text: str,
        level: Level,
        labels: Mapping[str, PointLabel],
        quotes: Mapping[str, str] | None = None,
        by_model: bool = False,
    ) -> LabelledAnswer:
        """A new one, not kept yet. `labels`: by the ids of the points of the version that is edited; `quotes`: see `LabelledAnswer`; `by_model`: it counts
        once it is confirmed.

        NotReady tells by field what is wrong with it.
        """
        self._refuse_stranger(viewer, question_id)
        answer = LabelledAnswer(
            secrets.token_hex(16),
            question_id,
            lang,
            storable(text).strip(),
            level,
            dict(labels),
            viewer.id,
            by_model,
            not by_model,
            self._now(),
            _stated(quotes),
        )
        return self._checked(viewer, answer, adds=True)

    def change(
        self,
        viewer: Person,
        answer_id: str,
        *,
        text: str,
        level: Level,
        labels: Mapping[str, PointLabel],
        quotes: Mapping[str, str] | None = None,
        confirmed: bool = True,
    ) -> LabelledAnswer:
        """Correct one, and confirm it with that. NotReady as for `add`."""
        before, words = self._find(viewer, answer_id), storable(text).strip()
        changed = replace(before, text=words, level=level, labels=dict(labels), author_id=viewer.id, confirmed=confirmed)
        checked = self._checked(viewer, replace(changed, quotes=_stated(quotes)), adds=False)
        self._store.put(checked)
        self._learn(checked.question_id)
        return checked

    def learn(self, question_id: str) -> None:
        """What is learned of the question's answers is out of date: somebody else has kept one."""
        self._learn(question_id)

    def delete(self, viewer: Person, answer_id: str) -> None:
        """Delete one."""
        answer = self._find(viewer, answer_id)
        self._store.delete(answer.id)
        self._learn(answer.question_id)

    def _checked(self, viewer: Person, answer: LabelledAnswer, *, adds: bool) -> LabelledAnswer:
        findings = tuple(self._check(viewer, answer, adds=adds))
        if findings:
            raise NotReady(findings)
        return answer

    def _check(self, viewer: Person, answer: LabelledAnswer, *, adds: bool) -> list[Finding]:
        found = []
        if not answer.text:
            found.append(finding(("text",), ("回答是空的", "the answer is empty"), ("写上回答", "write the answer")))
        if len(answer.text) > LONGEST:
            found.append(
                finding(("text",), ("回答太长", "the answer is too long"), (f"最多 {LONGEST} 个字符", f"keep it to {LONGEST} characters"))
            )
        if adds and len(self._store.of_question(answer.question_id)) >= MOST:
            full = (f"这道题已经有 {MOST} 份回答", f"this question has {MOST} answers already")
            found.append(finding((), full, ("删掉一些", "delete some")))
        version = self._authoring.version(viewer, answer.question_id)
        question = self._authoring.check(version.content, answer.question_id, version.number).question
        known = {point.id for point in question.points} if question else set(answer.labels)
        for point_id in answer.labels:
            if point_id not in known:
                said = (f"题目没有 {point_id!r} 这个要点", f"the question has no point {point_id!r}")
                found.append(finding(("labels", point_id), said, ("重新打开题目", "load the question again")))
        for point_id, quote in answer.quotes.items():
            if quote not in answer.text or answer.labels.get(point_id, PointLabel.MISSING) is PointLabel.MISSING:
                said = (
                    "回答里没有这段原话，或这个要点没有说到",
                    "the answer does not say these words, or the point is labelled as missing",
                )
                found.append(
                    finding(("quotes", point_id), said, ("从回答里复制，或留空", "copy them out of the answer, or leave them out"))
                )
        return found

    def _find(self, viewer: Person, answer_id: str) -> LabelledAnswer:
        answer = self._store.read(answer_id)
        self._refuse_stranger(viewer, answer.question_id)
        return answer

    def _refuse_stranger(self, viewer: Person, question_id: str) -> None:
        if not self._authoring.may_edit(viewer, question_id):
            raise NotFound("there is no such labelled answer → go back to the question")


def _stated(quotes: Mapping[str, str] | None) -> dict[str, str]:
    return {point_id: words for point_id, quote in (quotes or {}).items() if (words := storable(quote).strip())}
