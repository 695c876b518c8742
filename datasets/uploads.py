"""Lay uploaded files out in a folder, as an import wants to find them."""

import lzma
import shutil
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from .importing import FILES, BadInput

# The public dataset has 70 MiB in its four files, 15 in an archive.
MAX_UPLOAD_BYTES = 256 * 1024 * 1024
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
_CHUNK = 1024 * 1024
# What zipfile raises for archives that are damaged, encrypted or of a kind it does not know.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, NotImplementedError, EOFError, OSError)


def lay_out(files: Iterable[UploadedFile], folder: Path) -> list[str]:
    """Copy the files of the format into `folder`, out of ZIP archives too, and return their names.

    Archives may hold other files, which are left alone; where they lie in it does not matter. Raises `BadInput` for
    a file of another name, one that comes twice, an archive that cannot be read, and for more bytes than are taken.
    """
    files = list(files)
    if sum(file.size or 0 for file in files) > MAX_UPLOAD_BYTES:
        raise BadInput(
            _("The files have more than %(limit)s MiB; import them by manage.py instead.")
            % {"limit": MAX_UPLOAD_BYTES // 2**20}
        )
    for file in files:
        name = str(file.name)
        if name.lower().endswith(".zip"):
            _unpack(file, name, folder)
        elif name in FILES:
            with _new_file(folder, name) as target:
                shutil.copyfileobj(file, target, _CHUNK)
        else:
            raise BadInput(f"{name}: a file of this name is not expected; there are {', '.join(FILES)}, or one ZIP.")
    return sorted(path.name for path in folder.iterdir())


def _unpack(file: UploadedFile, name: str, folder: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            wanted = [entry for entry in archive.infolist() if PurePosixPath(entry.filename).name in FILES]
            if not wanted:
                raise BadInput(f"{name}: the archive holds none of {', '.join(FILES)}.")
            left = MAX_UNPACKED_BYTES
            for entry in wanted:
                with (
                    archive.open(entry) as source,
                    _new_file(folder, PurePosixPath(entry.filename).name) as target,
                ):
                    left = _copy(source, target, left, name)
    except _UNREADABLE as error:
        raise BadInput(f"{name}: the archive cannot be read ({error}).") from error


def _copy(source: IO[bytes], target: IO[bytes], left: int, name: str) -> int:
    """Copy at most `left` bytes, whatever the archive says about its sizes, and return how many are left then."""
    while chunk := source.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise BadInput(f"{name}: unpacked, it has more than {MAX_UNPACKED_BYTES // 2**20} MiB.")
        target.write(chunk)
    return left


def _new_file(folder: Path, name: str) -> IO[bytes]:
    try:
        return (folder / name).open("xb")
    except FileExistsError as error:
        raise BadInput(f"{name}: it comes twice.") from error
