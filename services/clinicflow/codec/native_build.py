"""Builds the decoder in C where a compiler is: ``python -m clinicflow.codec.native_build``.

Nothing needs it: without a compiler this says so, ends well, and messages are read by the form in Python.
"""

import asyncio
import os
import shlex
import shutil
import sys
import sysconfig
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

from clinicflow.codec.native import C_SOURCE, fingerprint

NAME = "_native"
_FLAGS = ("-O2", "-shared", "-fPIC", "-fvisibility=hidden")


def target(folder: Path = C_SOURCE.parent) -> Path:
    """The file of the module: its name says for which Python and machine it is."""
    return folder / f"{NAME}{sysconfig.get_config_var('EXT_SUFFIX')}"


def compiler() -> list[str] | None:
    """The command of a C compiler: what CC says, else cc; None when there is none."""
    words = shlex.split(os.environ.get("CC", "cc"))
    return words if words and shutil.which(words[0]) else None


def build(folder: Path = C_SOURCE.parent) -> str | None:
    """Build the module into a folder; None when it is there, else why it is not."""
    command = compiler()
    if command is None:
        return f"no C compiler ({os.environ.get('CC', 'cc')})"
    draft = target(folder).with_suffix(f".{os.getpid()}")
    macro = f'-DCLINICFLOW_SOURCE="{fingerprint()}"'
    include = f"-I{sysconfig.get_paths()['include']}"
    try:
        code, told = asyncio.run(_run([*command, *_FLAGS, include, macro, str(C_SOURCE), "-o", str(draft)]))
        if code:
            return f"{command[0]} ended with {code}: {told.strip()[:500]}"
        draft.replace(target(folder))
    except OSError as error:
        return f"{error.strerror}: {error.filename}"
    finally:
        draft.unlink(missing_ok=True)
    return None


async def _run(words: list[str]) -> tuple[int, str]:
    """How a program ended, and what it wrote to its error output."""
    process = await asyncio.create_subprocess_exec(*words, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE)
    _, told = await process.communicate()
    return process.returncode or 0, told.decode(errors="replace")


def main() -> int:
    """Build it unless it is built; never a failure."""
    from clinicflow.codec.native import NATIVE

    if NATIVE is not None:
        return 0
    missing = build()
    if missing is None:
        print(f"built {target().name}: events are read by it")
    else:
        print(f"events are read by Python alone, which needs nothing more: {missing}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
