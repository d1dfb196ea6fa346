"""Sabotages of promises 1 to 6, 8 and 9: what is acknowledged is on disk, in order, whole and once."""

from __future__ import annotations

from tests.teeth.sabotage import Sabotage

_FILE = "copilot/stores/sqlite_file.py"
_WRITER = "copilot/stores/sqlite_writer.py"
_READER = "copilot/stores/sqlite_reader.py"
_TRANSCRIPT = "copilot/core/transcript.py"

_COMMIT = """        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise _CommitFailed("""
_ORACLE = "tests/core/test_transcript.py::test_final_transcript_equals_the_oracle"
_DOUBLES = "tests/engine/test_coordinator.py::test_doubles_and_stale_fragments_change_nothing"
_DAMAGE = "tests/stores/test_sqlite_damage.py::test_damage"

SABOTAGES = (
    Sabotage(
        name="commits are not synced",
        promises=(1,),
        file=_FILE,
        old='"synchronous=FULL"',
        new='"synchronous=NORMAL"',
        tests=("tests/stores/test_sqlite_power.py::test_power_cut",),
    ),
    Sabotage(
        name="acknowledged before the commit",
        promises=(1, 2),
        file=_WRITER,
        old=_COMMIT,
        new="        self._wake(batch.outcomes)\n" + _COMMIT,
        tests=(
            "tests/stores/test_sqlite_failure.py::test_acknowledged_after_the_commit",
            "tests/stores/test_sqlite_power.py::test_no_answer_leaves_before_the_sync_that_covers_it",
        ),
    ),
    Sabotage(
        name="acknowledged a moment before the commit, and killed",
        promises=(3,),
        file=_WRITER,
        old=_COMMIT,
        new='        self._wake(batch.outcomes)\n        __import__("time").sleep(0.05)\n' + _COMMIT,
        tests=("tests/stores/test_sqlite_kill.py::test_kill",),
    ),
    Sabotage(
        name="a repeat is taken for new",
        promises=(4,),
        file=_TRANSCRIPT,
        old='        return Verdict("duplicate", "same_revision", seq)',
        new='        return Verdict("accepted")',
        tests=(_ORACLE, _DOUBLES, "tests/test_repeats.py::test_each_fragment_is_there_once"),
    ),
    Sabotage(
        name="another text under the same revision is a repeat",
        promises=(4,),
        file=_TRANSCRIPT,
        old="        if not same:\n",
        new="        if False:\n",
        tests=(_ORACLE, "tests/engine/test_coordinator.py::test_conflict_takes_the_whole_batch"),
    ),
    Sabotage(
        name="an older revision replaces a newer one",
        promises=(5,),
        file=_TRANSCRIPT,
        old="        if fragment.revision < known:\n",
        new="        if fragment.revision < 0:\n",
        tests=(_ORACLE,),
    ),
    Sabotage(
        name="a partial reopens a final",
        promises=(5,),
        file=_TRANSCRIPT,
        old="        elif entry is not None:\n",
        new="        elif entry is not None and entry.revision > fragment.revision:\n",
        tests=(_ORACLE,),
    ),
    Sabotage(
        name="a late fragment stands where it arrived",
        promises=(5,),
        file=_TRANSCRIPT,
        old="        return start_ms < self._latest_start and self._latest_end - end_ms <= WINDOW_MS",
        new="        return False",
        tests=(_ORACLE,),
    ),
    Sabotage(
        name="writers are not ordered by the tail",
        promises=(6,),
        file=_WRITER,
        old="        if tail != job.after:\n",
        new="        if tail > 10**9:\n",
        tests=(
            "tests/stores/test_contract.py::test_one_of_many_writers_wins[sqlite]",
            "tests/stores/test_contract.py::test_conflict_of_a_new_one[sqlite]",
        ),
    ),
    Sabotage(
        name="answered before the commit",
        promises=(2,),
        file="copilot/engine/sessions.py",
        old="                await commit\n            except AppendConflict:",
        new="                asyncio.ensure_future(commit)\n            except AppendConflict:",
        tests=(
            "tests/engine/test_sessions.py::test_view_waits_for_the_disk",
            "tests/engine/test_coordinator.py::test_failed_commit_acknowledges_nothing",
        ),
    ),
    Sabotage(
        name="streams are told before the commit",
        promises=(6,),
        file="copilot/engine/sessions.py",
        old="        append = self._store.append(",
        new="""        from copilot.core.events import encode, type_of

        for seq, one in enumerate(events, after + 1):
            ahead = StoredEvent(seq, at_ms, type_of(one.event), one.audience, encode(one.event))
            self._published(session.key, ahead)
        append = self._store.append(""",
        tests=("tests/engine/test_readers.py::test_nothing_is_streamed_before_it_is_on_disk",),
    ),
    Sabotage(
        name="rows are not held against their checksums",
        promises=(8,),
        file=_READER,
        old="        if link(previous, name, stored) == checksum:\n",
        new="        if checksum:\n",
        tests=(_DAMAGE, "tests/stores/test_sqlite_damage.py::test_flipped_bits"),
    ),
    Sabotage(
        name="a history cut short is served",
        promises=(8,),
        file=_READER,
        old="    if connection.execute(_LAST, (rid,)).fetchone() != (tail, chain):",
        new="    tail = (connection.execute(_LAST, (rid,)).fetchone() or (0,))[0]\n    if tail < 0:",
        tests=(_DAMAGE,),
    ),
    Sabotage(
        name="rows of another conversation fit",
        promises=(8,),
        file="copilot/stores/chain.py",
        old="    return _lengths(len(tenant), len(conversation)) + tenant + conversation",
        new='    return b""',
        tests=("tests/stores/test_chain.py::test_every_part_counts",),
    ),
    Sabotage(
        name="damage is found and forgotten",
        promises=(8,),
        file=_WRITER,
        old="            self._quarantined.add(key)\n            raise\n",
        new="            raise\n",
        tests=("tests/stores/test_sqlite_damage.py::test_damage_met_by_an_append",),
    ),
    Sabotage(
        name="two processes write to one file",
        promises=(8,),
        file=_FILE,
        old="            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        new="            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)\n",
        tests=(
            "tests/stores/test_sqlite.py::test_second_process",
            "tests/stores/test_sqlite_file.py::test_lock",
        ),
    ),
    Sabotage(
        name="a failed commit is tried again and acknowledged",
        promises=(9,),
        file=_WRITER,
        old=_COMMIT,
        new="""        try:
            try:
                connection.execute("COMMIT")
            except sqlite3.Error:
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise _CommitFailed(""",
        tests=("tests/stores/test_sqlite_failure.py::test_a_failed_commit_is_not_tried_again",),
    ),
    Sabotage(
        name="the file is not opened anew after a failure",
        promises=(9,),
        file=_WRITER,
        old="        except _CommitFailed as error:\n            self._drop()\n",
        new="        except _CommitFailed as error:\n",
        tests=("tests/stores/test_sqlite_failure.py::test_a_failed_commit_is_not_tried_again",),
    ),
    Sabotage(
        name="a failed commit is acknowledged",
        promises=(2, 9),
        file=_WRITER,
        old="StoreUnavailable(str(error))) for job in jobs]",
        new="job.stored) for job in jobs]",
        tests=(
            "tests/stores/test_sqlite_failure.py::test_disk_full",
            "tests/stores/test_sqlite_failure.py::test_failed_write",
            "tests/stores/test_sqlite_power.py::test_a_failed_sync_is_not_acknowledged",
        ),
    ),
    Sabotage(
        name="an upgrade is two transactions",
        promises=(8,),
        file=_FILE,
        old='        connection.execute(f"PRAGMA user_version={len(MIGRATIONS)}")\n',
        new='        connection.execute("COMMIT")\n        connection.execute("BEGIN IMMEDIATE")\n'
        '        connection.execute(f"PRAGMA user_version={len(MIGRATIONS)}")\n',
        tests=(
            "tests/stores/test_upgrades.py::test_an_upgrade_that_is_killed_at_any_statement_leaves_old_or_new",
            "tests/stores/test_upgrades.py::test_an_upgrade_that_fails_at_any_statement_changes_nothing",
        ),
    ),
    Sabotage(
        name="a restored log keeps its epoch",
        promises=(11,),
        file="copilot/stores/backup.py",
        old="        connection.execute(\"UPDATE meta SET value = ? WHERE name = 'epoch'\", (epoch,))\n",
        new="",
        tests=(
            "tests/stores/test_backup.py::test_readers_of_a_restored_store_are_reset",
            "tests/stores/test_backup.py::test_a_back_up_while_writing",
        ),
    ),
)
