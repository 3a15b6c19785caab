"""Result files: what `gongping results files` and the demonstration write from one snapshot."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from exports.report import sign_table
from exports.tables import ranking_csv, workbook
from survey.reveal.results import Snapshot


def write_files(snapshot: Snapshot, folder: Path) -> list[str]:
    """Write workbook, CSV, JSON and one table to sign per class into `folder`; return the files' names."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with click.progressbar(length=3 + len(_classes(snapshot)), label="Writing files", file=sys.stderr) as bar:
        for name, content in _files(snapshot):
            (folder / name).write_bytes(content)
            written.append(name)
            bar.update(1)
    return written


def _files(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    heading = snapshot.heading()
    yield "ranking.csv", ranking_csv(heading, snapshot.parts)
    yield "results.xlsx", workbook(heading, snapshot.parts)
    document = {
        "round": snapshot.manifest.name,
        "snapshot": snapshot.number,
        "manifest_sha256": snapshot.manifest_hash,
        "software": snapshot.software,
        "parts": [part.model_dump(mode="json", by_alias=True) for part in snapshot.parts],
    }
    yield "results.json", json.dumps(document, ensure_ascii=False, indent=1).encode()
    for number, (part, class_name) in enumerate(_classes(snapshot), 1):
        safe = "".join(letter for letter in class_name if letter.isalnum()) or "all"
        yield f"sign-{number:02}-{safe}.pdf", sign_table(heading, snapshot.parts[part], class_name)


def _classes(snapshot: Snapshot) -> list[tuple[int, str]]:
    return [
        (number, class_name)
        for number, part in enumerate(snapshot.parts)
        for class_name in dict.fromkeys(result.class_ for result in part.results)
    ]
