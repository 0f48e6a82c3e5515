"""Who is asking: a client by its token, a member of staff or a display by its signed session.

Tokens are kept as SHA-256 only (they are 256 random bits, so that no salt is needed). Sessions are signed with a key in
``home``; nothing of a request decides the organization but the token or session itself.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request

from clinicflow.errors import ClinicflowError, Forbidden, TokenFileError, Unauthenticated
from clinicflow.settings import Settings

COOKIE = "cf_session"
CSRF_HEADER = "X-Clinicflow"
SESSION_SECONDS = 12 * 3600

SCOPES = ("events:write", "events:read", "staff:act", "board:read", "display:read")
"""``staff:act``: the client may name the member of staff who acts (a simulator, another front end)."""

_DEFAULT_SCOPES = {
    "integration": ("events:write", "events:read"),
    "feed": ("events:write", "events:read"),
    "simulator": ("events:write", "events:read", "staff:act", "board:read"),
    "display": ("display:read",),
    "analyst": ("events:read", "board:read"),
}


class Principal(msgspec.Struct, frozen=True):
    """Who is asking. ``clinics`` None means all of the organization; ``role`` is a staff role or the client's."""

    org_id: str
    kind: Literal["staff", "client", "display"]
    id: str
    role: str
    clinics: tuple[str, ...] | None = None
    scopes: tuple[str, ...] = ()

    def may(self, scope: str) -> bool:
        """Whether this is among what it may do."""
        return scope in self.scopes

    def needs(self, scope: str) -> None:
        """Raises ``Forbidden`` naming the scope that is missing."""
        if scope not in self.scopes:
            raise Forbidden(f"Expected the scope {scope}, which {self.kind} {self.id} does not have")

    def sees(self, clinic_id: str) -> bool:
        """Whether a clinic is within reach."""
        return self.clinics is None or clinic_id in self.clinics


class Token(msgspec.Struct, frozen=True):
    """A client's token as the tokens file holds it."""

    token_sha256: str
    client: str
    org: str
    role: str
    clinics: list[str] | None = None
    scopes: list[str] = []

    def principal(self) -> Principal:
        """The client that holds it."""
        kind: Literal["client", "display"] = "display" if self.role == "display" else "client"
        clinics = None if self.clinics is None else tuple(self.clinics)
        return Principal(self.org, kind, self.client, self.role, clinics, tuple(self.scopes))


class TokenFile:
    """The clients' tokens: a JSON list in a file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] | None = None
        self._tokens: dict[str, Token] = {}

    def tokens(self) -> list[Token]:
        """All tokens; an absent file has none. Raises ``TokenFileError`` for a file that others can read or no list."""
        self._refresh()
        return list(self._tokens.values())

    def find(self, secret: str) -> Token | None:
        """The token that was given out as ``secret``."""
        self._refresh()
        return self._tokens.get(_digest(secret))

    def create(
        self, client: str, org: str, role: str, clinics: list[str] | None = None, scopes: list[str] | None = None
    ) -> str:
        """Add a token; returns the secret, which is kept nowhere. Raises ``TokenFileError`` when the client has one."""
        if any((token.client, token.org) == (client, org) for token in self.tokens()):
            raise TokenFileError(f"Expected a client without a token, but {client} has one: revoke it first")
        wanted = scopes if scopes is not None else list(_DEFAULT_SCOPES.get(role, ()))
        unknown = sorted(set(wanted) - set(SCOPES))
        if unknown or not wanted:
            raise TokenFileError(f"Expected scopes of {', '.join(SCOPES)}, or a role of {', '.join(_DEFAULT_SCOPES)}")
        secret = secrets.token_urlsafe(32)
        self._write([*self.tokens(), Token(_digest(secret), client, org, role, clinics, wanted)])
        return secret

    def revoke(self, client: str, org: str) -> bool:
        """Remove a client's token; False when it had none."""
        kept = [token for token in self.tokens() if (token.client, token.org) != (client, org)]
        if len(kept) == len(self.tokens()):
            return False
        self._write(kept)
        return True

    def _refresh(self) -> None:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            self._tokens, self._stamp = {}, None
            return
        if found.st_mode & 0o077:
            raise TokenFileError(f"Expected {self.path} to be readable by its owner only (mode 0600)")
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp == self._stamp:
            return
        try:
            listed = msgspec.json.decode(self.path.read_bytes(), type=list[Token])
        except msgspec.DecodeError as error:
            raise TokenFileError(f"Expected a JSON list of tokens in {self.path}") from error
        self._tokens, self._stamp = {token.token_sha256: token for token in listed}, stamp

    def _write(self, tokens: list[Token]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(tokens), indent=2))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        self._stamp = None


