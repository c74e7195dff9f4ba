"""OpenID Connect: our side of logging in at the provider that the operator has set. Authorization code with PKCE, nothing else.

Nothing of a login under way is kept here: it travels in a cookie, encrypted with a key that every replica derives from the client's
secret. Only the provider's public metadata and keys are remembered, for an hour. Whom an identity belongs to is in `identities`.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from pydantic import SecretStr

from interviewer.errors import InterviewerError

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client
    from joserfc.jwk import OctKey

logger = logging.getLogger(__name__)

FLOW_SECONDS = 600
"""From leaving for the provider until coming back."""
METADATA_SECONDS = 3600.0
PATIENCE_SECONDS = 5.0
LEEWAY_SECONDS = 60
"""Between our clock and the provider's."""
LONGEST_KEY = 500
SEALS = ["dir", "A256GCM"]
SCOPE = "openid profile email"
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"})
"""Signatures that need the provider's private key. Never `none`, and never one made with a secret that we know too."""


class OpenIdProblem(StrEnum):
    """UNREACHABLE: no sensible answer of the provider. DENIED: it said no. STALE: not our flow, or too old. INVALID: not to be believed."""

    UNREACHABLE = "unreachable"
    DENIED = "denied"
    STALE = "stale"
    INVALID = "invalid"


class OpenIdError(InterviewerError):
    """Nobody could be identified. Carries no token, code or name."""

    def __init__(self, problem: OpenIdProblem) -> None:
        super().__init__(f"logging in at the identity provider failed ({problem.value}) → try again, or ask the operator")
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Flow:
    """One login under way. `onward`: where to go afterwards; `invitation`: the secret of a one-time link; `person`: who wants to link."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    onward: str = "/"
    invitation: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for. `name`: what they are called there, "" if it does not say."""

    issuer: str
    subject: str
    name: str = ""

    @property
    def key(self) -> str:
        """What no two identities share; a subject means something at its issuer only."""
        return f"{self.issuer} {self.subject}"


