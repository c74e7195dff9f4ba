"""What every response carries: which scripts may run, who may frame the page, what the browser may tell others.

Our own pages run under a policy without exceptions. The practice room is drawn by Gradio; its exceptions stand below, each with its
reason, and were found by taking them away one by one in Chromium.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""data: images are the arrows and ticks of form controls, drawn in the style sheet."""

PRACTICE_POLICY = "; ".join(
    (
        "default-src 'none'",
        # The hashes: Gradio writes its configuration into inline scripts that differ with every start; those of the page that is
        # sent, and no others, may run.
        # 'unsafe-eval': the script of a gr.HTML (js_on_load) is compiled in the page, with `new Function`.
        "script-src 'self' 'unsafe-eval'{hashes}",
        # 'unsafe-inline': Gradio puts style elements and style attributes into the page while it draws.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        # 'self': Gradio's script sets the base of the page to the page's own address.
        "base-uri 'self'",
        "frame-ancestors 'none'",
    )
)

FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""Of exported pages, which stand alone: their style is inside, and nothing runs."""

_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script", re.DOTALL | re.IGNORECASE)

COMMON = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
TRANSPORT = "max-age=31536000"


class SecurityHeaders:
    """Middleware that adds the headers to every response. A policy that the route itself has set is left alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure(MutableHeaders(scope=message), https=scope.get("scheme") == "https")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class PracticePolicy:
    """Middleware around the practice room: its pages run under PRACTICE_POLICY, with the hashes of the scripts that they contain.

    Only an HTML page is held back until it is whole; streams of events pass as they come.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        start: Message = {}
        page = bytearray()

        async def send_with_policy(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = practice_policy(b"")
                if headers.get("content-type", "").startswith("text/html"):
                    start = message
                    return
            elif start:
                page.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                MutableHeaders(scope=start)["content-security-policy"] = practice_policy(bytes(page))
                await send(start)
                message = {"type": "http.response.body", "body": bytes(page)}
            await send(message)

        await self.app(scope, receive, send_with_policy)


def practice_policy(page: bytes) -> str:
    """The policy for a page of the practice room: of the inline scripts, those in it may run."""
    digests = {b64encode(sha256(script).digest()).decode() for script in _INLINE.findall(page)}
    return PRACTICE_POLICY.replace("{hashes}", "".join(f" 'sha256-{digest}'" for digest in sorted(digests)))


def secure(headers: MutableHeaders, *, https: bool) -> None:
    """Add what is missing to the headers of a response."""
    headers.setdefault("content-security-policy", OWN_POLICY)
    for name, value in COMMON.items():
        headers.setdefault(name, value)
    if https:
        headers.setdefault("strict-transport-security", TRANSPORT)


def from_elsewhere(headers: Headers) -> bool:
    """Whether a page of another origin sent this request, as far as the browser says; what no browser sends is not from elsewhere."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and _bare(origin.partition("://")[2]) != _bare(headers.get("host", ""))


def _bare(host: str) -> str:
    return host.lower().removesuffix(":443").removesuffix(":80")
