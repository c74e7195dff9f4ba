"""Asking a model for something else than a grade: within the window and what may be spent, with what it took, every failure a reason."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from interviewer.config import Settings
from interviewer.endpoint.chat import ChatModel, Message, Spent
from interviewer.endpoint.tokens import TokenCounter
from interviewer.errors import EndpointError, PromptError
from interviewer.grading.llm.accounting import check_prompt_read, complete_spent, explain_failure, guess_spent, usage_of
from interviewer.grading.llm.prompts import Prompt
from interviewer.models import ExaminerName, Provenance, Reason, Ungraded, Usage

T = TypeVar("T")
_PER_MESSAGE = 8


class Writer:
    """Has a chat model write by one prompt, in one call. Safe to use from several threads.

    `prompt_id`: the prompt in use. Another version is another file; released ones are never edited.
    """

    prompt_id: ClassVar[str]

    def __init__(
        self,
        chat: ChatModel,
        prompts: Mapping[str, Prompt],
        tokens: TokenCounter,
        settings: Settings,
        *,
        clock: Callable[[], float] = time.perf_counter,
        nonce: Callable[[], str] = lambda: secrets.token_hex(6),
    ) -> None:
        if self.prompt_id not in prompts:
            raise PromptError(f"there is no prompt {self.prompt_id} → restore prompts/{self.prompt_id}.md")
        self._chat, self._prompt, self._tokens, self._settings = chat, prompts[self.prompt_id], tokens, settings
        self._clock, self._nonce = clock, nonce

    def _write(
        self,
        messages: Callable[[], tuple[Message, ...]],
        schema: Mapping[str, Any],
        read: Callable[[str], T],
        *,
        token_budget: int | None,
        question_version: int = 1,
    ) -> tuple[T | Ungraded, Provenance, Usage]:
        """What `read` makes of the reply to the messages, or why there is none. `token_budget`: what the call may take at most."""
        started = self._clock()
        outcome, spent = self._ask(messages, schema, read, token_budget)
        usage = usage_of(spent, self._settings, seconds=self._clock() - started)
        provenance = Provenance(ExaminerName.LLM.value, self._chat.model, self._prompt.id, question_version)
        if isinstance(outcome, EndpointError):
            return Ungraded(outcome.reason, provenance, outcome.detail, usage, outcome.retry_after), provenance, usage
        return outcome, provenance, usage

    def _ask(
        self, write: Callable[[], tuple[Message, ...]], schema: Mapping[str, Any], read: Callable[[str], T], token_budget: int | None
    ) -> tuple[T | EndpointError, Spent]:
        told, spent, messages = 0, Spent(), tuple[Message, ...]()
        try:
            messages = write()
            told = sum(self._tokens.count(message.content) + _PER_MESSAGE for message in messages)
            self._check_room(told, token_budget)
            completion = self._chat.complete(messages, schema, deadline=self._settings.grading_deadline)
            spent = complete_spent(completion.spent, prompt_tokens=told, completion_tokens=self._tokens.count(completion.text))
            check_prompt_read(completion.read_tokens, messages)
            return read(completion.text), spent
        except EndpointError as error:
            return explain_failure(error, messages), guess_spent(getattr(error, "spent", spent), error.reason, prompt_tokens=told)
        except Exception as error:  # noqa: BLE001 - an edge: a defect of ours is told like any other failure
            return EndpointError(Reason.INTERNAL, type(error).__name__), spent

    def _check_room(self, told: int, token_budget: int | None) -> None:
        most = told + self._settings.max_output
        if most > self._settings.context_window:
            raise EndpointError(Reason.TOO_LONG, "what is to be read does not fit the window")
        if token_budget is not None and most > token_budget:
            raise EndpointError(Reason.BUDGET, "the call may exceed what is left")
