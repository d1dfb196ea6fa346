"""A file layer that remembers what was synced, and the disks that a power cut may leave behind.

It lies under another build of SQLite (apsw), which runs the very statements of our store: the connection is
handed in. Every write, truncation, deletion and sync is recorded in order, together with the moments at which
appends were acknowledged. A crash image is the state after some record, in which everything that was not
synced is there, is not, or is torn.

`python -m tests.stores.power --images 2000` tries that many images.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from copilot.errors import CopilotError
from copilot.ports import Key
from copilot.stores.sqlite import SqliteStore

from .samples import phase, said

SECTOR = 512
NAMES = itertools.count()
DURABLE = ("log.db", "log.db-wal")


@dataclass
class Write:
    file: str
    offset: int
    data: bytes


@dataclass
class Truncate:
    file: str
    size: int


@dataclass
class Delete:
    file: str


@dataclass
class Sync:
    file: str


@dataclass
class Acknowledged:
    conversation: str
    seq: int


Record = Write | Truncate | Delete | Sync | Acknowledged


@dataclass
class Disk:
    """What reached the disk so far, and what is still under way, file by file."""

    files: dict[str, bytearray] = field(default_factory=dict)
    under_way: dict[str, list[Write | Truncate | Delete]] = field(default_factory=dict)

    def take(self, record: Record) -> None:
        if isinstance(record, Sync):
            for change in self.under_way.pop(record.file, []):
                self._apply(self.files, change)
        elif not isinstance(record, Acknowledged):
            self.under_way.setdefault(record.file, []).append(record)

    def crash(self, chance: random.Random) -> dict[str, bytearray]:
        """One of the states in which the power may go."""
        files = {name: bytearray(content) for name, content in self.files.items()}
        for changes in self.under_way.values():
            odds = chance.choice((0.0, 0.5, 1.0))
            for change in changes:
                if chance.random() >= odds:
                    continue
                if isinstance(change, Write) and chance.random() < 0.3:
                    torn = chance.randrange(0, len(change.data) + 1, SECTOR)
                    change = Write(change.file, change.offset, change.data[:torn])
                self._apply(files, change)
        return files

    @staticmethod
    def _apply(files: dict[str, bytearray], change: Write | Truncate | Delete) -> None:
        if isinstance(change, Delete):
            files.pop(change.file, None)
            return
        content = files.setdefault(change.file, bytearray())
        if isinstance(change, Truncate):
            del content[change.size :]
            return
        content.extend(bytes(max(0, change.offset + len(change.data) - len(content))))
        content[change.offset : change.offset + len(change.data)] = change.data


class Recorder(apsw.VFS):  # type: ignore[misc]
    """The system's own file layer, with a record of what goes through it."""

    def __init__(self) -> None:
        self.name = f"recorder{next(NAMES)}"
        self.records: list[Record] = []
        self.failing_syncs = 0  # so many of the next syncs fail, and leave nobody knowing what is on disk
        super().__init__(self.name, "unix")

    def xOpen(self, name: Any, flags: list[int]) -> RecordedFile:
        return RecordedFile(self, name, flags)

    def xDelete(self, name: str, syncdir: bool) -> None:
        super().xDelete(name, syncdir)
        self.records.append(Delete(Path(name).name))


class RecordedFile(apsw.VFSFile):  # type: ignore[misc]
    def __init__(self, recorder: Recorder, name: Any, flags: list[int]) -> None:
        super().__init__("unix", name, flags)
        self._recorder = recorder
        self._records = recorder.records
        self._file = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "temporary").name

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self._records.append(Write(self._file, offset, bytes(data)))

    def xTruncate(self, size: int) -> None:
        super().xTruncate(size)
        self._records.append(Truncate(self._file, size))

    def xSync(self, flags: int) -> None:
        if self._recorder.failing_syncs:
            self._recorder.failing_syncs -= 1
            failure = apsw.IOError("disk I/O error")
            # Set by hand: apsw hands on what is raised here as it is, and the store reads the code.
            failure.result, failure.extendedresult = apsw.SQLITE_IOERR, apsw.SQLITE_IOERR_FSYNC
            raise failure
        super().xSync(flags)
        self._records.append(Sync(self._file))


