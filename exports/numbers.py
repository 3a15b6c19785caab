"""Ratios of a scheme as they are read: a decimal or per cent where that is exact, else the fraction itself."""

from fractions import Fraction


def number(text: str) -> str:
    """Return a ratio such as ``2/5`` as ``0.4`` where that is exact in four places, else as it is.

    Examples
    --------
    >>> number("2/5"), number("1/3"), number("20")
    ('0.4', '1/3', '20')
    """
    value = Fraction(text)
    if (value * 10**4).denominator != 1:
        return str(value)
    whole, rest = divmod(abs(value) * 10**4, 10**4)
    sign = "-" if value < 0 else ""
    return f"{sign}{int(whole)}.{int(rest):04d}".rstrip("0").rstrip(".")


def per_cent(text: str) -> str:
    """Return a ratio such as ``1/5`` as ``20%``, or as a fraction where that isn't exact.

    Examples
    --------
    >>> per_cent("1/5"), per_cent("2/3")
    ('20%', '2/3')
    """
    value = Fraction(text)
    return f"{number(str(value * 100))}%" if (value * 10**6).denominator == 1 else str(value)
