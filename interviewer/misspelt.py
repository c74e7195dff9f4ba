"""Names in the environment that look like settings of ours but are none. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

PREFIX = "INTERVIEWER_"
CLOSE = 0.75
"""How like a setting a name with our prefix must be for that setting to be proposed, out of 1."""
ALMOST = 90.0
"""How like a setting a name without our prefix must be to be taken for a slip of the pen: OPENAI_BASEURL, INTERVEIWER_MODEL."""
_LONG = 8
"""Shorter names, such as HOST, are like too many that mean something else."""


def find_misspelt(names: Iterable[str], settings: Sequence[str]) -> tuple[tuple[str, str | None], ...]:
    """Each name that is meant for us and is no setting, in alphabetical order, with the nearest setting, None if none is near."""
    known = {name.upper() for name in settings}
    unknown = sorted({name for name in names if name.upper() not in known})
    return tuple((name, nearest) for name in unknown for ours, nearest in [_judge(name.upper(), settings)] if ours)


def _judge(name: str, settings: Sequence[str]) -> tuple[bool, str | None]:
    """Whether the name is meant for us, and for which setting."""
    from rapidfuzz import fuzz, process

    if name.startswith(PREFIX):
        from rapidfuzz.distance import JaroWinkler

        # Beginnings weigh most, as in TEMP for TEMPERATURE; the order of the words does not.
        short = {setting: _words(setting) for setting in settings}
        found = process.extractOne(_words(name), short, scorer=JaroWinkler.similarity, score_cutoff=CLOSE)
        return True, found[2] if found else None
    long = [setting for setting in settings if len(setting) >= _LONG]
    near = process.extractOne(name, long, scorer=fuzz.ratio, score_cutoff=ALMOST)
    return near is not None, near[0] if near else None


def _words(name: str) -> str:
    """The words of a name in alphabetical order, without the prefix, which is alike in all of them."""
    return " ".join(sorted(name.removeprefix(PREFIX).split("_")))
