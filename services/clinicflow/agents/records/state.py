"""What the records agent remembers of a document, of a request for copies, or of a visit's record."""

import msgspec


class RecordsState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One document or request from its coming to its end; or what is missing in the record of one visit."""

    came: int = 0
    """How often the document was told: by post, by fax, by a scan."""
    indexed: bool = False
    """Whether it is in a record, and nobody has said that it is the wrong one."""
    requested: bool = False
    """Whether somebody has asked for copies."""
    released: bool = False
    confirmed: bool = False
    """Whether the asker has said that the copies came."""
    gaps: tuple[str, ...] = ()
    """Events that found something missing which is not there yet."""
    failed: str | None = None
    """Activity of the task that a person has just given up."""