class Sessions:
    """Signed sessions: what the cookie says is true because only this installation can have written it."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, principal: Principal, now: int) -> str:
        """The cookie's value; ``now`` in UTC microseconds."""
        claims = {"p": msgspec.to_builtins(principal), "exp": now // 1_000_000 + SESSION_SECONDS}
        payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
        return f"{payload}.{self._sign(payload)}"

    def read(self, cookie: str, now: int) -> Principal | None:
        """Who it names, or None when it is forged, malformed or over."""
        payload, dot, signature = cookie.partition(".")
        if not dot or not hmac.compare_digest(signature.encode(), self._sign(payload).encode()):
            return None
        try:
            claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload))
            return msgspec.convert(claims["p"], Principal) if claims["exp"] > now // 1_000_000 else None
        except (ValueError, KeyError, TypeError, msgspec.ValidationError):
            return None

    def _sign(self, payload: str) -> str:
        return hmac.new(self._key, payload.encode(), hashlib.sha256).hexdigest()


class Authenticator:
    """Answers who is asking, for every router of a process."""

    def __init__(self, settings: Settings, clock: Callable[[], int]) -> None:
        self.tokens = TokenFile(settings.tokens)
        self.sessions = Sessions(session_key(settings.home / "keys" / "session.key"))
        self._clock = clock

    def issue(self, principal: Principal) -> str:
        """A session cookie's value for somebody who has just signed in."""
        return self.sessions.issue(principal, self._clock())

    def authenticate(self, request: Request) -> Principal:
        """The principal of a request; raises ``Unauthenticated`` or ``Forbidden``.

        A session that changes something needs the header ``X-Clinicflow``, which no foreign page can send. A token in
        the query string is refused: URLs end up in logs.
        """
        if {"token", "access_token"} & set(request.query_params):
            raise Unauthenticated("Expected the token in the Authorization header, never in the address")
        header = request.headers.get("authorization")
        if header is not None:
            return self._by_token(header)
        principal = self.sessions.read(request.cookies.get(COOKIE, ""), self._clock())
        if principal is None:
            raise Unauthenticated("Expected `Authorization: Bearer TOKEN`, or a signed-in session")
        if request.method not in ("GET", "HEAD", "OPTIONS") and request.headers.get(CSRF_HEADER) != "1":
            raise Forbidden(f"Expected the header {CSRF_HEADER}: 1 with a session")
        return principal

    def _by_token(self, header: str) -> Principal:
        scheme, _, secret = header.partition(" ")
        token = self.tokens.find(secret.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise Unauthenticated("Expected a token that was created with `clinicflow token create`")
        return token.principal()


def install(app: Starlette, settings: Settings, clock: Callable[[], int]) -> Authenticator:
    """Make an application know who is asking; every router of it may then use ``authenticate``."""
    authenticator = Authenticator(settings, clock)
    app.state.authenticator = authenticator
    return authenticator


def authenticator_of(request: Request) -> Authenticator:
    """The application's authenticator. Raises ``ClinicflowError`` when ``install`` was not called."""
    found = getattr(request.app.state, "authenticator", None)
    if not isinstance(found, Authenticator):
        raise ClinicflowError("Expected auth.install(app, settings, clock) before requests are served")
    return found


async def authenticate(request: Request) -> Principal:
    """Who is asking: for routes, also as a dependency. Raises ``Unauthenticated`` or ``Forbidden``."""
    return authenticator_of(request).authenticate(request)


def session_key(path: Path) -> bytes:
    """The key that signs sessions, made at first use (mode 0600)."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _own_key(path)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
    return _own_key(path)


def staff_session(org_id: str, staff_id: str, person: dict[str, Any]) -> Principal:
    """The principal of a member of staff; ``person`` is the bundle's entry."""
    clinics = tuple(person.get("clinics", ()))
    scopes = ("events:write", "events:read", "board:read")
    return Principal(org_id, "staff", staff_id, str(person["role"]), clinics or None, scopes)


def _own_key(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise TokenFileError(f"Expected {path} to be readable by its owner only (mode 0600)")
    key = path.read_bytes()
    if len(key) != 32:
        raise TokenFileError(f"Expected 32 bytes in {path}; remove it to have a new one made")
    return key


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
