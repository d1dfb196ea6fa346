"""Back-ups of a data folder, taken while the server runs, and their way back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

from copilot.errors import Misconfigured
from copilot.stores.sqlite_file import APPLICATION_ID, Lock, connect, translate

SUFFIX = ".sqlite"


def back_up(data_dir: Path, target: Path) -> list[str]:
    """Copies each database of the folder as it stands at one moment into a new folder; returns their names.

    Neither writers nor readers wait. What was erased before is not in it. Raises Misconfigured.
    """
    sources = sorted(data_dir.glob(f"*{SUFFIX}"))
    if not sources:
        raise Misconfigured(f"there is nothing to back up in {data_dir}")
    if target.exists():
        raise Misconfigured(f"{target} exists already: a back-up goes into a new folder")
    making = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}")
    making.mkdir(mode=0o700, parents=True)
    try:
        for source in sources:
            _copy(source, making / source.name)
        _sync(making)
        making.rename(target)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(making, ignore_errors=True)
        raise Misconfigured(f"the back-up failed: {translate(error).detail}") from error
    _sync(target.parent)
    return [source.name for source in sources]


def restore(source: Path, data_dir: Path, log: Path, *, replace: bool = False) -> str:
    """Puts a back-up in the place of what the folder holds; returns the log's new epoch, by which readers
    learn that their positions mean nothing any more. Raises Misconfigured, also while a server runs on the
    folder, and when it holds a log (unless `replace`)."""
    names = sorted(path.name for path in source.glob(f"*{SUFFIX}"))
    if log.name not in names:
        raise Misconfigured(f"{source} holds no back-up of a log")
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = Lock(log)
    lock.take()
    try:
        if log.exists() and not replace:
            raise Misconfigured(f"{data_dir} holds a log already")
        making = {name: data_dir / f"{name}.restored" for name in names}
        for name, path in making.items():
            shutil.copyfile(source / name, path)
            path.chmod(0o600)
        epoch = _renewed(making[log.name])
        # The log comes last: until then a restore that was cut off has changed no conversation.
        for name in sorted(names, key=lambda each: each == log.name):
            for beside in ("-wal", "-shm"):
                (data_dir / f"{name}{beside}").unlink(missing_ok=True)
            making[name].replace(data_dir / name)
        _sync(data_dir)
    except (OSError, sqlite3.Error) as error:
        raise Misconfigured(f"the restore failed: {translate(error).detail}") from error
    finally:
        lock.release()
    return epoch


def _copy(source: Path, target: Path) -> None:
    with closing(connect(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
    _sync(target)


def _renewed(log: Path) -> str:
    """Checks the copy of a log and gives it another epoch."""
    epoch = uuid.uuid4().hex[:12]
    with closing(connect(log)) as connection:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise Misconfigured("the back-up's log is a database of another program")
        if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise Misconfigured("the back-up's log is damaged")
        connection.execute("UPDATE meta SET value = ? WHERE name = 'epoch'", (epoch,))
    _sync(log)
    return epoch


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
