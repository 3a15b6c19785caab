"""Long lists, a page at a time."""

from dataclasses import dataclass

from flask import request, url_for


@dataclass(frozen=True)
class Page:
    """One page of a list of `total` rows; pages count from 1."""

    number: int
    total: int
    size: int = 50

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        """Number of the last page; an empty list has one page."""
        return max(1, -(-self.total // self.size))

    def address(self, number: int) -> str:
        """Return the address of page `number` of the list that is asked for."""
        given = {**request.args.to_dict(), **(request.view_args or {}), "page": number}
        return url_for(request.endpoint or "", **given)


def asked(total: int, size: int = 50) -> Page:
    """Return the page that the request asks for, the nearest one where it asks for none that exists."""
    number = request.args.get("page", 1, type=int)
    last = Page(1, total, size).last
    return Page(min(max(number, 1), last), total, size)
