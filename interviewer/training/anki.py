"""A deck for Anki: a note for each point that may be told. The only door to `genanki`.

Made in memory: genanki's own `write_to_file` leaves its database behind in the folder for temporary files, where no deletion finds it.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from html import escape

import genanki

from interviewer.models import CardKey
from interviewer.training.plain import plain_text

# Anki tells decks and kinds of note apart by these; with others an import would not update the earlier one. Never change them.
DECK_ID = 1_720_418_396
MODEL_ID = 1_720_418_397
FIELDS = ("Prompt", "Topic", "Point", "Sentence", "Correction")
"""In this order for good: Anki finds them by their place."""
_CSS = (
    ".card{font:20px/1.6 system-ui,sans-serif;max-width:36em;margin:1em auto;padding:0 1em;text-align:left}"
    ".topic,.name{font-size:.8em;opacity:.75}.name{margin:1em 0 0}"
)
_MARKUP = str.maketrans({"[": "&#91;", "]": "&#93;", "{": "&#123;", "}": "&#125;", "\\": "&#92;", "\n": "<br>"})
"""What means something to Anki beside HTML: sounds and LaTeX in brackets, templates in braces."""
_NO_TAG = re.compile(r"[\s\"]+")


@dataclass(frozen=True, slots=True)
class AnkiNote:
    """What one note says, as plain text. `sentence`: of the reference; `correction`: of what the person got wrong, else empty.

    `tags`: such as "question::gan-basics".
    """

    key: CardKey
    prompt: str
    topic: str
    point: str
    sentence: str
    correction: str = ""
    tags: tuple[str, ...] = ()


def write_apkg(notes: Iterable[AnkiNote], words: Mapping[str, str], description: str, now: datetime) -> bytes:
    """The package (.apkg). `words`: `anki_…` of one language; `description`: of the deck, plain text.

    A note's id rests on question and point alone, so that a later package, also in the other language, updates it and Anki's own
    schedule goes on.
    """
    model = _model(words)
    deck = genanki.Deck(DECK_ID, plain_text(words["anki_deck"]), _html(description))
    deck.add_model(model)
    for note in notes:
        said = (note.prompt, note.topic, note.point, note.sentence, note.correction)
        guid = genanki.guid_for("interviewer", *note.key)
        deck.add_note(genanki.Note(model, [_html(text) for text in said], guid=guid, tags=[_tag(tag) for tag in note.tags]))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("collection.anki2", _collection(deck, now.timestamp()))
        package.writestr("media", json.dumps({}))
    return file.getvalue()


def _collection(deck: genanki.Deck, timestamp: float) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        genanki.Package(deck).write_to_db(connection.cursor(), timestamp, itertools.count(int(timestamp * 1000)))
        connection.commit()
        return connection.serialize()


def _model(words: Mapping[str, str]) -> genanki.Model:
    names = {name: _html(words[f"anki_{name}"]) for name in ("point", "sentence", "correction")}
    back = "".join(
        f'{{{{#{field}}}}}<p class="name">{names[field.lower()]}</p><div>{{{{{field}}}}}</div>{{{{/{field}}}}}'
        for field in ("Point", "Sentence", "Correction")
    )
    front = '<p class="topic">{{Topic}}</p><div>{{Prompt}}</div>'
    return genanki.Model(
        MODEL_ID,
        plain_text(words["anki_deck"]),
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "1", "qfmt": front, "afmt": "{{FrontSide}}<hr id=answer>" + back}],
        css=_CSS,
    )


def _html(text: str) -> str:
    """The text as HTML that shows it and does nothing."""
    return escape(plain_text(text)).translate(_MARKUP)


def _tag(name: str) -> str:
    return _NO_TAG.sub("-", plain_text(name))
