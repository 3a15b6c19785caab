"""What may be printed of a target over all its groups where the groups themselves are withheld."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import ceil, floor

from scoring.document.exact import printed_span
from scoring.release.disclosure import Decision, Footing, Shown, Span
from scoring.release.figures import Figures
from scoring.release.room import Cells, Room
from scoring.working import Worked

PARTS = (50, 20, 10, 5)
"""Into how many bands a scale is cut where no place of a total may be printed, the finest first."""

MOST_OF_TOTAL = 0.5 + 1e-9
"""Items are printed beside a total only where none has a greater part of it."""

EXACT = 10**6
"""Ends of a scale are worked out again from floats; their denominators are no greater."""

EDGES = 20
"""Bands at an end of a scale reach to a multiple of this part of it."""


class StandingAlone:
    """One target with a final score that is a mean of points, some of whose groups are withheld."""

    def __init__(
        self,
        worked: Worked,
        target: str,
        footing: Footing,
        cells: Cells,
        figures: Figures,
        earlier: Span | None = None,
    ) -> None:
        self._scheme = worked.scheme
        self._rounding = worked.scheme.document.rounding
        self._scored, self._final = worked.scored[target], worked.finals[target]
        self._footing, self._cells, self._figures = footing, cells, figures
        self._total = self._final.total or Fraction(0)
        self._ballots = self._scored.total or Fraction(0)
        self._earlier = earlier

    @cached_property
    def _room(self) -> Room:
        return Room(self._cells, self._figures.total(self._scored))

    @cached_property
    def _ends(self) -> Span:
        """The least and the greatest that the final score could be, whatever was marked."""
        top, bottom = self._room.lacking
        return self._at(-bottom), self._at(top)

    def _at(self, points: float) -> Fraction:
        """Return the final score if the ballots gave so many points more.

        What it is used for is the same whatever was marked, and simple. Left as a sum of the exact score and a
        float, its last digits would tell the score.
        """
        return Fraction(float(self._total) + float(self._final.share) * points).limit_denominator(EXACT)

    @property
    def bends(self) -> bool:
        """Whether a floor or a cap could act on the final score, which then is no mean of marks."""
        rules = self._scheme.document.adjustments
        if rules is None or (rules.floor is None and rules.cap is None):
            return False
        limits = [part for part in self._final.parts if part.item in {"floor", "cap"}]
        low, high = self._ends
        over = rules.cap is not None and high > rules.cap
        return bool(limits) or over or (rules.floor is not None and low < rules.floor)

    def _told(self, span: Span) -> Span | None:
        """Return between what the ballots' score lies if the final one lies in a span, and by earlier results."""
        share, found = self._final.share, self._earlier
        if not share:
            return found
        low, high = (self._ballots + (end - self._total) / share for end in span)
        return (low, high) if found is None else (max(low, found[0]), min(high, found[1]))

    def is_fine(self, unit: Fraction) -> bool:
        """Return whether a total printed in such units can come from different marks."""
        return not self._final.share or self._is_fine(unit / self._final.share)

    def _is_fine(self, unit: Fraction) -> bool:
        return self._room.is_fine(float(unit), but_one=self._footing.reason == "alike")

    def _is_open(self, told: Span | None) -> bool:
        if told is None:
            return True
        return self._room.is_there(float(told[1] - self._ballots), float(self._ballots - told[0]))

    def with_total(self, places: int, known: Sequence[tuple[Fraction, str]]) -> Decision:
        """Return what is shown with a total to so many places; where it has no room for other marks, a band.

        Parameters
        ----------
        known
            What ranks compare of targets whose total is known more closely, with their names, in rising order.
        """
        low, high = printed_span(self._total, places, self._rounding.mode)
        told = self._told((low, high))
        decision = Decision(Shown.TOTAL, self._footing.reason, self._footing.few, places=places, told=told)
        if not self._final.share:
            return decision
        if self.bends or self._cuts((low, high)):
            return replace(decision, shown=Shown.NOTHING, total="solvable", told=self._earlier)
        if not self._is_open(told):
            return self._at_the_end(decision, Fraction(1, 10**places))
        pieces = self._pieces((low, high))
        if not all(self.is_fine(end - start) for start, end in pieces):
            return replace(decision, shown=Shown.NOTHING, total="solvable", band=(low, high))
        told = self._told(next(piece for piece in reversed(pieces) if piece[0] <= self._total))
        decision = replace(decision, told=told)
        alike = [name for value, name in known if low <= value <= high]
        item_places = self._item_places() if self._footing.items and len(pieces) == 1 else None
        shown = Shown.TOTAL if item_places is None else Shown.ITEMS
        return replace(decision, shown=shown, item_places=item_places, level_with=alike[-1] if alike else None)

    def _pieces(self, span: Span) -> list[Span]:
        """Return what the lines of grades cut a printed unit into; the grade says in which piece the total lies."""
        low, high = span
        lines = {line for line in self._figures.lines if low < line < high}
        if lines and self._earlier is not None:
            ends = {self._total + self._final.share * (end - self._ballots) for end in self._earlier}
            lines |= {end for end in ends if low < end < high}
        return list(pairwise((low, *sorted(lines), high)))

    def _cuts(self, span: Span) -> bool:
        """Return whether units like this one cut what earlier results told into a piece that is too narrow.

        Which piece the score lies in plays no part: that nothing is printed would tell it.
        """
        if self._earlier is None:
            return False
        start, end = self._earlier
        low, high = (self._ballots + (edge - self._total) / self._final.share for edge in span)
        unit = high - low
        pieces = [piece for piece in ((low - start) % unit, (end - low) % unit) if piece]
        return start + (low - start) % unit < end and not all(self._is_fine(piece) for piece in pieces)

    def with_band(self) -> Decision:
        """Return what is shown where a total to whole points says too much: a band."""
        nothing = Decision(Shown.NOTHING, self._footing.reason, self._footing.few, total="solvable", told=self._earlier)
        least, most = self._ends
        if self.bends or least == most or self._scheme.document.denominator != "judgements":
            return nothing
        for width in ((most - least) / parts for parts in PARTS):
            band = self._band(width)
            if self._cuts(band):
                continue
            told = self._told(band)
            if self._room.is_wide(float(width / self._final.share)):
                return replace(nothing, total="alike", band=band, told=told)
            if self.is_fine(width):
                decision = replace(nothing, band=band, told=told)
                return decision if self._is_open(told) else self._at_the_end(decision, width)
        return nothing

    def _band(self, width: Fraction) -> Span:
        """Return the band that the total lies in, of those between what it could be."""
        least, most = self._ends
        number = (self._total - least) // width - (self._total == most)
        return least + number * width, least + (number + 1) * width

    def _at_the_end(self, decision: Decision, unit: Fraction) -> Decision:
        """Return the band at an end of the scale in which all totals without room for other marks lie."""
        zones = self._room.zones(float(unit / self._final.share))
        top, bottom = self._room.lacking
        low, high = (top - zones[0], top) if top <= bottom else (-bottom, zones[1] - bottom)
        least, most = self._ends
        edge = (most - least) / EDGES
        if self.bends or self._scheme.document.denominator != "judgements":
            return replace(decision, shown=Shown.NOTHING, places=None, total="solvable", told=self._earlier)

        first, last = ((self._at(points) - least) / edge for points in (low, high))
        band = least + edge * floor(first), least + edge * ceil(last)
        return replace(decision, shown=Shown.NOTHING, places=None, total="alike", band=band, told=self._told(band))

    def _item_places(self) -> int | None:
        """Return to how many places the items of all groups together may be printed; ``None`` if not at all."""
        values = {item: value for item, value in self._scored.items.items() if value is not None}
        # The grids of items and total must not leave a sliver of one: no item may be most of the total.
        parts = self._room.weights.sum(axis=1)
        if self._final.share != 1 or self._scheme.document.adjustments or parts.max(initial=0) > MOST_OF_TOTAL:
            return None
        rooms = [Room(self._cells, self._figures.items(self._scored, {item: Fraction(1)})) for item in values]
        for places in range(self._rounding.places, -1, -1):
            # Half a unit, since the total is printed too.
            if all(room.is_fine(0.5 / 10**places, but_one=self._footing.reason == "alike") for room in rooms):
                spans = [printed_span(value, places, self._rounding.mode) for value in values.values()]
                return (
                    places
                    if all(
                        room.is_there(float(high - value), float(value - low))
                        for room, value, (low, high) in zip(rooms, values.values(), spans, strict=True)
                    )
                    else None
                )
        return None
