"""What the tests need beside Python: Java 17, Maven and Chromium. On Debian as root what is missing is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NEEDED = {"java": "openjdk-17-jre-headless", "mvn": "maven", "chromium": "chromium"}


def missing() -> list[str]:
    """The programs that are not on the path."""
    return [program for program in NEEDED if shutil.which(program) is None]


def install(programs: list[str]) -> None:
    """Install them with Debian's package manager."""
    packages = [NEEDED[program] for program in programs]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *words], check=True, env=environment, stdout=subprocess.DEVNULL)


def main() -> int:
    """Install what is missing, or say how; with CI set, a missing program is a failure."""
    lacking = missing()
    if lacking and os.geteuid() == 0 and Path("/etc/debian_version").exists():
        print(f"installing for the tests: {', '.join(lacking)}", flush=True)
        install(lacking)
        lacking = missing()
    if not lacking:
        return 0
    print(
        f"MISSING for the tests: {', '.join(lacking)}. Their lanes are left out. Install them with:\n"
        f"    apt-get install {' '.join(NEEDED[program] for program in lacking)}",
        file=sys.stderr,
    )
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