class Connection:
    """apsw's connection as the store wants one. `replace` sabotages statements."""

    def __init__(self, path: Path, vfs: str, replace: dict[str, str]) -> None:
        self._connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE, vfs=vfs)
        self._connection.set_busy_timeout(2_000)
        self._replace = replace

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Any:
        with _translated():
            return self._connection.cursor().execute(self._replace.get(sql, sql), parameters)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> Any:
        with _translated():
            return self._connection.cursor().executemany(sql, rows)

    def close(self) -> None:
        self._connection.close()


@contextmanager
def _translated() -> Iterator[None]:
    """apsw's errors as those of the standard library's sqlite3, which the store knows."""
    try:
        yield
    except apsw.Error as error:
        ours = sqlite3.OperationalError(str(error))
        ours.sqlite_errorcode = error.extendedresult
        ours.sqlite_errorname = apsw.mapping_extended_result_codes.get(error.extendedresult, "SQLITE_ERROR")
        raise ours from error


async def record(folder: Path, appends: int, replace: dict[str, str]) -> list[Record]:
    """What goes to the disk while a few conversations are held, with a checkpoint or two among it."""
    recorder = Recorder()
    store = SqliteStore(folder / "log.db", connect=lambda path: Connection(path, recorder.name, replace))
    await store.start()

    async def talk(conversation: str) -> None:
        tail = 0
        for n in range(appends):
            events = [said(f"{conversation} {n} " + "x" * (n * 37 % 900)), phase()]
            tail = (await store.append(Key("acme", conversation), tail, events, n))[-1].seq
            recorder.records.append(Acknowledged(conversation, tail))

    await asyncio.gather(*(talk(f"c{n}") for n in range(6)))
    await store.stop()
    recorder.unregister()
    return recorder.records


@dataclass
class Findings:
    images: int = 0
    lost: int = 0
    damaged: int = 0


async def try_images(records: list[Record], folder: Path, images: int, seed: int = 1) -> Findings:
    """Opens each crash image with the store as it ships and holds it against what was acknowledged."""
    chance = random.Random(seed)
    first = next(n for n, one in enumerate(records) if isinstance(one, Acknowledged))
    cuts = sorted(chance.randrange(first, len(records)) for _ in range(images))
    disk, acked, findings, taken = Disk(), {}, Findings(), 0
    for image, cut in enumerate(cuts):
        for one in records[taken : cut + 1]:
            disk.take(one)
            if isinstance(one, Acknowledged):
                acked[one.conversation] = one.seq
        taken = cut + 1
        place = folder / str(image)
        place.mkdir()
        for name, content in disk.crash(chance).items():
            if name in DURABLE:
                (place / name).write_bytes(content)
        await _judge(place, acked, findings)
    return findings


async def try_acknowledgements(records: list[Record], folder: Path) -> Findings:
    """Opens the disk as it surely is at each acknowledgement: with what was synced by then alone."""
    disk, acked, findings = Disk(), {}, Findings()
    for number, one in enumerate(records):
        disk.take(one)
        if not isinstance(one, Acknowledged):
            continue
        acked[one.conversation] = one.seq
        place = folder / f"at{number}"
        place.mkdir()
        for name in DURABLE:
            (place / name).write_bytes(disk.files.get(name, b""))
        await _judge(place, acked, findings)
    return findings


async def _judge(place: Path, acked: dict[str, int], findings: Findings) -> None:
    findings.images += 1
    store = SqliteStore(place / "log.db")
    try:
        await store.start()
        tails = {name: len(await store.read(Key("acme", name))) for name in acked}
        damaged = bool(await store.audit())
    except CopilotError as error:
        findings.damaged += error.slug != "not-found"
        findings.lost += error.slug == "not-found"
        return
    finally:
        await store.stop()
    findings.damaged += damaged or any(tail % 2 for tail in tails.values())  # half an append
    findings.lost += any(tails[name] < seq for name, seq in acked.items())


async def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=2_000)
    parser.add_argument("--appends", type=int, default=80)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "live").mkdir()
        records = await record(Path(folder) / "live", given.appends, {})
        print(await try_images(records, Path(folder), given.images))


if __name__ == "__main__":
    asyncio.run(_main())
