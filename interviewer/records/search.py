"""Full text of the answers, Chinese and English alike: a table of terms beside the turns, searched by phrase.

A Chinese run is cut into overlapping pairs of characters, so that a phrase of pairs is found wherever the run stands; words and
numbers are terms of their own. The terms are made here, and the database only looks them up: SQLite in an FTS5 table (unicode61),
PostgreSQL in a tsvector with a GIN index.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, Integer, Select, bindparam, column, select, table, text
from sqlalchemy.ext.compiler import compiles

from interviewer.records.database import is_sqlite
from interviewer.text.normalize import strip_hidden
from interviewer.text.words import HAN_BLOCK

_IDEOGRAPHS = f"[{HAN_BLOCK}\U00020000-\U0003ffff]"
_RUN = re.compile(rf"{_IDEOGRAPHS}+|[^\W_]+")
_HAN = re.compile(_IDEOGRAPHS)
_EDGE = re.compile(rf"(?<=[{HAN_BLOCK}])(?=[^{HAN_BLOCK}])|(?<=[^{HAN_BLOCK}])(?=[{HAN_BLOCK}])")
_LAST_POSITION = 16_383  # of a tsvector
_PUT_IN_SQLITE = text("INSERT OR REPLACE INTO answer_search(rowid, terms) VALUES (:id, :terms)")
_PUT_IN_POSTGRES = text(
    "INSERT INTO answer_search(rowid, terms) VALUES (:id, CAST(:terms AS tsvector)) "
    "ON CONFLICT (rowid) DO UPDATE SET terms = EXCLUDED.terms"
)

Phrases = tuple[tuple[tuple[str, ...], bool], ...]
"""What must occur, in any order: the terms of each phrase, and whether its last term may be the beginning of a longer one."""


def create_search(connection: Connection) -> None:
    """The table of terms; `turn` is the id of the turn."""
    if is_sqlite(connection):
        connection.execute(text("CREATE VIRTUAL TABLE answer_search USING fts5(terms)"))
        return
    connection.execute(
        text("CREATE TABLE answer_search (rowid INTEGER PRIMARY KEY REFERENCES turns(id) ON DELETE CASCADE, terms TSVECTOR NOT NULL)")
    )
    connection.execute(text("CREATE INDEX ix_answer_search_terms ON answer_search USING gin (terms)"))


def index_answer(connection: Connection, turn_id: int, answer: str) -> None:
    """Make the answer of a turn findable."""
    terms = terms_of(answer)
    if is_sqlite(connection):
        statement, value = _PUT_IN_SQLITE, " ".join(terms)
    else:
        statement = _PUT_IN_POSTGRES
        value = " ".join(f"{_lexeme(term)}:{min(place, _LAST_POSITION)}" for place, term in enumerate(terms, start=1))
    connection.execute(statement, {"id": turn_id, "terms": value})


def forget_answer(connection: Connection, turn_id: int) -> None:
    """Take the answer of one turn out."""
    connection.execute(text("DELETE FROM answer_search WHERE rowid = :id"), {"id": turn_id})


def forget_answers(connection: Connection, interview_id: str) -> None:
    """Take an interview's answers out; `compact_search` then removes the last trace."""
    connection.execute(
        text("DELETE FROM answer_search WHERE rowid IN (SELECT id FROM turns WHERE interview_id = :id)"), {"id": interview_id}
    )


def compact_search(connection: Connection) -> None:
    """Write SQLite's index anew without what was taken out: until then the terms of deleted answers lie in its older segments."""
    connection.execute(text("INSERT INTO answer_search(answer_search) VALUES ('optimize')"))


def read_phrases(query: str) -> Phrases:
    """What a person typed: every piece between blanks is a phrase that must occur; empty if there is nothing to look for."""
    found = []
    for piece in query.split():
        terms = terms_of(piece)
        if terms:
            # A single Chinese character may be the beginning of a pair, the last word that of a longer one, but not a lone letter.
            found.append((tuple(terms), len(terms[-1]) == 1 if _HAN.match(terms[-1]) else len(terms[-1]) > 1))
    return tuple(found)


def turns_saying(phrases: Phrases) -> Select[tuple[int]]:
    """The ids of the turns whose answers hold all the phrases."""
    return select(_SEARCH.c.rowid).where(_Holds(phrases))


_SEARCH: Any = table("answer_search", column("rowid", Integer))


class _Holds(ColumnElement[bool]):
    """The condition on `answer_search` that its terms hold the phrases."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """As it stands: SQLAlchemy would compare it with 1, which FTS5 does not take."""
        return self


@compiles(_Holds, "sqlite")
def _in_sqlite(element: _Holds, compiler: Any, **kw: Any) -> str:
    wanted = " AND ".join('"' + " ".join(terms) + '"' + ("*" if prefix else "") for terms, prefix in element.phrases)
    return f"answer_search MATCH {compiler.process(bindparam(None, wanted), **kw)}"


@compiles(_Holds, "postgresql")
def _in_postgres(element: _Holds, compiler: Any, **kw: Any) -> str:
    wanted = " & ".join(
        "("
        + " <-> ".join(_lexeme(term) + (":*" if prefix and place == len(terms) else "") for place, term in enumerate(terms, start=1))
        + ")"
        for terms, prefix in element.phrases
    )
    return f"answer_search.terms @@ CAST({compiler.process(bindparam(None, wanted), **kw)} AS tsquery)"


def _lexeme(term: str) -> str:
    """A term as tsvector and tsquery take it; terms hold letters and digits only, so that nothing needs an escape."""
    return f"'{term}'"


def holds(answer: str, phrases: Phrases) -> bool:
    """Whether one answer holds all the phrases, as the database finds them."""
    # A quick look first; it misses only words with hidden characters inside.
    folded = unicodedata.normalize("NFKC", answer).casefold()
    if not all(term in folded for terms, _ in phrases for term in terms):
        return False
    said = " ".join(["", *terms_of(answer), ""])
    return all(f" {' '.join(terms)}{'' if prefix else ' '}" in said for terms, prefix in phrases)


def terms_of(answer: str) -> list[str]:
    """The terms of a text in order: pairs of Chinese characters, and whole words in lower case."""
    terms: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", strip_hidden(answer)).casefold()):
        for part in _EDGE.split(run):
            if _HAN.match(part) and len(part) > 1:
                terms += [part[place : place + 2] for place in range(len(part) - 1)]
            elif part:
                terms.append(part)
    return terms
