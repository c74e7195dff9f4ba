"""knowledge/skills.yaml: what postings ask for and CVs tell of, in words of both languages, with the competencies that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from interviewer.errors import BankError
from interviewer.models import LANGS, Bilingual
from interviewer.questions.terms import TermFinder, fold


@dataclass(frozen=True, slots=True)
class Skill:
    """A technology or an ability by its name. `words`: as in terms.yaml; `competencies`: ids, possibly none."""

    id: str
    name: Bilingual
    words: tuple[str, ...]
    competencies: tuple[str, ...]


@dataclass(frozen=True)
class SkillList:
    """The skills of the file, in its order."""

    skills: tuple[Skill, ...] = ()

    def find(self, text: str) -> tuple[str, ...]:
        """The ids of the skills that a text names."""
        return tuple(self._finder.names_in(fold(text)))

    def read(self, listed: str) -> tuple[str, ...]:
        """The ids of the skills of a list with commas, by their names, else by the words in it."""
        pieces = [fold(piece).strip() for piece in re.split(r"[,，、;；\n]", listed)]
        found = (
            id for piece in pieces if piece for id in ((self._by_name[piece],) if piece in self._by_name else self._finder.names_in(piece))
        )
        return tuple(dict.fromkeys(found))

    def competencies_of(self, skill_ids: Iterable[str]) -> tuple[str, ...]:
        """The competencies of these skills, each once; of an unknown skill none."""
        return tuple(dict.fromkeys(each for id in skill_ids if id in self._by_id for each in self._by_id[id].competencies))

    def name_of(self, skill_id: str) -> Bilingual:
        """What it is called; the id itself where the list has it no longer."""
        known = self._by_id.get(skill_id)
        return known.name if known else Bilingual(skill_id, skill_id)

    @cached_property
    def _finder(self) -> TermFinder:
        return TermFinder((skill.id, skill.words) for skill in self.skills)

    @cached_property
    def _by_name(self) -> dict[str, str]:
        return {fold(skill.name[lang]): skill.id for skill in self.skills for lang in LANGS}

    @cached_property
    def _by_id(self) -> dict[str, Skill]:
        return {skill.id: skill for skill in self.skills}


class _SkillFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    words: tuple[str, ...] = Field(min_length=1)
    competencies: tuple[str, ...]


_FILE = TypeAdapter(tuple[_SkillFile, ...])


def load_skills(path: Path, competencies: Collection[str]) -> SkillList:
    """The skills of a file; BankError with the remedy if it is not as it should be. `competencies`: the ids that it may name."""
    try:
        read = _FILE.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise BankError("the skills cannot be read", file=str(path), line=0, remedy="restore the file") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BankError(f"{where}: {first['msg']}", file=str(path), line=0, remedy="correct the entry") from None
    for each in read:
        if unknown := set(each.competencies) - set(competencies):
            remedy = f"use one of: {', '.join(competencies)}"
            raise BankError(f"{each.id} names the unknown competency {min(unknown)}", file=str(path), line=0, remedy=remedy)
    return SkillList(tuple(Skill(each.id, Bilingual(each.zh, each.en), each.words, each.competencies) for each in read))
