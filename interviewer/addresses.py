"""Whether what was set as an address, a name or a key can be one. Pure; ValueError with a remedy, never with the value.

Addresses as in RFC 3986, names of hosts as in RFC 1123.
"""

from __future__ import annotations

import base64
import binascii
import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*\.?", re.ASCII | re.IGNORECASE)
_POSTGRES = re.compile(r"postgresql(\+[a-z0-9]+)?://\S+", re.ASCII)
_SIGNS_WITH = "whsec_"
_COMPLETE = ("/chat/completions", "/completions", "/embeddings", "/responses", "/models")
"""What the client puts behind the address itself."""
_VERSIONED = ("/v1/messages", "/v1beta/models", "/api/chat", "/api/generate", "/api", "/v1", "/v1beta")
"""What the libraries of providers that do not speak OpenAI's protocol put behind theirs; its version is a part of that."""


def split_web_address(text: str) -> SplitResult:
    """The parts of an http or https address with a host."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("no web address → write it as https://HOST or http://HOST:PORT")
    if parts.fragment:
        raise ValueError("an address with a # in it → leave out what begins with #")
    return parts


def check_endpoint(text: str) -> None:
    """The address of a model endpoint, which may have a path and a query."""
    _refuse_call(split_web_address(text), _COMPLETE)


def check_provider(text: str) -> None:
    """The address of a provider that does not speak OpenAI's protocol, without a version."""
    _refuse_call(split_web_address(text), _VERSIONED)


def check_ollama(text: str) -> None:
    """What Ollama itself takes for its address, which may be no more than a host or a port: https://docs.ollama.com/faq"""
    host = "127.0.0.1" if text.startswith(":") else ""
    check_provider(text if "://" in text else f"http://{host}{text}")


def check_own_address(text: str) -> None:
    """The address of the application itself."""
    parts = split_web_address(text)
    if parts.query or parts.path.strip("/"):
        raise ValueError("the application cannot live below a path → give it a host name of its own, such as https://interview.example.org")
    if parts.username or parts.password:
        raise ValueError("an address with a user name in it, which every link would show → leave it out")


def check_host_names(text: str) -> None:
    """Names of hosts, comma separated: no addresses, no ports, and not the name of every host there is."""
    for name in filter(None, (part.strip() for part in text.split(","))):
        if not (_HOST_NAME.fullmatch(name) or _is_number(name)):
            raise ValueError(
                "no name of a host → write only names, comma separated, such as interview.example.org or *.example.org: "
                "no https://, no port, no path"
            )


def check_binding_host(text: str) -> None:
    """The address of this machine to listen on."""
    if not (_is_number(text) or (_HOST_NAME.fullmatch(text) and "*" not in text)):
        raise ValueError("no address to listen on → write 127.0.0.1 for this machine only, 0.0.0.0 for everybody; the port goes into PORT")


def check_database(text: str) -> None:
    """The address of a PostgreSQL database."""
    if not _POSTGRES.fullmatch(text):
        raise ValueError("no PostgreSQL address → write postgresql+psycopg://USER@HOST/NAME, or leave it out for SQLite")


def check_key(text: str) -> None:
    """What is sent in a header of HTTP, as a key is (RFC 9110, section 5.5)."""
    if not re.fullmatch(r"[\x21-\x7e]*", text):
        raise ValueError("no key: it has spaces in it, or characters such as … → copy the key as the provider shows it")


def check_webhook(text: str) -> None:
    """The address of a webhook: nobody on the way may read or change what is sent there."""
    parts = split_web_address(text)
    if parts.username or parts.password:
        raise ValueError("an address with a user name in it → leave it out; what is sent is signed")
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError("no https address → write https://…; http:// is for a receiver on this machine")


def read_webhook_secret(text: str) -> bytes:
    """The bytes of a webhook's secret as the Standard Webhooks specification writes it."""
    try:
        secret = base64.b64decode(text.removeprefix(_SIGNS_WITH), validate=True) if text.startswith(_SIGNS_WITH) else b""
    except (binascii.Error, ValueError):
        secret = b""
    if not 24 <= len(secret) <= 64:
        raise ValueError(
            f"no secret of a webhook → write {_SIGNS_WITH} and 24 to 64 random bytes in base64, such as the output of: "
            f'echo "{_SIGNS_WITH}$(openssl rand -base64 32)"'
        )
    return secret


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _refuse_call(parts: SplitResult, endings: tuple[str, ...]) -> None:
    for ending in endings:
        if parts.path.rstrip("/").endswith(ending):
            raise ValueError(f"the address of one call, not of the endpoint → leave out {ending} at its end")


def _is_number(name: str) -> bool:
    try:
        return bool(ip_address(name.strip("[]")))
    except ValueError:
        return False
