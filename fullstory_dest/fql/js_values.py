"""JavaScript's conversions between strings and numbers."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from .tree import Scalar

MAX_SAFE_INTEGER = 2**53  # floats represent all integers up to here

JAVASCRIPT_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
NUMERIC = re.compile(
    rf"[{JAVASCRIPT_SPACE}]*([+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]+)?)[{JAVASCRIPT_SPACE}]*"
)


def parse_js_number(text: str) -> int | float | None:
    """Return JavaScript's ``Number()`` of decimal text, or None if it isn't a finite number.

    Whole numbers are returned as ints.
    """
    match = NUMERIC.fullmatch(text)
    number = float(match[1]) if match else math.inf
    if math.isinf(number):
        return None
    return int(number) if number.is_integer() and abs(number) <= MAX_SAFE_INTEGER else number


def js_string(value: Scalar) -> str:
    """Return JavaScript's ``String()`` of a value: ``null``, ``true``, ``0.1``, ``1e+21``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) <= MAX_SAFE_INTEGER:
        return str(value)
    return value if isinstance(value, str) else _number_text(float(value))


def _number_text(number: float) -> str:
    """Return ECMA-262's Number::toString of 0.DIGITS x 10^n, with the fewest digits that identify the number."""
    if number == 0:
        return "0"
    if number < 0:
        return f"-{_number_text(-number)}"
    # repr() of a float has the same digits as in JavaScript, but places the point differently.
    _, raw_digits, exponent = Decimal(repr(number)).as_tuple()
    assert isinstance(exponent, int), "neither NaN nor infinite"
    digits = "".join(map(str, raw_digits))
    n = len(digits) + exponent
    digits = digits.rstrip("0")
    if len(digits) <= n <= 21:
        return digits.ljust(n, "0")
    if 0 < n <= 21:
        return f"{digits[:n]}.{digits[n:]}"
    if -6 < n <= 0:
        return f"0.{'0' * -n}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{n - 1:+d}"
