"""Back-ups of a data folder, taken while the server runs, and their way back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
import uuid
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from copilot.errors import CopilotError, Misconfigured
from copilot.stores.sqlite_erasing import Erased, erased, take_out_again
from copilot.stores.sqlite_file import APPLICATION_ID, Lock, connect, migrate, translate
from copilot.stores.sqlite_keys import SqliteKeyStore

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


class Restored(Struct, frozen=True, kw_only=True):
    """`erased` are conversations of the back-up that had been erased since, and `ended` keys that had been
    revoked or given an end since; None where what was in that place could not be read."""

    epoch: str
    erased: int | None = 0
    ended: int | None = 0


def restore(source: Path, log: Path, keys: Path, *, replace: bool = False) -> Restored:
    """Puts a back-up in the place of what the log's folder holds. The log has a new epoch, by which readers
    learn that their positions mean nothing any more; what was erased or revoked since stays so. Raises
    Misconfigured, also while a server runs on the folder, and when it holds a log (unless `replace`)."""
    names = sorted(path.name for path in source.glob(f"*{SUFFIX}"))
    if log.name not in names:
        raise Misconfigured(f"{source} holds no back-up of a log")
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = Lock(log)
    lock.take()
    try:
        if log.exists() and not replace:
            raise Misconfigured(f"{log.parent} holds a log already")
        making = {name: log.with_name(f"{name}.restored") for name in names}
        for name, path in making.items():
            _remove(path)
            shutil.copyfile(source / name, path)
            path.chmod(0o600)
        gone = _gone(log)
        epoch, held = _renewed(making[log.name], gone or [])
        ended = _end_again(keys, making.get(keys.name))
        for path in making.values():
            _sync(path)
        # The log comes last: until then a restore that was cut off has changed no conversation.
        for name in sorted(names, key=lambda each: each == log.name):
            _remove(log.with_name(name), keep=True)
            making[name].replace(log.with_name(name))
        _sync(log.parent)
    except (OSError, sqlite3.Error) as error:
        raise Misconfigured(f"the restore failed: {translate(error).detail}") from error
    finally:
        lock.release()
    return Restored(epoch=epoch, erased=held if gone is not None else None, ended=ended)


def _gone(log: Path) -> list[Erased] | None:
    """What was erased from the log that is there; None where that cannot be read."""
    if not log.exists():
        return []
    try:
        with closing(connect(log)) as connection:
            # What stands in its write-ahead log goes into the log itself, which is then whole without it.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return erased(connection)
    except sqlite3.Error:
        return None


def _end_again(keys: Path, copy: Path | None) -> int | None:
    """Ends what the restored keys do not know to have ended; None where the keys there cannot be read."""
    if copy is None or not keys.exists():
        return 0
    try:
        there = SqliteKeyStore(keys)
        try:
            known = there.all()
        finally:
            there.close()
    except CopilotError:
        return None
    ended, restored = 0, SqliteKeyStore(copy)
    try:
        before = {key.id: key for key in restored.all()}
        for key in known:
            if key.expires_ms is not None:
                restored.expire(key.id, key.expires_ms)
            if key.revoked_ms is not None:
                restored.revoke(key.id, key.revoked_ms)
            ended += before.get(key.id) != restored.find(key.id)
    finally:
        restored.close()
    return ended


def _copy(source: Path, target: Path) -> None:
    with closing(connect(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
    _sync(target)


def _renewed(log: Path, gone: list[Erased]) -> tuple[str, int]:
    """Checks the copy of a log, brings its schema up to ours, gives it another epoch, and takes out of it
    what is gone; returns the epoch, and how many conversations had to go."""
    epoch = uuid.uuid4().hex[:12]
    with closing(connect(log)) as connection:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise Misconfigured("the back-up's log is a database of another program")
        if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise Misconfigured("the back-up's log is damaged")
        connection.execute("PRAGMA secure_delete=ON").fetchall()
        migrate(connection, time.time_ns() // 1_000_000, None)
        connection.execute("UPDATE meta SET value = ? WHERE name = 'epoch'", (epoch,))
        held = take_out_again(connection, gone)
    return epoch, held


def _remove(path: Path, *, keep: bool = False) -> None:
    """With what SQLite lays beside a database; `keep` leaves the database itself."""
    for beside in ("-wal", "-shm", "-journal", *(() if keep else ("",))):
        path.with_name(f"{path.name}{beside}").unlink(missing_ok=True)


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
