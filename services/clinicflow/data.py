"""Where the files that ship with the package are: schemas, protocols, bundles, web assets."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_dir(name: str) -> Path:
    """The folder ``name`` (``schemas``, ``protocols``, ``scenarios`` ...) in the wheel or in a checkout."""
    shipped = _PACKAGE / "_data" / name
    return shipped if shipped.is_dir() else _PACKAGE.parent.parent / name
