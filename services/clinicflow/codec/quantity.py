"""Quantities: a number with its UCUM unit outside, a scaled integer in one unit per field inside.

Nothing is guessed and nothing is lost silently: the unit is mandatory, a number in the field's own unit must fit its
digits exactly, and only a number converted from another unit is rounded (half to even), its original being kept.
"""

import re
from fractions import Fraction
from typing import Any

import msgspec

_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)

_ALIASES = {"{beats}/min": "/min", "{breaths}/min": "/min", "1/min": "/min", "1": "{score}"}
"""Other texts of the same UCUM unit (annotations in braces do not count)."""

_FACTORS: dict[tuple[str, str], tuple[Fraction, Fraction]] = {
    ("[degF]", "Cel"): (Fraction(5, 9), Fraction(-160, 9)),
    ("K", "Cel"): (Fraction(1), Fraction("-273.15")),
    ("[lb_av]", "kg"): (Fraction("0.45359237"), Fraction(0)),
    ("[oz_av]", "kg"): (Fraction("0.028349523125"), Fraction(0)),
    ("g", "kg"): (Fraction(1, 1000), Fraction(0)),
    ("[in_i]", "cm"): (Fraction("2.54"), Fraction(0)),
    ("m", "cm"): (Fraction(100), Fraction(0)),
    ("mm", "cm"): (Fraction(1, 10), Fraction(0)),
    ("kPa", "mm[Hg]"): (1 / Fraction("0.133322"), Fraction(0)),
    ("mL/min", "L/min"): (Fraction(1, 1000), Fraction(0)),
}
"""(from, to): the factor, and what is added after it. Units and definitions are those of UCUM (m[Hg] = 133.322 kPa)."""


class Wrong(ValueError):
    """A quantity that is refused: what is wrong with it, and what was expected."""

    def __init__(self, problem: str, expected: str) -> None:
        super().__init__(problem, expected)
        self.problem = problem
        self.expected = expected


class Measure(msgspec.Struct, frozen=True):
    """How a field holds a quantity: UCUM unit, decimal digits of the scaled integer.

    ``molar_mass`` in g/mol, as decimal text, is given for a substance, so that mmol/L can become mg/dL.
    """

    unit: str
    scale: int
    molar_mass: str | None = None

    def conversion(self, unit: str) -> tuple[Fraction, Fraction] | None:
        """Factor and addend from another unit to this one; None if there is no such conversion."""
        if self.molar_mass and (unit, self.unit) == ("mmol/L", "mg/dL"):
            return Fraction(self.molar_mass) / 10, Fraction(0)
        return _FACTORS.get((unit, self.unit))

    @property
    def units(self) -> str:
        """The units that are understood, for a message."""
        others = [unit for unit, to in _FACTORS if to == self.unit]
        return " or ".join([self.unit, *others, *(["mmol/L"] if self.molar_mass else [])])

    @property
    def expected(self) -> str:
        """The form of the quantity, for a message."""
        return f'{{"value": number, "unit": {self.units}}}'


def decimal_text(number: Any) -> str:
    """The exact decimal text of a number from JSON (text, integer or floating point). Errors: ``Wrong``."""
    if isinstance(number, bool) or not isinstance(number, str | int | float):
        raise Wrong("is not a number", "a decimal number as a number or text")
    if isinstance(number, int) and abs(number) > 10**15:
        raise Wrong("has too many digits", "at most 15 digits before the point")
    text = number if isinstance(number, str) else repr(number)
    if not _DECIMAL.fullmatch(text):
        raise Wrong("is not a decimal number", "digits, at most 15 before and 15 after a point")
    return text


def scaled(text: str, unit: str, measure: Measure) -> tuple[int, bool]:
    """The scaled integer of a decimal text in a unit, and whether it was converted. Errors: ``Wrong``."""
    if unit == measure.unit or _ALIASES.get(unit) == measure.unit:
        whole, _, digits = text.partition(".")
        digits = digits.rstrip("0")
        if len(digits) > measure.scale:
            raise Wrong("has too many digits", f"at most {measure.scale} digits after the point in {measure.unit}")
        return int(whole + digits.ljust(measure.scale, "0")), False
    conversion = measure.conversion(unit)
    if conversion is None:
        raise Wrong("has an unknown unit", f"{measure.units} (UCUM)")
    factor, addend = conversion
    return round((Fraction(text) * factor + addend) * 10**measure.scale), True


def unscaled(number: int, measure: Measure) -> int | float | str:
    """The number of a scaled integer: an integer or a decimal that JSON readers keep exactly, else text."""
    if measure.scale == 0:
        return number
    if abs(number) < 10**15:
        return float(number / 10**measure.scale)
    sign, digits = ("-" if number < 0 else ""), str(abs(number)).rjust(measure.scale + 1, "0")
    return f"{sign}{digits[: -measure.scale]}.{digits[-measure.scale :]}"
