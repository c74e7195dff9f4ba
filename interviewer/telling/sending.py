"""Sending one message to a webhook. One of the doors to `httpx2`.

Whoever can set the address must not reach by it what only this machine reaches: the address that a name stands for is looked at, and
then connected to, so that it cannot change in between; no redirect is followed and no body of an answer is read. Proxies are not used.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from interviewer import __version__
from interviewer.addresses import is_loopback

PATIENCE_SECONDS = 10.0
"""For the connection, and for every silence after it."""
TIMEOUT, UNREACHABLE, REFUSED, TLS = "timeout", "unreachable", "refused", "tls"
"""How a try ends that has no HTTP status. REFUSED: the address is not one that may be reached."""
GONE = 410
"""The receiver wants nothing more of this, says the specification."""
_NAT64 = ip_network("64:ff9b::/96")

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Sent:
    """How a try ended. `result`: an HTTP status, or a word; `for_good`: another try would end the same."""

    result: str
    ok: bool = False
    for_good: bool = False


def resolve(host: str, port: int) -> list[str]:
    """The addresses that a name stands for; OSError if for none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def may_reach(address: str, *, loopback: bool, private: bool) -> bool:
    """Whether a webhook may lead to this address. `loopback`: its host is a name of this machine; `private`: networks of one's own are meant.

    What is no place to be served at (link-local with the clouds' metadata, multicast, unspecified, reserved) never is one.
    """
    found = _plain(ip_address(address.partition("%")[0]))
    if found.is_loopback:
        return loopback
    if found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved:
        return False
    return not loopback and (private or found.is_global)


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address that stands in an IPv6 one, as that is where the packets go."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    return inner or (IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address)


class Sender:
    """Sends to one address. `private`: it may lead to networks of one's own; `patience`: seconds."""

    def __init__(self, url: str, *, private: bool = False, patience: float = PATIENCE_SECONDS, look_up: Resolve = resolve) -> None:
        self._url, self._private, self._patience, self._look_up = url, private, patience, look_up

    def send(self, headers: Mapping[str, str], body: bytes) -> Sent:
        """Send once."""
        parts = urlsplit(self._url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        try:
            addresses = self._look_up(host, port)
        except OSError:
            return Sent(UNREACHABLE)
        loopback = is_loopback(host)
        if not addresses or not all(may_reach(each, loopback=loopback, private=self._private) for each in addresses):
            return Sent(REFUSED)
        for address in addresses:
            sent = self._send_to(address, host, {**headers, "host": parts.netloc}, body)
            if sent.result != UNREACHABLE:
                break
        return sent

    def _send_to(self, address: str, host: str, headers: Mapping[str, str], body: bytes) -> Sent:
        import httpx2

        told = {**headers, "user-agent": f"interviewer/{__version__}"}
        url = httpx2.URL(self._url).copy_with(host=address)
        # A transport of its own: with one, the client uses no proxy.
        with httpx2.Client(transport=httpx2.HTTPTransport(), timeout=self._patience, follow_redirects=False) as client:
            request = client.build_request("POST", url, content=body, headers=told, extensions={"sni_hostname": host})
            try:
                answer = client.send(request, stream=True)
            except httpx2.ConnectError as error:
                return Sent(TLS if _is_tls(error) else UNREACHABLE)
            except httpx2.ConnectTimeout:
                return Sent(UNREACHABLE)
            except httpx2.TimeoutException:
                return Sent(TIMEOUT)
            except httpx2.HTTPError:
                return Sent("broken")
            status = answer.status_code
            answer.close()
        return Sent(str(status), ok=200 <= status < 300, for_good=status == GONE)


def _is_tls(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
