"""A question's content as the fields of a form, and back. Pure.

A field is named by its place in the content with dots between, e.g. "points.0.intent.zh"; what is wrong is shown beside the field of that
name. Rows of lists are numbered; the form shows one more than there are, and a row that is left blank is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from interviewer.models import LANGS, Angle, Content, Lang
from interviewer.questions.checks import Finding
from interviewer.questions.located import Loc

MOST_ROWS = 60
"""Rows of any list: more than any question file may have."""
_LINES = ("asked.zh", "asked.en")
"""Texts of which each line is an entry."""
_TICKS = ("competencies", "languages")
"""Lists that are boxes to tick: the field's name ends with the entry."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a form shows of the findings: by the name of a field, and those for which the form has no field."""

    by_field: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """What the template of the form draws. `id`: as it was typed for a new question."""

    content: Content
    wrong: Wrong
    may_edit: bool = True
    id: str = ""

    @property
    def angles(self) -> tuple[str, ...]:
        """From where a deeper follow-up may ask."""
        return tuple(angle.value for angle in Angle)

    def at(self, name: str) -> Any:
        """What stands in a field."""
        return self.id if name == "id" else at(self.content, name)

    def lines(self, name: str) -> str:
        """What stands in a field of which each line is an entry."""
        return lines_at(self.content, name)

    def rows(self, name: str) -> tuple[Any, ...]:
        """The rows of a list, and an empty one; for who may not edit only those there are."""
        found = rows(self.content, name)
        return found if self.may_edit else found[:-1]

    def has_wrong(self, name: str) -> bool:
        """Whether something in this part is wrong, so that it is shown open."""
        return any(field == name or field.startswith(f"{name}.") for field in self.wrong.by_field)

    @property
    def total(self) -> float | None:
        """The sum of the points' weights, None where there are none."""
        weights = [str(at(self.content, f"points.{number}.weight")) for number in range(len(rows(self.content, "points")) - 1)]
        try:
            return sum(float(weight) for weight in weights if weight) if weights else None
        except ValueError:
            return None


def content_of(fields: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in, as unfinished as it is. Fields that no form of ours has are left out."""
    root: dict[str, Any] = {}
    for name, value in fields.items():
        path = name.split(".")
        if path[0] not in _PARTS or len(path) > 6:
            continue
        if path[0] in _TICKS:
            root.setdefault(path[0], []).append(path[-1])
        else:
            _put(root, path, value.splitlines() if name.endswith(_LINES) else value)
    return {key: _as_lists(value) for key, value in root.items()}


_CHOSEN = frozenset({"essential", "about"})
"""Fields of a row that always have a value: alone they say that the row was left blank."""


def _is_blank(value: Any, key: str = "") -> bool:
    if isinstance(value, dict):
        return all(_is_blank(inner, name) for name, inner in value.items())
    if isinstance(value, list):
        return all(map(_is_blank, value))
    return key in _CHOSEN or not str(value).strip()


_PARTS = frozenset(
    {"topic", "competencies", "difficulty", "prompt", "reference", "points", "hints", "givens", "source", "languages", "order"}
)  # fmt: skip


def _put(root: dict[str, Any], path: list[str], value: object) -> None:
    at = root
    for key in path[:-1]:
        inner = at.setdefault(key, {})
        if not isinstance(inner, dict):
            return
        at = inner
    at[path[-1]] = value


def _as_lists(value: Any) -> Any:
    """Parts whose keys are all numbers are lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    if value and all(key.isdecimal() and len(key) < 4 for key in value):
        return [row for key in sorted(value, key=int) if not _is_blank(row := _as_lists(value[key]))][:MOST_ROWS]
    return {key: _as_lists(inner) for key, inner in value.items()}


def rows(content: Content, name: str) -> tuple[Any, ...]:
    """The rows of the list at a place in the content, and an empty one."""
    found = at(content, name)
    return (*(found if isinstance(found, list | tuple) else ()), {})


def at(content: Content, name: str) -> Any:
    """What stands at a field's place, "" for nothing."""
    value: Any = content
    for key in name.split("."):
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list | tuple) and key.isdecimal() and len(key) < 4 and int(key) < len(value):
            value = value[int(key)]
        else:
            return ""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value


def lines_at(content: Content, name: str) -> str:
    """A list of texts as the lines of one field."""
    found = at(content, name)
    return "\n".join(map(str, found)) if isinstance(found, list | tuple) else str(found)


def name_of(loc: Loc) -> str:
    """The field at the path of a finding."""
    return ".".join(map(str, loc))


def tell_wrong(findings: Iterable[Finding], names: Iterable[str], lang: Lang, *, written: Lang | None = None) -> Wrong:
    """What is wrong, beside the fields of these `names`.

    A finding about a whole part goes to its field in the language that the question is `written` in, else to the part's first field.
    """
    known = tuple(names)
    by_field: dict[str, tuple[str, ...]] = {}
    others = []
    count = 0
    for each in findings:
        count += 1
        said, field = f"{each.message[lang]} → {each.remedy[lang]}", _field_for(name_of(each.loc), known, written)
        if field:
            by_field[field] = (*by_field.get(field, ()), said)
        else:
            others.append(said)
    return Wrong(by_field, tuple(others), count)


def _field_for(name: str, known: tuple[str, ...], written: Lang | None) -> str:
    if name in known:
        return name
    if f"{name}.{written}" in known:
        return f"{name}.{written}"
    if name.endswith(tuple(f".{lang}" for lang in LANGS)) and name.rpartition(".")[0] in known:
        return name.rpartition(".")[0]
    return next((field for field in known if field.startswith(f"{name}.")), "") if name else ""


def fields_of(content: Content) -> tuple[str, ...]:
    """The names of the fields of a form with this content, in the form's order."""
    found = [f"topic.{lang}" for lang in LANGS] + ["competencies", "difficulty"]
    found += [f"{part}.{lang}" for part in ("prompt", "reference") for lang in LANGS]
    for number in range(len(rows(content, "points"))):
        point = f"points.{number}"
        found += [f"{point}.id", f"{point}.weight", f"{point}.essential"]
        found += [f"{point}.{part}.{lang}" for part in ("intent", "core", "beyond", "border") for lang in LANGS]
        for part, keys in _OF_POINT.items():
            for row in range(len(rows(content, f"{point}.{part}"))):
                found += [f"{point}.{part}.{row}.{key}" for key in keys]
    found += [f"hints.{row}.{lang}" for row in range(len(rows(content, "hints"))) for lang in LANGS]
    for row in range(len(rows(content, "givens"))):
        found += [f"givens.{row}.{key}" for key in ("id", "asked.zh", "asked.en", "says.zh", "says.en")]
    return (*found, *(f"source.{key}" for key in ("title", "author", "licence", "date")), "languages")


_BOTH = tuple(LANGS)
_OF_POINT = {
    "accepts": _BOTH, "follow_ups": _BOTH, "deeper": ("about", *_BOTH), "drills": _BOTH,
    "misconceptions": ("id", "statement.zh", "statement.en", "correction.zh", "correction.en"),
}  # fmt: skip
