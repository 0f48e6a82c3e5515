"""The version of the code that decides: a digest of its sources, which changes when they do and only then.

Every stored side of a case names it, so that replay can tell a fault from a change. Nobody has to count versions, two
installations of the same sources agree, and a change outside (screens, intake, stores) leaves the version as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import msgspec

from clinicflow.core.outcome import AgentCase

_PACKAGE = Path(__file__).resolve().parent
_DECIDES = ("core", "agents", "events.py")
"""Below the package: what ``step()`` runs. ``events.py`` stands for the schemas, which it is made from."""
_LIBRARIES = ("common-expression-language", "msgspec")
"""They evaluate the conditions of rules and encode what is hashed."""
_REMEMBERED = 8
"""A room outlives many versions; of so many its side knows."""
_UNNAMED = (0, 1)
"""What programs wrote that did not know of versions yet."""


@cache
def code_version() -> int:
    """The version of the code of this process, as it was installed when it was first asked for."""
    return digest_of(_PACKAGE, [f"{name} {version(name)}" for name in _LIBRARIES])


def digest_of(package: Path, beside: Iterable[str] = ()) -> int:
    """32 bits for the sources below ``package`` that decide: names and bytes, in order of names."""
    told = sha256()
    files = [path for name in _DECIDES for path in _sources(package / name)]
    for path in sorted(files, key=lambda path: path.relative_to(package).as_posix()):
        data = path.read_bytes()
        told.update(f"{path.relative_to(package).as_posix()} {len(data)}\n".encode() + data)
    for line in beside:
        told.update(f"{line}\n".encode())
    return int.from_bytes(told.digest()[:4], "big")


def _sources(path: Path) -> Iterable[Path]:
    return path.rglob("*.py") if path.is_dir() else [path]


def name_of(code: int) -> str:
    """A version as it is shown: eight hexadecimal digits, or that the program named none."""
    return "unnamed" if code in _UNNAMED else f"{code:08x}"


def signed(before: AgentCase | None, after: AgentCase) -> AgentCase:
    """The side after a step, named as written by this code; others that wrote it before are remembered."""
    code = code_version()
    if after.code == code:  # carried over: this code has written the side before
        return after
    if before is None or before.position < 0:
        return msgspec.structs.replace(after, code=code)
    others = [other for other in before.codes_before if other != before.code]
    if before.code != code:
        others.append(before.code)
    return msgspec.structs.replace(after, code=code, codes_before=tuple(others[-_REMEMBERED:]))
