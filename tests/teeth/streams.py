"""Sabotages of promises 10, 16, 21, 23 and 24: always the stream, always a phrase."""

from __future__ import annotations

from tests.teeth.sabotage import Sabotage

_READERS = "copilot/readers.py"
_BREAKER = "copilot/suggesters/breaker.py"
_OUTAGE = "tests/suggesters/test_breaker.py::test_an_outage_is_probed_once_a_second"
_READ = "                epoch, last = parse_event_id(event_id)\n"
_CUT = "tests/test_readers.py::test_every_cut_is_resumed"

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
        file="copilot/delivery.py",
        old="clock.sleep(max(0.0, until - clock.monotonic()))",
        new="clock.sleep(2 * max(0.0, until - clock.monotonic()))",
        tests=("tests/test_delivery.py::test_phrasebook_is_held_back_for_a_share_of_the_budget",),
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
        file="copilot/sessions.py",
        old="            self.race.cancel()\n",
        new="            pass\n",
        tests=("tests/test_speculation.py::test_a_burst_of_turns_is_one_call",),
    ),
    Sabotage(
        name="no place is kept for files",
        promises=(17,),
        file="copilot/descriptors.py",
        old="limit - _OWN - model_calls",
        new="limit",
        tests=("tests/test_descriptors.py::test_streams_leave_room",),
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
