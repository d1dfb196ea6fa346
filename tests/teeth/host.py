"""Sabotages of the host: descriptors, memory, a blocked loop, a process that stood still, a full disk."""

from __future__ import annotations

from tests.teeth.sabotage import Sabotage

_STILL = "tests/wire/test_standstill.py"
_MEMORY = "tests/wire/test_memory.py"

SABOTAGES = (
    Sabotage(
        name="streams are let in until no descriptor is left",
        promises=("host", 17),
        file="copilot/api/outlets.py",
        old="if self._most_of_all is not None and self._open.total() >= self._most_of_all:",
        new="if False:",
        tests=("tests/wire/test_host.py::test_too_few_descriptors_refuse_new_streams_only",),
    ),
    Sabotage(
        name="memory is not looked at",
        promises=("host",),
        file="copilot/engine/pressure.py",
        old="        is_short = left < self._memory.spare\n",
        new="        is_short = False\n",
        tests=(
            "tests/engine/test_pressure.py::test_little_memory_keeps_out_what_is_new_and_nothing_else",
            f"{_MEMORY}::test_with_little_memory_nothing_new_is_let_in",
        ),
    ),
    Sabotage(
        name="a stray want of memory is told and no more",
        promises=("host",),
        file="copilot/host/endings.py",
        old="    if is_short_of_memory(error):\n",
        new="    if False:\n",
        tests=("tests/host/test_endings.py::test_a_stray_error_for_want_of_memory_ends_it",),
    ),
    Sabotage(
        name="readiness does not look at the loop",
        promises=("host",),
        file="copilot/app.py",
        old="        if upkeep.ready and pressure.blocked:\n",
        new="        if False:\n",
        tests=(f"{_STILL}::test_readiness_tells_of_a_blocked_loop",),
    ),
    Sabotage(
        name="a stuck loop is waited for",
        promises=("host",),
        file="copilot/host/watchdog.py",
        old="            if self._stuck_s and still_s >= self._stuck_s:\n",
        new="            if False:\n",
        tests=(
            "tests/host/test_watchdog.py::test_a_loop_that_stands_is_given_up_once_and_where_is_told",
            f"{_STILL}::test_a_loop_that_never_goes_on_is_given_up",
        ),
    ),
    Sabotage(
        name="what was sent again while it stood still is new",
        promises=("host", 4),
        file="copilot/core/transcript.py",
        old='        return Verdict("duplicate", "same_revision", seq)',
        new='        return Verdict("accepted")',
        tests=("tests/wire/test_host.py::test_a_process_that_stood_still_acknowledges_once",),
    ),
    Sabotage(
        name="a line that cannot be logged fails its request",
        promises=("host", 9),
        file="copilot/logs.py",
        old="        with suppress(OSError):\n            self._out.write(text)\n",
        new="        self._out.write(text)\n",
        tests=("tests/test_logs.py::test_a_log_that_cannot_be_written_fails_nobody",),
    ),
    Sabotage(
        name="a log that cannot grow is acknowledged",
        promises=("host", 9),
        file="copilot/stores/sqlite_writer.py",
        old="            return [(job.future, StoreUnavailable(str(error))) for job in jobs]\n",
        new="            return [(job.future, job.stored) for job in jobs]\n",
        tests=("tests/wire/test_host.py::test_a_full_disk_stops_acknowledgements_and_nothing_else",),
    ),
)