class OpenIdProvider:
    """The provider; nothing is asked of it before somebody wants to log in. `now`: seconds of a clock that only goes forward."""

    def __init__(self, issuer: str, *, client_id: str, client_secret: SecretStr, now: Callable[[], float] = time.monotonic) -> None:
        self._issuer, self._client_id, self._client_secret, self._now = issuer, client_id, client_secret, now
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def leave(self, redirect_uri: str, *, onward: str = "/", invitation: str = "", person: str = "") -> tuple[str, str]:
        """Where to send the browser, and the cookie that it brings back. OpenIdError if the provider does not answer."""
        flow = Flow(
            secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), redirect_uri, onward, invitation, person
        )
        with _told_plainly(), self._client(redirect_uri) as client:
            endpoint = self._metadata()["authorization_endpoint"]
            url, _ = client.create_authorization_url(endpoint, state=flow.state, code_verifier=flow.verifier, nonce=flow.nonce)
        return url, self.seal("flow", asdict(flow))

    def arrive(self, answer: Mapping[str, str], cookie: str | None) -> tuple[Identity, Flow]:
        """Who came back, and from which flow. `answer`: the query with which the provider sent them; OpenIdError if it is not believed."""
        flow = self.read_flow(answer, cookie)
        if answer.get("iss", self._issuer) != self._issuer:
            raise OpenIdError(OpenIdProblem.INVALID)
        if "error" in answer or not answer.get("code"):
            raise OpenIdError(OpenIdProblem.DENIED)
        with _told_plainly(), self._client(flow.redirect_uri) as client:
            endpoint = self._metadata()["token_endpoint"]
            token = client.fetch_token(endpoint, grant_type="authorization_code", code=answer["code"], code_verifier=flow.verifier)
            claims = self._verified(token, flow.nonce)
            name = _name_of(claims) or _name_of(self._ask_who(client, claims["sub"]))
        identity = Identity(self._issuer, claims["sub"], name)
        if not claims["sub"] or len(identity.key) > LONGEST_KEY:
            raise OpenIdError(OpenIdProblem.INVALID)
        return identity, flow

    def farewell(self, back: str) -> str:
        """Where somebody can log out at the provider too, and comes back from to `back`; "" if it has no such place or does not answer."""
        try:
            with _told_plainly():
                endpoint = self._metadata().get("end_session_endpoint", "")
        except OpenIdError:
            return ""
        if not is_protected(endpoint):
            return ""
        asked = urlencode({"client_id": self._client_id, "post_logout_redirect_uri": back})
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{asked}"

    def ping(self) -> None:
        """Ask the provider about itself; OpenIdError if it does not answer, or calls itself by another name."""
        with _told_plainly():
            self._metadata()

    def read_flow(self, answer: Mapping[str, str], cookie: str | None) -> Flow:
        """The flow in the cookie, if the answer belongs to it; else OpenIdError (STALE)."""
        kept = self.unseal("flow", cookie)
        if kept is None or not hmac.compare_digest(str(kept["state"]).encode(), answer.get("state", "").encode()):
            raise OpenIdError(OpenIdProblem.STALE)
        return Flow(**kept)

    def seal(self, purpose: str, values: Mapping[str, str]) -> str:
        """Values that the browser may carry but neither read nor change; they hold for FLOW_SECONDS."""
        from joserfc import jwe, jwt

        claims = {**values, "purpose": purpose, "exp": int(time.time()) + FLOW_SECONDS}
        return jwt.encode({"alg": "dir", "enc": "A256GCM"}, claims, self._key, registry=jwe.JWERegistry(algorithms=SEALS))

    def unseal(self, purpose: str, sealed: str | None) -> dict[str, str] | None:
        """What `seal` was given, None if it is no work of ours, is too old, or was meant for something else."""
        from joserfc import jwe, jwt
        from joserfc.errors import JoseError

        try:
            claims = jwt.decode(sealed or "", self._key, registry=jwe.JWERegistry(algorithms=SEALS)).claims
            jwt.JWTClaimsRegistry(exp={"essential": True}).validate(claims)
        except (JoseError, ValueError):
            return None
        return (
            {name: value for name, value in claims.items() if name not in ("purpose", "exp")} if claims.get("purpose") == purpose else None
        )

    @cached_property
    def _key(self) -> OctKey:
        from joserfc.jwk import OctKey

        secret = self._client_secret.get_secret_value().encode()
        return OctKey.import_key(hmac.digest(secret, b"interviewer: a login under way", hashlib.sha256))

    def _client(self, redirect_uri: str = "") -> OAuth2Client:
        from authlib.integrations.httpx_client import OAuth2Client

        secret = self._client_secret.get_secret_value()
        return OAuth2Client(
            self._client_id, secret, scope=SCOPE, redirect_uri=redirect_uri, code_challenge_method="S256", timeout=PATIENCE_SECONDS
        )

    def _metadata(self) -> dict[str, Any]:
        metadata = self._fetch(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if metadata.get("issuer") != self._issuer:
            logger.warning("the identity provider calls itself by another name than INTERVIEWER_OIDC_ISSUER")
            raise OpenIdError(OpenIdProblem.UNREACHABLE)
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not is_protected(metadata.get(name, "")):
                logger.warning("the identity provider's %s is no https address", name)
                raise OpenIdError(OpenIdProblem.UNREACHABLE)
        return metadata

    def _fetch(self, url: str, *, anew: bool = False) -> dict[str, Any]:
        with self._lock:
            at, kept = self._kept.get(url, (0.0, {}))
        if kept and not anew and self._now() - at < METADATA_SECONDS:
            return kept
        with self._client() as client:
            answer = client.request("GET", url, withhold_token=True)
            answer.raise_for_status()
            found = answer.json()
        if not isinstance(found, dict):
            raise ValueError("no JSON object")
        with self._lock:
            self._kept[url] = self._now(), found
        return found

    def _verified(self, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        metadata = self._metadata()
        allowed = sorted(ALGORITHMS.intersection(metadata.get("id_token_signing_alg_values_supported") or ["RS256"]))
        try:
            read = self._decoded(str(token.get("id_token", "")), metadata["jwks_uri"], allowed)
            expected = {"iss": {"essential": True, "value": self._issuer}, "aud": {"essential": True, "value": self._client_id}}
            known = {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")}
            claims = CodeIDToken(read.claims, read.header, expected, known)
            claims.validate(leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            logger.warning("an identity token was not believed (%s)", type(error).__name__)
            raise OpenIdError(OpenIdProblem.INVALID) from None
        if not isinstance(claims["sub"], str):
            raise OpenIdError(OpenIdProblem.INVALID)
        return dict(claims)

    def _decoded(self, text: str, keys_at: str, allowed: list[str]) -> Any:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        # The keys may have been changed since they were fetched. The token comes from the provider itself, so asking again is no favour.
        try:
            return jwt.decode(text, KeySet.import_key_set(self._fetch(keys_at)), algorithms=allowed)  # type: ignore[arg-type]
        except (JoseError, ValueError):
            return jwt.decode(text, KeySet.import_key_set(self._fetch(keys_at, anew=True)), algorithms=allowed)  # type: ignore[arg-type]

    def _ask_who(self, client: OAuth2Client, subject: str) -> Mapping[str, Any]:
        endpoint = self._metadata().get("userinfo_endpoint", "")
        if not is_protected(endpoint):
            return {}
        answer = client.get(endpoint)
        told = answer.json() if answer.is_success else {}
        return told if isinstance(told, dict) and told.get("sub") == subject else {}


def is_protected(address: object) -> bool:
    """Whether what is sent there cannot be read or changed on the way: https, or http on this machine."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return (parts.scheme == "https" and bool(parts.hostname)) or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    )


def _name_of(claims: Mapping[str, Any]) -> str:
    email = claims.get("email")
    local = email.partition("@")[0] if isinstance(email, str) else ""
    return next(
        (value for value in (claims.get("name"), claims.get("preferred_username"), local) if isinstance(value, str) and value.strip()), ""
    )


@contextmanager
def _told_plainly() -> Iterator[None]:
    """What the libraries raise, as an OpenIdError; their texts may hold what the provider sent."""
    import httpx2
    from authlib.common.errors import AuthlibBaseError

    try:
        yield
    except AuthlibBaseError as error:
        logger.warning("the identity provider refused (%s)", type(error).__name__)
        raise OpenIdError(OpenIdProblem.DENIED) from None
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        logger.warning("the identity provider gave no sensible answer (%s)", type(error).__name__)
        raise OpenIdError(OpenIdProblem.UNREACHABLE) from None
