"""What lies around the program: the identity provider, proxies and certificates, and who else may read its files."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from interviewer.bootstrap import Application
from interviewer.config import ENV_FILE, Settings
from interviewer.doctor.checks import Check, State, same
from interviewer.errors import ConfigError, InterviewerError
from interviewer.models import Bilingual
from interviewer.network import find_network_problems, proxies_in_use

OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PRIVATE = ("*.db", "*.db-*", "*.txt", "*.json", "*.jsonl")
"""What lies in the data folder; the folder's own rights hold for all that is below it."""


def check_openid(settings: Settings) -> list[Check]:
    """Whether the identity provider answers; nothing without one."""
    name = Bilingual("OpenID", "OpenID")
    try:
        provider = Application(settings).openid
    except ConfigError as error:
        return [Check(name, State.BAD, same(str(error)))]
    if provider is None:
        return []
    try:
        provider.ping()
    except InterviewerError:
        remedy = Bilingual(
            "检查 INTERVIEWER_OIDC_ISSUER：要和提供方自己写的一字不差，网络要通",
            "check INTERVIEWER_OIDC_ISSUER: it must be written as the provider itself writes it, and be reachable from here",
        )
        return [
            Check(
                name,
                State.BAD,
                Bilingual(f"{settings.openid_label} 没有正常回答", f"{settings.openid_label} gives no sensible answer"),
                remedy,
            )
        ]
    return [Check(name, State.GOOD, Bilingual(f"{settings.openid_label} 可用", f"{settings.openid_label} answers"))]


def check_network(settings: Settings) -> list[Check]:
    """The proxies that are in use, and what of the environment cannot be used."""
    name = Bilingual("网络", "Network")
    needed = settings.asks_elsewhere
    checks = [
        Check(
            name,
            State.BAD if needed else State.NOTE,
            Bilingual(f"{each.name}：{each.wrong.zh}", f"{each.name}: {each.wrong.en}"),
            each.remedy,
        )
        for each in find_network_problems()
    ]
    if proxies := proxies_in_use():
        listed = ", ".join(f"{kind} → {address}" for kind, address in sorted(proxies.items()))
        unused = Bilingual("（现在没有要问的服务器）", " (no other server is asked at present)") if not needed else same("")
        found = Bilingual(
            f"经过代理：{listed}；本机地址直接连接{unused.zh}", f"through a proxy: {listed}; this machine is asked directly{unused.en}"
        )
        checks.append(Check(name, State.NOTE, found))
    return checks


def check_files(settings: Settings) -> list[Check]:
    """Whether other users of this machine may read what is private; Windows keeps its rights elsewhere."""
    if os.name != "posix":
        return []
    name = Bilingual("文件权限", "File rights")
    data = settings.data
    open_ones = [path for path in (data, ENV_FILE) if _is_open(path)]
    if data in open_ones:
        open_ones += sorted({path for pattern in _PRIVATE for path in data.glob(pattern) if _is_open(path)})
    if not open_ones:
        return [Check(name, State.GOOD, Bilingual("只有自己能读数据和 .env", "nobody else may read the data or .env"))]
    return [
        Check(
            name,
            State.BAD,
            Bilingual(f"这台机器上的别人也能读：{path}", f"others on this machine may read {path}"),
            same(f"chmod {'700' if path.is_dir() else '600'} {path}"),
        )
        for path in open_ones
    ]


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & OTHERS)
    except OSError:
        return False
