"""A bundle: a handful of files in a zip archive whose every byte is fixed, so that no byte can be changed unseen."""

import io
import zipfile
from collections.abc import Mapping
from hashlib import sha256

import rfc8785

from survey.errors import GongpingError

FORMAT = "gongping bundle 1"
INDEX = "index.json"
LARGEST = 1 << 30
"""Bytes that a bundle may unpack to."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


class NotABundleError(GongpingError):
    """A file that is no bundle, or not as it was written."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the archive of files and of an index with the SHA-256 of each."""
    index = rfc8785.dumps({name: sha256(content).hexdigest() for name, content in files.items()})
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted({**files, INDEX: index}.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, content)
    return written.getvalue()


def unpack(packed: bytes) -> dict[str, bytes]:
    """Return the files of an archive, without its index.

    Raises
    ------
    NotABundleError
        Where a byte of it isn't as ``pack`` writes it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise NotABundleError("This is not a bundle of this software, or a damaged one.")
            files = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise NotABundleError("This is not a bundle of this software, or a damaged one.") from error
    if files.pop(INDEX, None) is None or pack(files) != packed:
        raise NotABundleError("This bundle is not as it was written: some byte of it was changed.")
    return files
