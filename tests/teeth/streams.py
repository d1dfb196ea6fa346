"""Sabotages of promises 10 to 19, 21, 23 and 24: always the stream, always a phrase."""

from __future__ import annotations

from tests.teeth.sabotage import Sabotage

_READERS = "copilot/engine/readers.py"
_BREAKER = "copilot/suggesters/breaker.py"
_OUTAGE = "tests/suggesters/test_breaker.py::test_an_outage_is_probed_once_a_second"
_READ = "                epoch, last = parse_event_id(event_id)\n"
_CUT = "tests/engine/test_readers.py::test_every_cut_is_resumed"

SABOTAGES = (
    Sabotage(
        name="replay begins with what was seen",
        promises=(10,),
        file=_READERS,
        old=_READ,
        new=_READ + "                last = max(0, last - 1)\n",
        tests=(_CUT,),
    ),
    Sabotage(
        name="who reads listens afterwards",
        promises=(10,),
        file=_READERS,
        old="                behind = False\n            if ended:\n",
        new="                await __import__('asyncio').sleep(0.05)\n"
        "                self._conversations.unsubscribe(key, subscription)\n"
        "                subscription = self._conversations.subscribe(key)\n"
        "                behind = False\n            if ended:\n",
        tests=("tests/engine/test_readers.py::test_what_comes_between_the_log_and_the_waiting_is_seen",),
    ),
    Sabotage(
        name="a position that is still to come is believed",
        promises=(11,),
        file=_READERS,
        old="                if epoch != self._store.epoch or last > tail:\n",
        new="                if epoch != self._store.epoch:\n",
        tests=("tests/wire/test_streams.py::test_no_gap_is_silent",),
    ),
    Sabotage(
        name="another epoch's position is believed",
        promises=(11,),
        file=_READERS,
        old="                if epoch != self._store.epoch or last > tail:\n",
        new="                if last > tail:\n",
        tests=("tests/wire/test_streams.py::test_no_gap_is_silent",),
    ),
    Sabotage(
        name="the history is written another way than the stream",
        promises=(12,),
        file="copilot/api/conversations.py",
        old="self._engine.event_id(event.seq).encode(), wire(event))",
        new="self._engine.event_id(event.seq).encode(), wire(event).replace(b',', b', '))",
        tests=("tests/wire/test_streams.py::test_every_way_has_the_same_bytes",),
    ),
    Sabotage(
        name="the WebSocket leaves out what the stream says",
        promises=(12,),
        file="copilot/api/socket.py",
        old="(event_id(item.seq).encode(), wire(item))",
        new="(event_id(item.seq).encode(), wire(item).replace(b' ', b''))",
        tests=("tests/wire/test_streams.py::test_every_way_has_the_same_bytes",),
    ),
    Sabotage(
        name="two lines are one frame",
        promises=(13,),
        file="copilot/api/sse.py",
        old="    assert not _BREAK.search(data)\n",
        new="",
        tests=("tests/api/test_sse.py::test_a_frame_of_two_lines_is_never_written",),
    ),
    Sabotage(
        name="a bad message ends the WebSocket",
        promises=(14,),
        file="copilot/api/socket.py",
        old="                if self._strikes >= self._desk.limits.strikes:\n",
        new="                if self._strikes:\n",
        tests=("tests/api/test_socket.py::test_a_bad_message_is_answered_and_the_connection_stays",),
    ),
    Sabotage(
        name="an idle stream is silent",
        promises=(15,),
        file="copilot/api/outlets.py",
        old="            await outlet.send(beat)\n",
        new="            pass\n",
        tests=(
            "tests/api/test_sse.py::test_an_idle_stream_has_a_heartbeat",
            "tests/wire/test_streams.py::test_an_idle_stream_beats",
        ),
    ),
    Sabotage(
        name="a peer that has vanished is waited for",
        promises=(15,),
        file="copilot/app.py",
        old="socket.TCP_USER_TIMEOUT, _UNSENT_MS)",
        new="socket.TCP_USER_TIMEOUT, 0)",
        tests=("tests/test_app.py::test_what_nobody_takes_ends_a_connection",),
    ),
    Sabotage(
        name="a start is another epoch",
        promises=(18,),
        file="copilot/stores/sqlite.py",
        old="    def epoch(self) -> str:\n        return self._epoch\n",
        new=(
            "    def epoch(self) -> str:\n        import os\n\n        return f'{self._epoch}{os.getpid()}'\n"
        ),
        tests=("tests/wire/test_streams.py::test_a_storm_of_readers_misses_nothing",),
    ),
    Sabotage(
        name="who resumes waits for the fold",
        promises=(18, 19),
        file=_READERS,
        old="            tail, closed = await self._store.position(key)\n",
        new="            view = await self._view(key)\n"
        "            tail, closed = view.state.seq, view.closed\n",
        tests=("tests/engine/test_readers.py::test_who_resumes_needs_no_fold",),
    ),
    Sabotage(
        name="who takes over folds everything",
        promises=(19,),
        file="copilot/engine/sessions.py",
        old="        session.fold(events)\n",
        new="",
        tests=(
            "tests/engine/test_standby.py::test_who_takes_over_reads_only_what_is_new",
            "tests/engine/test_standby.py::test_no_more_is_folded_than_is_kept",
        ),
    ),
    Sabotage(
        name="who waits for the log puts its journal away",
        promises=(19,),
        file="copilot/stores/sqlite_file.py",
        old="as_uri()}?mode=ro",
        new="as_uri()}?mode=rw",
        tests=("tests/stores/test_sqlite_beside.py::test_its_end_changes_nothing",),
    ),
    Sabotage(
        name="the fold of another log is believed",
        promises=(11, 19),
        file="copilot/engine/sessions.py",
        old="session is None or session.foreseen_of not in (None, self._store.epoch)",
        new="session is None",
        tests=("tests/engine/test_standby.py::test_another_log_makes_it_void",),
    ),
    Sabotage(
        name="streams are not told of the end",
        promises=(19,),
        file="copilot/app.py",
        old="            loop.call_soon_threadsafe(self._assembled.upkeep.drain)\n",
        new="",
        tests=("tests/wire/test_drain.py::test_another_server_takes_over",),
    ),
    Sabotage(
        name="a stalled reader is waited for",
        promises=(16,),
        file="copilot/api/outlets.py",
        old="if outlet.stuck_seconds > limits.send_seconds:",
        new="if False:",
        tests=("tests/api/test_sse.py::test_a_stalled_reader_is_given_up",),
    ),
    Sabotage(
        name="the model is waited for",
        promises=(21,),
        file="copilot/engine/delivery.py",
        old="clock.sleep(max(0.0, until - clock.monotonic()))",
        new="clock.sleep(2 * max(0.0, until - clock.monotonic()))",
        tests=("tests/engine/test_delivery.py::test_phrasebook_is_held_back_for_a_share_of_the_budget",),
    ),
    Sabotage(
        name="a failing endpoint is asked again and again",
        promises=(23, 24),
        file=_BREAKER,
        old="if self._probing or self._monotonic() < self._open_until:",
        new="if False:",
        tests=(_OUTAGE, "tests/suggesters/test_breaker.py::test_one_probe_at_a_time"),
    ),
    Sabotage(
        name="a healed endpoint is not believed",
        promises=(23,),
        file=_BREAKER,
        old="        self._probing = False\n        self._open_until = None\n",
        new="        self._probing = False\n",
        tests=("tests/suggesters/test_breaker.py::test_a_good_probe_closes_it",),
    ),
    Sabotage(
        name="a call that was overtaken goes on",
        promises=(27,),
        file="copilot/engine/sessions.py",
        old="            self.race.cancel()\n",
        new="            pass\n",
        tests=("tests/engine/test_speculation.py::test_a_burst_of_turns_is_one_call",),
    ),
    Sabotage(
        name="no place is kept for files",
        promises=(17,),
        file="copilot/host/descriptors.py",
        old="limit - _OWN - model_calls",
        new="limit",
        tests=("tests/host/test_descriptors.py::test_streams_leave_room",),
    ),
    Sabotage(
        name="a clock set back withholds cards",
        promises=(21,),
        file="copilot/core/attention.py",
        old="return min(max(0, left_ms), attention.stands_ms)",
        new="return max(0, left_ms)",
        tests=("tests/test_clock_jumps.py::test_a_jump_changes_no_order",),
    ),
)
