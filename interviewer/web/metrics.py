"""/metrics, for Prometheus: to whoever holds the token, or, where none is set, to callers on this machine."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import SecretStr
from starlette.requests import HTTPConnection

from interviewer.bootstrap import Application

FORWARDED = frozenset({"forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "cf-connecting-ip"})
"""What proxies add, beside `X-Forwarded-…`: a request that was handed on comes from elsewhere, however near the proxy is."""
REFUSED = (
    "监控指标只给持有令牌的人；没有设置 INTERVIEWER_METRICS_TOKEN 时，只给本机直接来的请求。\n"
    "Metrics are for whoever holds the token; where INTERVIEWER_METRICS_TOKEN is not set, for direct requests from this machine.\n"
)


def routes(application: Application) -> APIRouter:
    """One route, which the gate leaves to itself: a scraper has no session."""
    router = APIRouter()
    token = application.settings.metrics_token

    @router.get("/metrics")
    def metrics(request: Request) -> Response:
        headers = {"Cache-Control": "no-store"}
        if not may_read(request, token):
            return PlainTextResponse(REFUSED, 401, {**headers, "WWW-Authenticate": "Bearer"})
        return Response(application.metrics.page(), media_type=application.metrics.content_type, headers=headers)

    return router


def may_read(request: HTTPConnection, token: SecretStr | None) -> bool:
    """Whether this request may be told the figures."""
    wanted = token.get_secret_value().strip() if token else ""
    if not wanted:
        return is_from_here(request)
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode("latin-1", "replace"), wanted.encode())


def is_from_here(request: HTTPConnection) -> bool:
    """Whether a program on this machine asks, itself: no proxy in between, and under a name that only this machine has.

    A proxy that tells nothing of itself still passes on the name under which it was called: with another, none of our forms would work.
    """
    handed_on = any(name in FORWARDED or name.startswith("x-forwarded") for name in request.headers)
    caller = request.client.host if request.client else ""
    return not handed_on and _is_loopback(caller) and _is_loopback(_host_of(request.headers.get("host", "")))


def _host_of(header: str) -> str:
    """A Host header without its port; an IPv6 address stands in brackets."""
    return header[1:].partition("]")[0] if header.startswith("[") else header.partition(":")[0]


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host.lower() == "localhost"
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
