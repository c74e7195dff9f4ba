"""A question's content → the text of a question file, which `bank` reads back as the same question. Files are written elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

_WIDTH = 140
_ORDER = (
    "id", "version", "languages", "order", "topic", "competencies", "difficulty", "prompt", "reference", "points", "hints", "givens", "source",
    "weight", "essential", "intent", "core", "beyond", "border", "accepts", "misconceptions", "follow_ups", "deeper", "drills",
    "statement", "correction", "about", "asked", "says", "zh", "en",
)  # fmt: skip
"""The keys in the order of knowledge/README.md, those of all parts in one list."""


def write_question(content: Mapping[str, Any], question_id: str, version: int) -> str:
    """YAML with long texts as blocks; whatever could be read as something else than text stands in quotes."""
    return write_yaml(_sorted({**content, "id": question_id, "version": version}))


def write_yaml(values: Mapping[str, Any]) -> str:
    """The same of keys and values in the order that they have."""
    text: str = yaml.dump(values, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH, default_flow_style=False)
    return text


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda key: _ORDER.index(key) if key in _ORDER else len(_ORDER))}
    return [_sorted(each) for each in value] if isinstance(value, list | tuple) else value


class _Dumper(yaml.SafeDumper):
    """Text of several lines as a block, without references to what stood before."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)
