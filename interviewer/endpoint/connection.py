"""The connection to an endpoint, for chat and for embeddings: the one factory of openai's client, and its errors as our failures.

Only what openai and its HTTP library document is used: the client with its streaming and raw responses, hooks and trace of httpx.
"""

from __future__ import annotations

import ipaddress
import logging
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from interviewer.endpoint.error_body import Said, read_error
from interviewer.endpoint.failures import Failure, classify_inside, classify_status, parse_retry_after
from interviewer.errors import EndpointError
from interviewer.models import Reason

if TYPE_CHECKING:
    from openai import OpenAI
    from pydantic import SecretStr

OPENAI = "https://api.openai.com/v1"
LARGEST_ERROR = 64_000
"""Bytes of the body of an error."""
_PLACEHOLDER_KEY = "none"
_SENT = "send_request_body.complete"
"""How httpcore's trace says that a request is on its way: https://www.encode.io/httpcore/extensions/#trace"""
_AZURE = (".azure.com", ".azure-api.net", ".azure.cn", ".azure.us")
"""Hosts that take a key in a header of their own: https://learn.microsoft.com/azure/ai-services/openai/reference#authentication"""


class TooLarge(Exception):
    """The reply is larger than any honest one, or nobody waits for it any more."""


class EmptyStream(Exception):
    """A stream that ended before it began."""


class ErrorInside(Exception):
    """An error that came with status 200, whole or within a stream."""

    def __init__(self, body: Any) -> None:
        super().__init__("an error inside a reply")
        self.body = body


class Watch(threading.local):
    """The running request of this thread, for what happens deep inside the libraries.

    `sent` is to be called once it is on its way, `heard` at every piece of the answer, `stop` says that nobody waits for it any more.
    """

    stop: threading.Event | None = None
    sent: Callable[[], None] = staticmethod(lambda: None)
    heard: Callable[[], None] = staticmethod(lambda: None)


WATCH = Watch()


def connect(api_key: SecretStr | None, base_url: str | None, *, timeout: float, largest: int) -> OpenAI:
    """A client for an endpoint, that tries each request once. `timeout`: seconds of silence; `largest`: bytes of a whole body.

    The query of the address goes with every request. An endpoint on this machine is asked directly, whatever proxy is set.
    EndpointError, with the setting's name, for a key that cannot be sent and for a proxy or certificates that cannot be used.
    """
    import openai

    for name in ("openai", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)

    key = api_key.get_secret_value().strip(" \t\r\n\"'") if api_key else ""  # what a paste or an env file brings along
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise EndpointError(Reason.WRONG_KEY, "OPENAI_API_KEY holds characters that no key has: a placeholder, or more than the key?")
    address, query = split_query(base_url or OPENAI)
    host = urlsplit(address).hostname or ""
    local = is_loopback(host)
    try:
        return openai.OpenAI(
            api_key=key or _PLACEHOLDER_KEY, base_url=address, default_query=query, timeout=timeout, max_retries=0,
            default_headers={"api-key": key} if key and host.endswith(_AZURE) else None,
            http_client=openai.DefaultHttpxClient(
                # Certificates are named in the environment, too: only they are of use on the way to this machine.
                trust_env=not local or address.startswith("https:"),
                mounts={f"all://{f'[{host}]' if ':' in host else host}": None} if local else None,
                event_hooks={"request": [_follow], "response": [_bounded_by(largest)]},
            ),
        )  # fmt: skip
    except (ValueError, ImportError, OSError):
        settings = "OPENAI_BASE_URL, the proxies (ALL_PROXY, HTTPS_PROXY, HTTP_PROXY, NO_PROXY) and SSL_CERT_FILE"
        raise EndpointError(Reason.UNREACHABLE, f"no connection can be set up: check {settings}") from None


def split_query(base_url: str) -> tuple[str, dict[str, object]]:
    """An address without its query, and the query."""
    parts = urlsplit(base_url.strip())
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")), dict(parse_qsl(parts.query, keep_blank_values=True))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def explain(error: BaseException) -> tuple[Failure, Said]:
    """The failure behind an exception of openai, its HTTP library or the reading of a reply, and the endpoint's own words.

    The words are to be looked into, never kept.
    """
    import httpx2
    import openai

    nothing = Said()
    if isinstance(error, EndpointError):
        return Failure(error.reason, error.detail, retry_after=error.retry_after), nothing
    if _caused_by(error, TooLarge):
        return Failure(Reason.UNPARSABLE, "the reply was larger than 1 MB"), nothing
    if isinstance(error, EmptyStream):
        return Failure(Reason.UNREACHABLE, "an empty stream", retry=True), nothing
    if isinstance(error, ErrorInside):
        said = read_error(error.body)
        return classify_inside(said), said
    if isinstance(error, openai.APIStatusError):
        said = read_error(error.response.text)
        return classify_status(error.status_code, said.code, said.message, parse_retry_after(error.response.headers)), said
    if _caused_by(error, httpx2.ConnectTimeout):
        return Failure(Reason.UNREACHABLE, "no connection in time", retry=True), nothing
    if isinstance(error, (openai.APITimeoutError, httpx2.TimeoutException)):
        return Failure(Reason.TIMEOUT, "no answer in time", retry=True), nothing
    if isinstance(error, (openai.APIConnectionError, httpx2.RequestError)):
        return Failure(Reason.UNREACHABLE, "no connection, or it broke", retry=True), nothing
    if isinstance(error, (ValueError, KeyError, TypeError, IndexError, AttributeError, openai.APIError)):
        return Failure(Reason.UNPARSABLE, "not the protocol of a model endpoint", retry=True, rejects=True), nothing
    return Failure(Reason.INTERNAL, type(error).__name__), nothing


def _follow(request: Any) -> None:
    """Tell when a request is on its way, and keep the key from a host that it is redirected to."""
    sent = WATCH.sent
    if not request.url.host.endswith(_AZURE):
        request.headers.pop("api-key", None)

    def hear(name: str, _about: object) -> None:
        if name.endswith(_SENT):
            sent()

    request.extensions = {**request.extensions, "trace": hear}


def _bounded_by(largest: int) -> Callable[[Any], None]:
    """Count the bytes of a response as they arrive, and stop reading when there are too many or nobody waits for them."""

    def bound(response: Any) -> None:
        import httpx2

        streamed = "event-stream" in response.headers.get("content-type", "")
        most = LARGEST_ERROR if response.status_code >= 400 else None if streamed else largest
        stop, heard = WATCH.stop, WATCH.heard

        class Bounded(httpx2.SyncByteStream):
            def __init__(self, stream: Any) -> None:
                self._stream = stream

            def __iter__(self) -> Iterator[bytes]:
                size = 0
                for piece in self._stream:
                    size += len(piece)
                    if (most and size > most) or (stop and stop.is_set()):
                        raise TooLarge
                    heard()
                    yield piece

            def close(self) -> None:
                self._stream.close()

        response.stream = Bounded(response.stream)

    return bound


def _caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False
