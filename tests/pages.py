"""Reads a page as a browser does: what its forms would send, what its words are."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Page(HTMLParser):
    """The parts of a page that tests look at.

    Attributes
    ----------
    fields
        What the page's forms would send if nothing was touched.
    offers
        For each field with a choice, the values in the order of the page.
    tags
        Every start tag with its attributes.
    """

    fields: dict[str, str] = field(default_factory=dict)
    offers: dict[str, list[str]] = field(default_factory=dict)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag in {"td", "th"}:
            self.words += " "
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "input" and given.get("type") in {"radio", "checkbox"}:
            self.offers.setdefault(name, []).append(value)
            if "checked" in given:
                self.fields[name] = value
        elif tag == "input":
            self.fields[name] = value
        elif tag == "select":
            self._select = name
        elif tag == "option":
            self.offers.setdefault(self._select, []).append(value)
            if "selected" in given or self._select not in self.fields:
                self.fields[self._select] = value
        elif tag == "textarea":
            self._textarea = name
            self.fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # HTML drops one line end right after the opening tag.
            self.fields[self._textarea] = self.fields[self._textarea].removeprefix("\n")
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.fields[self._textarea] += data
        self.words += data

    def buttons(self, value: str) -> list[dict[str, str]]:
        """Return the buttons whose value starts with `value`."""
        return [given for tag, given in self.tags if tag == "button" and given.get("value", "").startswith(value)]


def read(text: str) -> Page:
    """Return `text` as a page; runs of spaces in its words become one."""
    page = Page()
    page.feed(text)
    page.close()
    page.words = " ".join(page.words.split())
    return page
