from typing import Any

SOURCE: str

class Decoder:
    def __init__(self, tree: tuple[Any, ...], start: int, most_items: int, /) -> None: ...
    def __call__(self, data: bytes, /) -> Any: ...
