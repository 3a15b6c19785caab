"""Ballot pages in steps of one size, so that a watcher of the line learns little from their length.

A page with marks is longer or shorter by what was marked, and compression sharpens that. Its length is
therefore rounded up to a whole step: docs/decisions/0004-compressing-ballot-pages.md.
"""

import struct
import zlib

STEP = 16384
LEVEL = 6
_HEADER = b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\xff"  # RFC 1952: deflate, a file name follows, no time, no system


def compressed(page: bytes) -> bytes:
    """Return `page` as gzip, filled up to a whole step by a meaningless file name in the header.

    Examples
    --------
    >>> import gzip
    >>> answer = compressed(b"ballot" * 100)
    >>> len(answer), gzip.decompress(answer) == b"ballot" * 100
    (16384, True)
    """
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(page) + packer.flush()
    tail = struct.pack("<II", zlib.crc32(page), len(page) & 0xFFFFFFFF)
    name = b"-" * missing(len(_HEADER) + 1 + len(body) + len(tail))
    return _HEADER + name + b"\0" + body + tail


def plain(page: bytes) -> bytes:
    """Return `page` uncompressed, filled up to a whole step by spaces after its end."""
    return page + b" " * missing(len(page))


def missing(length: int) -> int:
    """Return how many bytes `length` lacks to a whole step.

    Examples
    --------
    >>> missing(1), missing(16384), missing(16385)
    (16383, 0, 16383)
    """
    return -length % STEP
