"""Sabotages of promises 22 to 27 and 37: what an endpoint sees, what of its words is final, and whose."""

from __future__ import annotations

from tests.teeth.sabotage import Sabotage

_LOAD = "tests/wire/test_model_load.py"
_CALLS = "tests/suggesters/test_llm_calls.py"

SABOTAGES = (
    Sabotage(
        name="a broken-off stream is a whole answer",
        promises=(22,),
        file="copilot/suggesters/calling.py",
        old='            raise ModelFailure("truncated", "the stream ended before [DONE]")\n',
        new="            reading._completion.done, reading._completion._finish = True, 'stop'\n"
        "            yield reading._whole()\n"
        "            return\n",
        tests=(f"{_CALLS}::test_a_connection_cut_anywhere_is_never_done",),
    ),
    Sabotage(
        name="the sentence before a break-off is final",
        promises=(22,),
        file="copilot/engine/delivery.py",
        old="                yield await self.at_once(card, revision=1 if good is None else 2)\n",
        new="                yield self.made(card, good) if good else await self.at_once(card)\n",
        tests=("tests/engine/test_delivery.py::test_whatever_the_model_does_there_is_one_phrase_in_time",),
    ),
    Sabotage(
        name="an answer that was cut for its length is whole",
        promises=(22,),
        file="copilot/suggesters/completion_stream.py",
        old="            self._finish = choice.finish_reason\n",
        new="            self._finish = choice.finish_reason.replace('length', 'stop')\n",
        tests=("tests/suggesters/test_completion_stream.py::test_only_stop_is_a_good_end",),
    ),
    Sabotage(
        name="a late answer is a second card",
        promises=(22,),
        file="copilot/engine/delivery.py",
        old="                            yield Spare(final, card.rests_on)\n",
        new="                            yield final\n",
        tests=("tests/engine/test_delivery.py::test_whatever_the_model_does_there_is_one_phrase_in_time",),
    ),
    Sabotage(
        name="a model's card says that it is the phrasebook's",
        promises=(37,),
        file="copilot/suggesters/answer_reading.py",
        old='            origin="llm",\n',
        new='            origin="phrasebook",\n',
        tests=("tests/suggesters/test_llm.py::test_a_phrase_grows_by_sentences_and_is_done_at_the_end",),
    ),
    Sabotage(
        name="a card does not say what it rests on",
        promises=(37,),
        file="copilot/suggesters/answer_reading.py",
        old="            evidence=self._moment.reading.evidence,\n",
        new="",
        tests=("tests/suggesters/test_llm.py::test_a_phrase_rests_on_what_the_tracker_quoted",),
    ),
    Sabotage(
        name="the breaker never opens",
        promises=(23, 24),
        file="copilot/suggesters/breaker.py",
        old="        self._open_until = max(self._open_until or 0.0, self._monotonic() + pause)\n",
        new="        self._open_until = None\n",
        tests=(
            "tests/suggesters/test_breaker.py::test_five_failures_in_a_row_open_it",
            f"{_CALLS}::test_an_endpoint_that_fails_is_left_alone",
        ),
    ),
    Sabotage(
        name="one tenant may hold every place",
        promises=(25,),
        file="copilot/suggesters/places.py",
        old="        return self.held < self._total and self._held[tenant] < most\n",
        new="        return self.held < min(self._total, most + self._total)\n",
        tests=(
            "tests/suggesters/test_places.py::test_a_burst_leaves_a_place_for_others",
            f"{_LOAD}::test_a_flood_leaves_the_other_tenant_its_turn",
        ),
    ),
    Sabotage(
        name="places are given to who came first",
        promises=(25,),
        file="copilot/suggesters/places.py",
        old="            tenant = min(able, key=lambda each: (self._held[each], self._served[each]))\n",
        new="            tenant = able[0]\n",
        tests=(
            "tests/suggesters/test_places.py::test_a_free_place_goes_to_who_holds_the_fewest",
            f"{_LOAD}::test_a_flood_leaves_the_other_tenant_its_turn",
        ),
    ),
    Sabotage(
        name="the purse is looked into after the call",
        promises=(26,),
        file="copilot/suggesters/purse.py",
        old="""        if not granted:
            raise ModelFailure("token_budget", "the tokens of the day are used up")
        try:
            yield bill
""",
        new="""        try:
            yield bill
            if not granted:
                raise ModelFailure("token_budget", "the tokens of the day are used up")
""",
        tests=(
            "tests/suggesters/test_purse.py::test_at_the_end_of_the_budget_no_call_is_made",
            "tests/suggesters/test_purse.py::test_a_race_of_fifty_calls_does_not_pass_the_budget",
        ),
    ),
    Sabotage(
        name="every turn of a burst is asked about",
        promises=(27,),
        file="copilot/engine/triggers.py",
        old="        if in_burst:\n",
        new="        if False:\n",
        tests=("tests/engine/test_speculation.py::test_a_burst_of_turns_is_one_call",),
    ),
    Sabotage(
        name="a call begins before the one before has hung up",
        promises=(27,),
        file="copilot/engine/sessions.py",
        old="        while self._ending:\n",
        new="        while False:\n",
        tests=(f"{_LOAD}::test_a_burst_of_partials_leaves_one_call",),
    ),
    Sabotage(
        name="an overtaken call goes on",
        promises=(27,),
        file="copilot/engine/delivery.py",
        old="        self._task.cancel()\n        return self._task\n",
        new="        return asyncio.create_task(asyncio.sleep(0))\n",
        tests=(f"{_LOAD}::test_a_burst_of_partials_leaves_one_call",),
    ),
)
