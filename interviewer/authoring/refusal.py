"""What cannot be saved or published as it is."""

from __future__ import annotations

from interviewer.errors import InterviewerError
from interviewer.questions.checks import Finding, finding


class NotReady(InterviewerError):
    """What was sent cannot be taken as it is; nothing was changed. `findings`: why, by field, in both languages."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f"{each.message.en} → {each.remedy.en}" for each in findings))
        self.findings = findings


NOT_FOR_THESE = finding(
    ("audience",), ("不能发布给这些人", "you may not publish for these people"), ("从列出的对象里选", "choose one of those that are offered"),
)  # fmt: skip
NO_LICENCE = finding(
    ("source", "licence"), ("没有写许可", "no licence is told"),
    ("写上可以按什么许可使用，例如 CC-BY-4.0；或者只发布给自己", "say under which licence it may be used, such as CC-BY-4.0, or publish it for yourself"),
)  # fmt: skip
