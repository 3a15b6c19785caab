"""A disk below SQLite that writes down what it is told, and fails when it is told to.

It is a VFS (https://www.sqlite.org/vfs.html) around the machine's own, registered in the very library that Python's
``sqlite3`` uses, so that the product runs on it unchanged.
"""

import _sqlite3
import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_int64, c_void_p, cast
from dataclasses import dataclass, field
from pathlib import Path

OK, FULL, FAILED_SYNC = 0, 13, 10 | 4 << 8
WRITE, TRUNCATE, SYNC, DELETE, RECEIPT = "write", "truncate", "sync", "delete", "receipt"


@dataclass(frozen=True)
class Operation:
    """One thing that the disk was told, or a receipt that was handed out in between."""

    kind: str
    file: str
    offset: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """What the disk was told so far, and which of its operations fails.

    Attributes
    ----------
    refuses
        Given the kind of an operation, returns the result code that it ends with; 0: it is done.
    """

    operations: list[Operation] = field(default_factory=list)
    refuses: Callable[[str], int] = lambda _kind: OK
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, file: str, offset: int = 0, data: bytes = b"") -> None:
        """Write an operation down."""
        with self.lock:
            self.operations.append(Operation(kind, file, offset, data))


# SQLite keeps the address of a path for as long as the file is open, so that it is handed on and not copied.
_OPEN = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_DELETE = ctypes.CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_WRITE = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = ctypes.CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = ctypes.CFUNCTYPE(c_int, c_void_p, c_int)


class _Methods(Structure):
    """``sqlite3_io_methods``; what is not watched is handed on as it is."""

    _fields_ = (
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", c_void_p),
        ("truncate", c_void_p),
        ("sync", c_void_p),
        ("rest", c_void_p * 13),
    )


class _File(Structure):
    """``sqlite3_file``."""

    _fields_ = (("methods", POINTER(_Methods)),)


class _Vfs(Structure):
    """``sqlite3_vfs``; what is not watched is handed on as it is."""

    _fields_ = (
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        ("rest", c_void_p * 14),
    )


_kept: list[object] = []  # SQLite keeps the addresses of these for as long as a file is open


@contextmanager
def watched(disk: Disk) -> Iterator[Disk]:
    """Have every SQLite file that is opened meanwhile lie on `disk`."""
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = c_void_p
    library.sqlite3_vfs_find.argtypes = (c_char_p,)
    library.sqlite3_vfs_register.argtypes = library.sqlite3_vfs_unregister.argtypes = (c_void_p,)
    library.sqlite3_vfs_register.argtypes = (c_void_p, c_int)
    original = library.sqlite3_vfs_find(None)
    vfs = _watching(original, disk)
    library.sqlite3_vfs_register(byref(vfs), 1)
    try:
        yield disk
    finally:
        library.sqlite3_vfs_unregister(byref(vfs))


def _watching(original: int, disk: Disk) -> _Vfs:
    below = cast(original, POINTER(_Vfs)).contents
    vfs = _Vfs.from_buffer_copy(below)
    vfs.name = f"watched-{len(_kept)}".encode()
    open_below, delete_below = _OPEN(below.open), _DELETE(below.delete)
    names: dict[int, str] = {}

    def open_(_vfs: int, path: int | None, file: int, flags: int, out: int) -> int:
        result = open_below(original, path, file, flags, out)
        opened = cast(file, POINTER(_File)).contents
        if result == OK and path is not None and opened.methods:
            names[file] = Path(ctypes.string_at(path).decode()).name
            methods = _watching_file(opened.methods.contents, disk, names)
            _kept.append(methods)
            opened.methods = ctypes.pointer(methods)
        return result

    def delete(_vfs: int, path: bytes, synced: int) -> int:
        disk.note(DELETE, Path(path.decode()).name, synced)
        return delete_below(original, path, synced)

    functions = _OPEN(open_), _DELETE(delete)
    vfs.open, vfs.delete = (cast(function, c_void_p).value for function in functions)
    _kept.extend((vfs, functions, below))
    return vfs


def _watching_file(below: _Methods, disk: Disk, names: dict[int, str]) -> _Methods:
    write_below, truncate_below, sync_below = _WRITE(below.write), _TRUNCATE(below.truncate), _SYNC(below.sync)

    def write(file: int, data: int, size: int, offset: int) -> int:
        if refused := disk.refuses(WRITE):
            return refused
        disk.note(WRITE, names[file], offset, ctypes.string_at(data, size))
        return write_below(file, data, size, offset)

    def truncate(file: int, size: int) -> int:
        disk.note(TRUNCATE, names[file], size)
        return truncate_below(file, size)

    def sync(file: int, flags: int) -> int:
        if refused := disk.refuses(SYNC):
            return refused
        disk.note(SYNC, names[file])
        return sync_below(file, flags)

    methods = _Methods.from_buffer_copy(below)
    functions = _WRITE(write), _TRUNCATE(truncate), _SYNC(sync)
    methods.write, methods.truncate, methods.sync = (cast(function, c_void_p).value for function in functions)
    _kept.append(functions)
    return methods
