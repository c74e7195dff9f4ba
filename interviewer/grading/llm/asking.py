"""One call for something else than a grade: within the window and what may be spent, with what it took, every failure a reason."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from interviewer.config import Settings
from interviewer.endpoint.chat import ChatModel, Message, Spent
from interviewer.endpoint.tokens import TokenCounter
from interviewer.errors import EndpointError
from interviewer.grading.llm.accounting import check_prompt_read, complete_spent, explain_failure, guess_spent, usage_of
from interviewer.models import Reason, Usage

T = TypeVar("T")
_PER_MESSAGE = 8


class Asker:
    """Asks a chat model once and reads its reply. Safe to use from several threads."""

    def __init__(
        self, chat: ChatModel, tokens: TokenCounter, settings: Settings, *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._chat, self._tokens, self._settings, self._clock = chat, tokens, settings, clock

    @property
    def model(self) -> str:
        """Who is asked."""
        return self._chat.model

    def ask(
        self,
        write: Callable[[], tuple[Message, ...]],
        schema: Mapping[str, Any],
        read: Callable[[str], T],
        *,
        token_budget: int | None = None,
    ) -> tuple[T | EndpointError, Usage]:
        """What `read` makes of the reply to what `write` says, or why there is none. `token_budget`: what the call may take at most."""
        started = self._clock()
        outcome, spent = self._ask(write, schema, read, token_budget)
        return outcome, usage_of(spent, self._settings, seconds=self._clock() - started)

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
