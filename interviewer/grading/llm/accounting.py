"""What calls to the model took: as the endpoint reports it, counted by ourselves where it does not, and in money; and what its count tells. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from interviewer.config import Settings
from interviewer.endpoint.chat import Message, Spent
from interviewer.endpoint.tokens import fewest_tokens
from interviewer.errors import EndpointError
from interviewer.models import Reason, Usage

_MILLION = 1_000_000
_SPENT_UNREPORTED = frozenset({Reason.TIMEOUT, Reason.CUT_OFF, Reason.UNPARSABLE, Reason.REFUSAL})
"""Failures for which the provider has most likely read the prompt, and charges for it."""
_JUNK = frozenset({Reason.CUT_OFF, Reason.UNPARSABLE})


def complete_spent(spent: Spent, *, prompt_tokens: int, completion_tokens: int) -> Spent:
    """What the endpoint reports; our own counts where it reports nothing."""
    return spent if spent.prompt_tokens else replace(spent, prompt_tokens=prompt_tokens, completion_tokens=completion_tokens)


def guess_spent(spent: Spent, reason: Reason, *, prompt_tokens: int) -> Spent:
    """What a failed call has cost where the endpoint does not say."""
    unsaid = spent.calls and not spent.prompt_tokens and reason in _SPENT_UNREPORTED
    return replace(spent, prompt_tokens=prompt_tokens) if unsaid else spent


def check_prompt_read(read_tokens: int, prompt: Sequence[Message]) -> None:
    """EndpointError(prompt_cut) if the endpoint says that it has read fewer tokens than any vocabulary makes of the prompt; 0: it does not say.

    A server that shortens a prompt to its window answers as if nothing had happened, about half an answer or without the rules.
    """
    fewest = sum(fewest_tokens(message.content) for message in prompt)
    if 0 < read_tokens < fewest:
        raise EndpointError(Reason.PROMPT_CUT, f"{read_tokens} tokens were read of a prompt of at least {fewest}")


def explain_failure(error: EndpointError, prompt: Sequence[Message]) -> EndpointError:
    """The failure, or that the prompt was cut, which makes junk of a reply or leaves no room for it."""
    if error.reason in _JUNK:
        try:
            check_prompt_read(getattr(error, "read_tokens", 0), prompt)
        except EndpointError as cut:
            return cut
    return error


def usage_of(spent: Spent, settings: Settings, *, seconds: float) -> Usage:
    """Tokens, calls and time of a judgement, and its cost in dollars if both prices are set."""
    cost = None
    if settings.price_in is not None and settings.price_out is not None:
        cost = (spent.prompt_tokens * settings.price_in + spent.completion_tokens * settings.price_out) / _MILLION
    return Usage(
        prompt_tokens=spent.prompt_tokens, completion_tokens=spent.completion_tokens, cached_tokens=spent.cached_tokens,
        cost=cost, milliseconds=round(seconds * 1000, 1), calls=spent.calls,
    )  # fmt: skip
