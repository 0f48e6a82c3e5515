"""Encryption of what must not be readable at rest: a key per patient, wrapped by a key file.

AES-256-GCM throughout (NIST SP 800-38D), with random 96-bit nonces: a patient's key protects far fewer than the 2^32
values for which that is safe. What a value belongs to is authenticated with it, so that a row moved to another
patient or reference does not open. Forgetting a patient is deleting the wrapped key.
"""

import hashlib
import hmac
import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clinicflow.errors import KeyFileError

_KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"


class KeyRing:
    """The key file, and what is derived from it: the wrapping key and the key of keyed hashes."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Read the key file; with ``create`` an absent one is made (mode 0600, synced to disk).

        Raises KeyFileError when it is absent, open to others or not a key. Losing it loses every personal value.
        """
        self.path = path
        if create and not path.exists():
            try:
                _make(path)
            except OSError as failure:
                raise KeyFileError(f"Expected to make the key file {path}, but: {failure.strerror}") from failure
        master = _read(path)
        self._wrapping = AESGCM(_derive(master, b"clinicflow wrap patient keys"))
        self._hashing = _derive(master, b"clinicflow keyed hash")

    def new_key(self, org_id: str, patient_id: str) -> bytes:
        """A fresh data key of a patient ("" for the organization itself), wrapped: the form that is stored."""
        return _seal(self._wrapping, AESGCM.generate_key(8 * _KEY_BYTES), _bound("key", org_id, patient_id))

    def encrypt(self, wrapped: bytes, value: bytes, org_id: str, patient_id: str, ref: str) -> bytes:
        """``value`` under a patient's wrapped key, bound to organization, patient and reference."""
        return _seal(self._unwrap(wrapped, org_id, patient_id), value, _bound("value", org_id, patient_id, ref))

    def decrypt(self, wrapped: bytes, sealed: bytes, org_id: str, patient_id: str, ref: str) -> bytes:
        """The clear value. Raises KeyFileError when key file, patient or reference is not the one it was made with."""
        return _open(self._unwrap(wrapped, org_id, patient_id), sealed, _bound("value", org_id, patient_id, ref))

    def keyed_hash(self, *parts: str | bytes) -> bytes:
        """16 bytes that stand for a text so that nobody can guess a short one; parts cannot run into each other."""
        return hmac.new(self._hashing, _bound(*parts), hashlib.sha256).digest()[:16]

    def _unwrap(self, wrapped: bytes, org_id: str, patient_id: str) -> AESGCM:
        return AESGCM(_open(self._wrapping, wrapped, _bound("key", org_id, patient_id)))


def _make(path: Path) -> None:
    """Write a new key under another name and link it into place: a half-written key is never read, a first one wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(os.urandom(_KEY_BYTES))
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        return  # another process made it at the same moment: its key is as good
    finally:
        fresh.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            master = file.read(_KEY_BYTES + 1)
    except OSError as failure:
        raise KeyFileError(f"Expected the key file {path}, but it cannot be read: {failure.strerror}") from failure
    if mode & 0o077:
        raise KeyFileError(f"Expected the key file {path} to be closed to others (mode 0600), but it has {mode:04o}")
    if len(master) != _KEY_BYTES:
        raise KeyFileError(f"Expected {_KEY_BYTES} bytes in the key file {path}, but it has another size")
    return master


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(master)


def _bound(*parts: str | bytes) -> bytes:
    encoded = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _seal(key: AESGCM, clear: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + key.encrypt(nonce, clear, bound)


def _open(key: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    if sealed[:1] != _VERSION:
        raise KeyFileError("Expected an encrypted value of version 1, but its first byte says otherwise")
    nonce = sealed[1 : 1 + _NONCE_BYTES]
    try:
        return key.decrypt(nonce, sealed[1 + _NONCE_BYTES :], bound)
    except InvalidTag as failure:
        raise KeyFileError(
            "The key file is not the one that this value was encrypted with, or the value was moved"
        ) from failure
