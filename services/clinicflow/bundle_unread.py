"""Files of a bundle that nobody would read: a misspelt folder or ending would leave rules out without a word."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from clinicflow.bundle_check.problems import hint

PARTS = ("protocols", "scope", "tables")
"""The folders of an overlay."""

_OTHER_ENDINGS = (".yml", ".json")
"""Endings of files that somebody meant to be read."""

Unread = tuple[Path, str]
"""A file or folder, and what was expected of it."""


def unread_in_overlay(overlay: Path) -> Iterator[Unread]:
    """What of an overlay's folder would not be read; an overlay that is not there at all would be none."""
    if not overlay.is_dir():
        near = hint(overlay.name, [path.name for path in overlay.parent.glob("*/")])
        yield overlay, f"Expected the folder {overlay.name} of the overlay, but there is none{near}"
        return
    for path in sorted(overlay.iterdir()):
        if path.name not in PARTS and path.is_dir() and any(path.glob("*.y*ml")):
            near = hint(path.name, PARTS)
            yield path, f"Expected the folders {', '.join(PARTS)} in an overlay, but {path.name} is not read{near}"
        elif path.suffix.lower() in (".yaml", *_OTHER_ENDINGS):
            yield path, f"Expected the file in one of the folders {', '.join(PARTS)}, but here it is not read"
    yield from unread_in_folders(overlay / part for part in PARTS)


def unread_in_folders(folders: Iterable[Path]) -> Iterator[Unread]:
    """Files that look as if they were meant, in folders of which all files with the ending ``.yaml`` are read."""
    for folder in folders:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.is_file() and path.suffix != ".yaml" and path.suffix.lower() in (".yaml", *_OTHER_ENDINGS):
                yield path, f"Expected a name that ends in .yaml, but {path.name} would not be read"
            elif path.is_dir() and any(path.glob("*.yaml")):
                yield path, f"Expected files, but {path.name} is a folder whose files would not be read"
