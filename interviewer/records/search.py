"""Full text of the answers, Chinese and English alike: a table of terms beside the turns, searched by phrase.

A Chinese run is cut into overlapping pairs of characters, so that a phrase of pairs is found wherever the run stands; words and
numbers are terms of their own. The terms are made here, and the database only looks them up (SQLite's FTS5, unicode61).
"""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import Connection, text

from interviewer.grading.text import strip_hidden

_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[^\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def create_search(connection: Connection) -> None:
    """The table of terms."""
    connection.execute(text("CREATE VIRTUAL TABLE answer_search USING fts5(terms)"))


def index_answer(connection: Connection, turn_id: int, answer: str) -> None:
    """Make the answer of a turn findable."""
    connection.execute(
        text("INSERT OR REPLACE INTO answer_search(rowid, terms) VALUES (:id, :terms)"),
        {"id": turn_id, "terms": " ".join(terms_of(answer))},
    )


def forget_answers(connection: Connection, interview_id: str) -> None:
    """Take an interview's answers out; `compact_search` then removes the last trace."""
    connection.execute(
        text("DELETE FROM answer_search WHERE rowid IN (SELECT id FROM turns WHERE interview_id = :id)"), {"id": interview_id}
    )


def compact_search(connection: Connection) -> None:
    """Write the index anew without what was taken out: until then the terms of deleted answers lie in its older segments."""
    connection.execute(text("INSERT INTO answer_search(answer_search) VALUES ('optimize')"))


def match_phrases(query: str) -> str | None:
    """The query as FTS5 understands it: every piece between blanks must occur, in any order; None if it names nothing."""
    phrases = []
    for piece in query.split():
        terms = list(terms_of(piece))
        if terms:
            # The last term may be the beginning of a word; a single character may be the beginning of a pair.
            prefix = "*" if not (len(terms[-1]) == 2 and _HAN.match(terms[-1])) else ""
            phrases.append('"' + " ".join(terms) + '"' + prefix)
    return " AND ".join(phrases) or None


def terms_of(answer: str) -> list[str]:
    """The terms of a text in order: pairs of Chinese characters, and whole words in lower case."""
    terms: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", strip_hidden(answer)).casefold()):
        for part in re.split(r"(?<=[\u3400-\u9fff])(?=[^\u3400-\u9fff])|(?<=[^\u3400-\u9fff])(?=[\u3400-\u9fff])", run):
            if _HAN.match(part) and len(part) > 1:
                terms += [part[place : place + 2] for place in range(len(part) - 1)]
            elif part:
                terms.append(part)
    return terms
