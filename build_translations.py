"""Build step: compile the translation catalogues, so that an installed Gongping speaks Chinese."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(folder: Path) -> list[Path]:
    """Write one ``.mo`` beside each ``.po`` under `folder` and return what was written."""
    written = []
    for source in sorted(folder.rglob("*.po")):
        target = source.with_suffix(".mo")
        with source.open("rb") as catalogue, target.open("wb") as compiled:
            write_mo(compiled, read_po(catalogue))
        written.append(target)
    return written


class TranslationsHook(BuildHookInterface[Any]):
    """Compile before the wheel, the source archive or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile every catalogue of the application."""
        compile_catalogues(Path(self.root) / "survey" / "translations")
