"""What calls to the model took: as the endpoint reports it, counted by ourselves where it does not, and in money. Pure."""

from __future__ import annotations

from dataclasses import replace

from interviewer.config import Settings
from interviewer.endpoint.chat import Spent
from interviewer.models import Reason, Usage

_MILLION = 1_000_000
_SPENT_UNREPORTED = frozenset({Reason.TIMEOUT, Reason.CUT_OFF, Reason.UNPARSABLE, Reason.REFUSAL})
"""Failures for which the provider has most likely read the prompt, and charges for it."""


def complete_spent(spent: Spent, *, prompt_tokens: int, completion_tokens: int) -> Spent:
    """What the endpoint reports; our own counts where it reports nothing."""
    return spent if spent.prompt_tokens else replace(spent, prompt_tokens=prompt_tokens, completion_tokens=completion_tokens)


def guess_spent(spent: Spent, reason: Reason, *, prompt_tokens: int) -> Spent:
    """What a failed call has cost where the endpoint does not say."""
    unsaid = spent.calls and not spent.prompt_tokens and reason in _SPENT_UNREPORTED
    return replace(spent, prompt_tokens=prompt_tokens) if unsaid else spent


def usage_of(spent: Spent, settings: Settings, *, seconds: float) -> Usage:
    """Tokens, calls and time of a judgement, and its cost in dollars if both prices are set."""
    cost = None
    if settings.price_in is not None and settings.price_out is not None:
        cost = (spent.prompt_tokens * settings.price_in + spent.completion_tokens * settings.price_out) / _MILLION
    return Usage(
        prompt_tokens=spent.prompt_tokens, completion_tokens=spent.completion_tokens, cached_tokens=spent.cached_tokens,
        cost=cost, milliseconds=round(seconds * 1000, 1), calls=spent.calls,
    )  # fmt: skip
