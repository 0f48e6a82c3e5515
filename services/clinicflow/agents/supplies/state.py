"""What the supplies agent remembers of an item of the stock and of a fridge."""

import msgspec

KEPT_USES = 2_000
"""How many uses of an item are kept for a recall; what is older is found in the journal, and the list says so."""


class StockSide(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One item. ``uses`` are the last ones with their lot ("" when it was not told), oldest first."""

    on_hand: int | None = None
    low: bool = False
    ordered: bool = False
    barred: tuple[str, ...] = ()
    """Lots that are expired or called back."""
    held: tuple[str, ...] = ()
    """Lots that are set apart until it is known whether they are good."""
    uses: tuple[tuple[str, str], ...] = ()
    dropped: bool = False
    """Whether older uses are not kept any more."""
    barred_use: bool = False
    """Whether the last use was of a lot that may not be used."""


class FridgeSide(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One fridge or freezer, and the items and lots that were put there."""

    out_of_range: bool = False
    lots: tuple[tuple[str, str], ...] = ()


class SuppliesState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One item or one fridge."""

    stock: StockSide = StockSide()
    fridge: FridgeSide = FridgeSide()
