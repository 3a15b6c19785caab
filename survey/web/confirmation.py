"""Asking again for the password before what weighs most: a browser left open must not reveal or publish."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
MARK = "gongping_confirmed"


def recently_confirmed(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a page as one for who gave the own password, or a code of the second factor, minutes ago."""
    vars(view)[MARK] = True
    return view
