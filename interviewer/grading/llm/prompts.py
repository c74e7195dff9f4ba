"""Prompt files: reading, checking and rendering them. No prompt text stands in Python; all of it is in prompts/.

A file is YAML front matter (name, version, purpose, placeholders of each part) and two parts, each opened by a marker
line: `<!-- static -->`, the same for every answer to a question, and `<!-- dynamic -->`. A released file is never
edited; a change is a new version. What the placeholders are filled with is decided in `examiner`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from interviewer.errors import PromptError

_FILE = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_PARTS = re.compile(r"\A\s*<!-- static -->\n(?P<static>.*?)\n<!-- dynamic -->\n(?P<dynamic>.*)\Z", re.DOTALL)


class _Placeholders(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    static: tuple[str, ...] = ()
    dynamic: tuple[str, ...] = ()


class _FrontMatter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z_]*$")
    version: int = Field(ge=1)
    purpose: str = Field(min_length=1)
    placeholders: _Placeholders


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version of one prompt. `id`: e.g. "grade-v1"; `static` and `dynamic`: the parts as written, placeholders and all."""

    id: str
    purpose: str
    static: str
    dynamic: str

    @property
    def version(self) -> int:
        """The number at the end of the id, which is also that of the reply's contract."""
        return int(self.id.rpartition("-v")[2])

    def render_static(self, values: Mapping[str, str]) -> str:
        """The part that is the same for every answer to a question; PromptError for a missing or unknown placeholder."""
        return _render(self.static, values, where=f"{self.id}, static part")

    def render_dynamic(self, values: Mapping[str, str]) -> str:
        """The part that holds the dialogue and the answer; PromptError for a missing or unknown placeholder."""
        return _render(self.dynamic, values, where=f"{self.id}, dynamic part")


def load_prompts(folder: Path) -> dict[str, Prompt]:
    """Every prompt file of a folder by id, e.g. "grade-v1"; PromptError if one is not as it should be, or there is none."""
    prompts: dict[str, Prompt] = {}
    for path in sorted(folder.glob("*-v*.md")):
        try:
            prompt = parse_prompt(path.read_text(encoding="utf-8"), source=path.name)
        except (OSError, UnicodeDecodeError):
            raise PromptError(f"prompt file {path.name} cannot be read → restore it in {folder}") from None
        if prompt.id != path.stem:
            raise PromptError(f"{path.name}: the front matter says {prompt.id} → make name and version agree with the file's name")
        prompts[prompt.id] = prompt
    if not prompts:
        raise PromptError(f"no prompt files in {folder} → restore them")
    return prompts


def parse_prompt(text: str, *, source: str) -> Prompt:
    """A prompt from the text of its file; `source` names it in a PromptError."""
    whole = _FILE.match(text.replace("\r\n", "\n"))
    if whole is None:
        raise PromptError(f"{source}: no front matter → begin with a block between two lines of ---")
    front = _read_front_matter(whole["front"], source)
    parts = _PARTS.match(whole["body"])
    if parts is None:
        raise PromptError(f"{source}: parts are missing → write <!-- static --> and, after it, <!-- dynamic -->, each on its own line")
    static, dynamic = parts["static"].strip("\n"), parts["dynamic"].strip("\n")
    _check_placeholders(static, front.placeholders.static, f"{source}, static part")
    _check_placeholders(dynamic, front.placeholders.dynamic, f"{source}, dynamic part")
    return Prompt(id=f"{front.name}-v{front.version}", purpose=front.purpose, static=static, dynamic=dynamic)


def _read_front_matter(text: str, source: str) -> _FrontMatter:
    try:
        return _FrontMatter.model_validate(yaml.safe_load(text))
    except yaml.YAMLError:
        raise PromptError(f"{source}: the front matter is no YAML → correct it") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "front matter"
        raise PromptError(f"{source}: {place}: {first['msg']} → correct it") from None


def _check_placeholders(text: str, declared: tuple[str, ...], where: str) -> None:
    template = Template(text)
    if not template.is_valid():
        raise PromptError(f"{where}: a lone $ → write $$ for a dollar sign")
    _compare(set(template.get_identifiers()), set(declared), where, unknown="not declared", missing="declared but not used")


def _render(text: str, values: Mapping[str, str], *, where: str) -> str:
    """Substitute once: a `$x` inside a value is left alone."""
    template = Template(text)
    _compare(set(values), set(template.get_identifiers()), where, unknown="unknown", missing="without a value")
    return template.substitute(values)


def _compare(given: set[str], wanted: set[str], where: str, *, unknown: str, missing: str) -> None:
    for names, fault in ((given - wanted, unknown), (wanted - given, missing)):
        if names:
            raise PromptError(f"{where}: placeholder {', '.join(sorted(names))} {fault} → make text, front matter and caller agree")
