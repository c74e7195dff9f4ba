"""`python -m interviewer.settings_table`: writes docs/settings.md and .env.example, both made of nothing but `Settings`."""

from __future__ import annotations

from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from interviewer.config import Settings

TABLE = Path("docs/settings.md")
EXAMPLE = Path(".env.example")

_TABLE_HEAD = """# 设置 · Settings

由 `python -m interviewer.settings_table` 生成，请勿手改。Written by that command; never edited by hand.

写进环境变量，或写进启动文件夹里的 `.env`（UTF-8）；两处都有时以环境变量为准。`.env` 里有密钥，只给自己读：`chmod 600 .env`。
拼错的名字启动时会提醒，互相矛盾的设置会被拒绝并说出名字；`interviewer doctor` 把所有设置和它们的结果看一遍。
In the environment, or in `.env` (UTF-8) in the folder from which the program is started; the environment wins. `.env` holds keys: `chmod 600 .env`.
A misspelt name is warned of at start, settings that contradict each other are refused by name, and `interviewer doctor` looks at all of them.

| 设置 Setting | 默认 Default | 可选 Values | 说明 | Meaning |
|---|---|---|---|---|
"""
_EXAMPLE_HEAD = """# 复制为 .env，去掉要用的行前面的 #。Copy to .env and remove the # in front of what you use; then: chmod 600 .env
# 由 python -m interviewer.settings_table 生成。Written by that command.
"""


def main(root: Path) -> None:
    """Write both files below a checkout."""
    (root / TABLE).write_text(render_table(), encoding="utf-8")
    (root / EXAMPLE).write_text(render_example(), encoding="utf-8")


def render_table() -> str:
    """docs/settings.md."""
    return _TABLE_HEAD + "".join(
        f"| `{field.validation_alias}` | {_code(_default(field))} | {_values(field)} | {' | '.join(_meanings(field))} |\n"
        for field in Settings.model_fields.values()
    )


def render_example() -> str:
    """.env.example."""
    return _EXAMPLE_HEAD + "".join(
        f"\n# {zh}\n# {en}\n# {field.validation_alias}={_default(field)}\n"
        for field in Settings.model_fields.values()
        for zh, en in [_meanings(field)]
    )


def _meanings(field: FieldInfo) -> tuple[str, str]:
    """What a setting is for, in Chinese and English."""
    zh, _, en = (field.description or "").partition(" · ")
    return zh, en


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _code(text: str) -> str:
    return f"`{text}`" if text else "—"


def _values(field: FieldInfo) -> str:
    """What a setting can be: the words to choose from, or the kind of value with its bounds."""
    kinds = [kind for kind in get_args(field.annotation) if kind is not NoneType] if _is_optional(field.annotation) else [field.annotation]
    kind: Any = kinds[0]
    if get_origin(kind) is Literal:
        return " ".join(f"`{word}`" for word in get_args(kind))
    if kind is bool:
        return "`true` `false`"
    if kind is SecretStr:
        return "秘密 secret"
    return " ".join(_bound(each) for each in field.metadata if isinstance(each, (Ge, Gt, Le, Lt))) or (
        "—" if kind in (str, Path) else "数 number"
    )


def _is_optional(annotation: Any) -> bool:
    return NoneType in get_args(annotation) and get_origin(annotation) is not Literal


def _bound(bound: Ge | Gt | Le | Lt) -> str:
    match bound:
        case Ge():
            return f"≥ {bound.ge}"
        case Gt():
            return f"> {bound.gt}"
        case Le():
            return f"≤ {bound.le}"
        case Lt():
            return f"< {bound.lt}"


if __name__ == "__main__":
    main(Path(__file__).resolve().parent.parent)
