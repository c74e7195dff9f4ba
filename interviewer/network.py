"""What the HTTP libraries read from the environment themselves: proxies and certificates. No settings of ours, but they can be wrong.

Names and meaning as in curl's manual (https://curl.se/docs/manpage.html, "environment") and OpenSSL's SSL_CTX_load_verify_locations(3).
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

from interviewer.errors import ConfigError
from interviewer.models import Bilingual

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
BYPASSED = "NO_PROXY"
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
_SOCKS = ("socks5", "socks5h")
_BRACKETED = re.compile(r"\[([0-9a-f:.]+)\](/\d+)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NetworkProblem:
    """A variable with which no connection can be made."""

    name: str
    wrong: Bilingual
    remedy: Bilingual


def find_network_problems(environ: Mapping[str, str] = os.environ) -> tuple[NetworkProblem, ...]:
    """The variables that are wrong."""
    found = [_judge_proxy(name, value) for name, value in environ.items() if name.upper() in PROXIES and value.strip()]
    found += [_judge_file(name, environ[name]) for name in CERTIFICATES if environ.get(name)]
    return tuple(problem for problem in found if problem)


def refuse_broken_network() -> None:
    """ConfigError that names the variables, never their values. To be asked before the first connection that leads elsewhere."""
    if problems := find_network_problems():
        raise ConfigError("; ".join(f"{problem.name}: {problem.wrong.en} → {problem.remedy.en}" for problem in problems))


def proxies_in_use() -> dict[str, str]:
    """The proxies by the kind of address (http, https, all), also those that the system is set to; without user names and passwords."""
    found = getproxies()
    if "*" in (part.strip() for part in found.get("no", "").split(",")):
        return {}
    return {kind: _shown(address) for kind, address in found.items() if kind in ("http", "https", "all") and address}


@contextmanager
def unread(environ: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """Within the block these variables are not there: for what makes clients when it is imported, and never uses them."""
    names = {*PROXIES, BYPASSED, *CERTIFICATES}
    hidden = {name: environ.pop(name) for name in tuple(environ) if name.upper() in names}
    try:
        yield
    finally:
        environ.update(hidden)


def unbracket_bypassed(environ: MutableMapping[str, str] = os.environ) -> None:
    """Write `[::1]` in NO_PROXY as `::1`: some of the libraries know only one of the two forms."""
    for name in (BYPASSED, BYPASSED.lower()):
        if "[" in environ.get(name, ""):
            parts = (part.strip() for part in environ[name].split(","))
            environ[name] = ",".join(_BRACKETED.sub(r"\1\2", part) if _BRACKETED.fullmatch(part) else part for part in parts)


def _judge_proxy(name: str, value: str) -> NetworkProblem | None:
    address = value if "://" in value else f"http://{value}"
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and (parts.port or 1) > 0 and not re.search(r"\s", address.strip())
    except ValueError:
        usable = False
    if not usable:
        wrong = Bilingual("不是代理的地址", "no address of a proxy")
    elif parts.scheme in _SOCKS and find_spec("socksio") is None:
        wrong = Bilingual("SOCKS 代理需要软件包 socksio", "a SOCKS proxy needs the package socksio")
        remedy = Bilingual(
            f"运行 .venv/bin/pip install socksio，或改用 http:// 代理，或去掉 {name}",
            f"run .venv/bin/pip install socksio, or set it to an http:// proxy, or unset {name}",
        )
        return NetworkProblem(name, wrong, remedy)
    elif parts.scheme not in ("http", "https", *_SOCKS):
        wrong = Bilingual("不支持这种代理", "no kind of proxy that is supported")
    else:
        return None
    return NetworkProblem(name, wrong, Bilingual(f"写成 http://主机:端口，或去掉 {name}", f"write it as http://HOST:PORT, or unset {name}"))


def _judge_file(name: str, value: str) -> NetworkProblem | None:
    """Whether certificates can be read from there. What belongs to SSLKEYLOGFILE is written to, and need not be there yet."""
    path = Path(value)
    try:
        if name == "SSL_CERT_FILE":
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=value)
        elif name == "SSL_CERT_DIR":
            next(path.iterdir(), None)
        elif path.is_dir() or not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
            raise OSError
    except (OSError, ValueError):
        place = Bilingual("文件夹" if name == "SSL_CERT_DIR" else "文件", "folder" if name == "SSL_CERT_DIR" else "file")
        use = Bilingual("写入" if name == "SSLKEYLOGFILE" else "读取", "written" if name == "SSLKEYLOGFILE" else "read")
        return NetworkProblem(
            name,
            Bilingual(f"这个{place.zh}无法{use.zh}", f"the {place.en} cannot be {use.en}"),
            Bilingual(f"改正路径，或去掉 {name}", f"correct the path, or unset {name}"),
        )
    return None


def _shown(address: str) -> str:
    scheme, found, rest = address.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if found else address.rpartition("@")[2]
