"""Names of people and of groups: how they are kept, and that none is taken or looks like another one."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from interviewer.errors import ConfigError
from interviewer.records.dialects import take_turns
from interviewer.records.people_tables import people
from interviewer.text.lookalikes import skeleton
from interviewer.text.normalize import strip_hidden

LONGEST_NAME = 100


class LooksLike(ConfigError):
    """A name that can be taken for somebody else's. `name`: theirs."""

    def __init__(self, wanted: str, name: str) -> None:
        super().__init__(
            f"{wanted} looks like {name}, though it is written with other characters → choose a name that cannot be taken for theirs"
        )
        self.name = name


class KnownNames:
    """Names that are in use, found by their key and by what they look like (`text.lookalikes.look_alike`)."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_key: dict[str, str] = {}
        self._shown: defaultdict[str, list[str]] = defaultdict(list)
        self._folded: defaultdict[str, list[str]] = defaultdict(list)
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """One more."""
        self._by_key[key_of(name)] = name
        self._shown[skeleton(name)].append(name)
        self._folded[skeleton(name.casefold())].append(name)

    def same(self, name: str) -> str:
        """The name in use that is the same one, "" if there is none."""
        return self._by_key.get(key_of(name), "")

    def alike(self, name: str) -> str:
        """A name in use that is another one but looks like this, "" if there is none."""
        found = (*self._shown.get(skeleton(name), ()), *self._folded.get(skeleton(name.casefold()), ()))
        return next((other for other in found if key_of(other) != key_of(name)), "")

    def refuse_alike(self, name: str) -> None:
        """LooksLike if it looks like another one."""
        if other := self.alike(name):
            raise LooksLike(name, other)


def read_name(name: str) -> str:
    """A name as it is kept: composed, one space between words; ConfigError if it is empty, too long or has control characters."""
    shown = " ".join(unicodedata.normalize("NFC", name).split())
    if not shown or len(key_of(shown)) > LONGEST_NAME or any(unicodedata.category(char).startswith("C") for char in shown):
        raise ConfigError(f"a name has 1 to {LONGEST_NAME} visible characters → choose another one")
    return shown


def read_group(group: str) -> str:
    """A group as it is kept: what can be seen of it, one space between words; "" for none."""
    return " ".join(strip_hidden(group).split())[:LONGEST_NAME]


def key_of(name: str) -> str:
    """What two spellings of the same name share."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", " ".join(name.split())).casefold())


def refuse_lookalike(connection: Connection, name: str, *, but: str = "") -> None:
    """LooksLike if the name looks like somebody's, other than of the person `but`; nobody adds another one until the transaction ends."""
    take_turns(connection, "names")
    KnownNames(connection.scalars(select(people.c.name).where(people.c.id != but))).refuse_alike(name)
