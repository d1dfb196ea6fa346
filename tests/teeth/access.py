"""Sabotages of promises 23, 25 and 28 to 36: who may see what, how much of it, and what a model may say."""

from __future__ import annotations

from tests.teeth.sabotage import Sabotage

_READER = "copilot/stores/sqlite_reader.py"
_WRITER = "copilot/stores/sqlite_writer.py"
_PROMPTS = "copilot/stores/sqlite_prompts.py"
_SPENDING = "copilot/stores/sqlite_spending.py"
_AUTH = "copilot/api/auth.py"
_DOOR = "copilot/api/door.py"
_TENANTS = "tests/wire/test_tenants.py::"
_ABSENT = f"{_TENANTS}test_theirs_is_as_absent_in_every_operation"
_LISTS = f"{_TENANTS}test_lists_logs_and_outcomes_hold_only_ours"
_SIDE = "tests/stores/test_sqlite_prompts.py::"
_MEET = "tests/stores/test_contract.py::test_tenants_never_meet"


def _query(name: str, file: str, old: str, new: str, test: str) -> Sabotage:
    """A query that has lost its tenant."""
    return Sabotage(
        name=f"{name} of every tenant", promises=(28,), file=file, old=old, new=new, tests=(test,)
    )


SABOTAGES = (
    _query(
        "conversations are read",
        _READER,
        'LEFT JOIN secrets ON conversation = rid WHERE tenant = ? AND id = ?"""',
        'LEFT JOIN secrets ON conversation = rid WHERE (tenant = ? OR 1) AND id = ?"""',
        _MEET,
    ),
    _query(
        "conversations are listed",
        _READER,
        'FROM conversations WHERE tenant = ? AND erased_ms IS NULL"""',
        'FROM conversations WHERE (tenant = ? OR 1) AND erased_ms IS NULL"""',
        _LISTS,
    ),
    _query(
        "cursors lead into conversations",
        _READER,
        "FROM conversations WHERE tenant = ? AND id = ? AND erased_ms",
        "FROM conversations WHERE (tenant = ? OR 1) AND id = ? AND erased_ms",
        "tests/stores/test_contract.py::test_a_cursor_of_another_tenant",
    ),
    _query(
        "the feed has the events",
        _READER,
        "WHERE f.tenant = ? AND f.position > ?",
        "WHERE (f.tenant = ? OR 1) AND f.position > ?",
        _MEET,
    ),
    _query(
        "the feed ends with the events",
        _READER,
        "SELECT max(position) AS position FROM feed WHERE tenant = ?1",
        "SELECT max(position) AS position FROM feed WHERE ?1 IS NOT NULL",
        _MEET,
    ),
    _query(
        "keys are listed",
        "copilot/stores/sqlite_keys.py",
        "WHERE ?1 IS NULL OR tenant = ?1",
        "WHERE ?1 IS NULL OR 1",
        _LISTS,
    ),
    _query(
        "keys are changed",
        "copilot/api/keys.py",
        "if key is None or key.tenant != principal_of(request.scope).tenant:",
        "if key is None:",
        "tests/api/test_keys.py::test_another_tenants_key_is_as_absent",
    ),
    _query(
        "releases are read",
        _PROMPTS,
        "FROM changes WHERE tenant = ? AND seq > ? ORDER BY seq",
        "FROM changes WHERE (tenant = ? OR 1) AND seq > ? ORDER BY seq",
        _LISTS,
    ),
    _query(
        "conversations are written",
        _WRITER,
        'LEFT JOIN secrets ON conversation = rid WHERE tenant = ? AND id = ?"""',
        'LEFT JOIN secrets ON conversation = rid WHERE (tenant = ? OR 1) AND id = ?"""',
        _MEET,
    ),
    _query(
        "the feed ends with what was erased",
        _READER,
        "FROM feed_floors WHERE tenant = ?1",
        "FROM feed_floors WHERE ?1 IS NOT NULL",
        _MEET,
    ),
    _query(
        "an erasure keeps the end of the feed",
        "copilot/stores/sqlite_erasing.py",
        "max(position) FROM feed WHERE tenant = ?1",
        "max(position) FROM feed WHERE ?1 IS NOT NULL",
        _MEET,
    ),
    _query(
        "releases follow on those",
        _PROMPTS,
        "FROM changes WHERE tenant = ?1) = ?2 - 1",
        "FROM changes WHERE ?1 IS NOT NULL) = ?2 - 1",
        f"{_SIDE}test_what_is_appended_is_read",
    ),
    _query(
        "a refused release is told the number",
        _PROMPTS,
        'coalesce(max(seq), 0) FROM changes WHERE tenant = ?"',
        'coalesce(max(seq), 0) FROM changes WHERE tenant = ? OR 1"',
        f"{_SIDE}test_an_append_that_is_not_at_the_tail_is_refused",
    ),
    _query(
        "tokens are given back",
        _SPENDING,
        "tokens + ?3) WHERE tenant = ?1 AND day",
        "tokens + ?3) WHERE ?1 IS NOT NULL AND day",
        f"{_SIDE}test_what_was_not_used_is_given_back",
    ),
    _query(
        "tokens are counted",
        _SPENDING,
        "SELECT tokens FROM spent WHERE tenant = ? AND",
        "SELECT tokens FROM spent WHERE (tenant = ? OR 1) AND",
        f"{_SIDE}test_what_was_not_used_is_given_back",
    ),
    Sabotage(
        name="a conversation's name is the same for every tenant",
        promises=(28,),
        file="copilot/api/desk.py",
        old="return Key(principal_of(scope).tenant, conversation_id)",
        new='return Key("rival", conversation_id)',
        tests=(_ABSENT,),
    ),
    Sabotage(
        name="scopes are not asked for",
        promises=(29,),
        file=_AUTH,
        old="if self.scopes.isdisjoint((scope, *others)):",
        new="if False:",
        tests=(
            "tests/api/test_door.py::test_every_operation_needs_its_scope",
            "tests/api/test_keys.py::test_only_admin_may",
        ),
    ),
    Sabotage(
        name="a revoked key is still good",
        promises=(29,),
        file=_AUTH,
        old="return key.revoked_ms is None and (",
        new="return (",
        tests=(
            "tests/api/test_keys.py::test_a_revoked_key_opens_nothing",
            "tests/api/test_sse.py::test_a_key_that_ends_ends_the_stream",
            "tests/api/test_socket.py::test_a_key_that_ends_closes_it",
        ),
    ),
    Sabotage(
        name="an expired key is still good",
        promises=(29,),
        file=_AUTH,
        old=" and (key.expires_ms is None or key.expires_ms > now_ms)",
        new="",
        tests=(
            "tests/api/test_keys.py::test_rotation_leaves_time_to_change_over",
            "tests/api/test_sse.py::test_a_key_that_ends_ends_the_stream",
            "tests/api/test_socket.py::test_a_key_that_ends_closes_it",
        ),
    ),
    Sabotage(
        name="a restore makes a revoked key good again",
        promises=(29,),
        file="copilot/stores/backup.py",
        old="                restored.revoke(key.id, key.revoked_ms)\n",
        new="                pass\n",
        tests=("tests/stores/test_backup.py::test_a_key_that_was_ended_since_stays_so",),
    ),
    Sabotage(
        name="what a revoked key has begun is finished",
        promises=(29,),
        file=_DOOR,
        old='if message["type"] == "http.request" and not self._authenticator.still_valid(principal):',
        new="if False:",
        tests=("tests/api/test_keys.py::test_what_was_begun_with_a_key_is_not_finished_after_its_end",),
    ),
    Sabotage(
        name="any origin may speak",
        promises=(31,),
        file=_DOOR,
        old="if self._authenticator.is_open or scope",
        new="if False and scope",
        tests=(
            "tests/api/test_socket.py::test_handshakes_are_refused_with_a_status",
            "tests/api/test_door.py::test_an_open_server_hears_no_other_sites",
        ),
    ),
    Sabotage(
        name="no tenant has a quota",
        promises=(25, 32),
        file="copilot/api/quotas.py",
        old="        if wait:\n",
        new="        if False:\n",
        tests=("tests/api/test_quotas.py::test_what_is_over_the_quota_gets_a_429_with_its_headers",),
    ),
    Sabotage(
        name="a tenant may have any number of conversations open",
        promises=(32,),
        file="copilot/engine/capacity.py",
        old="        if key.id not in held and len(held) >= self._most:\n",
        new="        if False:\n",
        tests=(
            "tests/engine/test_capacity.py::test_what_is_over_is_refused_and_what_is_open_goes_on",
            "tests/engine/test_capacity.py::test_over_the_api_it_is_a_429_with_its_headers",
        ),
    ),
    Sabotage(
        name="a flood over the quota goes on for ever",
        promises=(30, 32),
        file="copilot/api/socket.py",
        old="                if self._over >= self._desk.limits.messages_over_quota:\n",
        new="                if False:\n",
        tests=("tests/api/test_quotas.py::test_who_does_not_hear_that_it_is_too_much_is_cut_off",),
    ),
    Sabotage(
        name="nothing is let go under pressure",
        promises=(25,),
        file="copilot/engine/pressure.py",
        old="            if self._late_ms > enough:\n",
        new="            if False:\n",
        tests=("tests/engine/test_pressure.py::test_partials_are_acknowledged_and_not_read",),
    ),
    Sabotage(
        name="the guards let everything through",
        promises=(34, 35),
        file="copilot/guards/__init__.py",
        old="            if refusal is not None:\n",
        new="            if False:\n",
        tests=("tests/evals/test_attacking.py::test_most_of_what_an_obedient_model_says_is_stopped",),
    ),
    Sabotage(
        name="a template is compiled before it is looked through",
        promises=(32,),
        file="copilot/prompts/library.py",
        old="        _check_constructs(source for _, source in sections)\n"
        "        _check_variables(front, sections)\n",
        new="        _check_variables(front, sections)\n"
        "        _check_constructs(source for _, source in sections)\n",
        tests=("tests/prompts/test_library.py::test_what_is_refused_was_not_computed_first",),
    ),
    Sabotage(
        name="a customer may dictate what the model says",
        promises=(35,),
        file="copilot/guards/dictated.py",
        old='    if draft.origin != "llm":\n',
        new="    if draft.text:\n",
        tests=(
            "tests/guards/test_dictated.py::test_refuses_whatever_the_model_says",
            "tests/evals/test_attacking.py::test_the_guards_stay_as_good_as_they_were_made",
        ),
    ),
    Sabotage(
        name="the prompt's canary may be said",
        promises=(36,),
        file="copilot/guards/prompt_echo.py",
        old="        if canary and canary in text:\n",
        new="        if False:\n",
        tests=("tests/guards/test_prompt_echo.py::test_the_canary_never_comes_out",),
    ),
    Sabotage(
        name="nobody waits with a clock",
        promises=(32,),
        file="copilot/api/slow_senders.py",
        old="        self._clock = self.loop.call_later(seconds, self._cut)\n",
        new="        self._clock = None\n",
        tests=(
            "tests/api/test_slow_senders.py::test_a_dripping_head_is_408",
            "tests/api/test_slow_senders.py::test_two_hundred_idle_connections_harm_nobody",
        ),
    ),
    Sabotage(
        name="an object may have the same name twice",
        promises=(30,),
        file="copilot/api/reading.py",
        old="    if len(found) != len(pairs):\n",
        new="    if False:\n",
        tests=("tests/api/test_torture.py::test_broken_json_is_400",),
    ),
    Sabotage(
        name="a slash in disguise is a slash",
        promises=(30,),
        file=_DOOR,
        old='        if b"%2f" in path.lower() or',
        new="        if",
        tests=("tests/api/test_torture.py::test_torture_paths_lead_nowhere",),
    ),
    Sabotage(
        name="a slash too many leads to the same place",
        promises=(30,),
        file=_DOOR,
        old=' or b"//" in path or (path != b"/" and path.endswith(b"/")):',
        new=":",
        tests=("tests/api/test_torture.py::test_torture_paths_lead_nowhere",),
    ),
    Sabotage(
        name="what somebody else said may be told",
        promises=(34,),
        file="copilot/guards/wrong_person.py",
        old="    if teller is not None and not _vouched",
        new="    if False and not _vouched",
        tests=("tests/guards/test_wrong_person.py::test_refuses",),
    ),
    Sabotage(
        name="what a model writes beside a phrase is not judged",
        promises=(34,),
        file="copilot/guards/markup_links.py",
        old='    if refusal is None and draft.origin == "llm":\n',
        new="    if False:\n",
        tests=("tests/guards/test_markup_links.py::test_what_a_model_writes_for_the_agent_is_plain_too",),
    ),
    Sabotage(
        name="an answer of a model may have any length",
        promises=(33,),
        file="copilot/suggesters/upstream.py",
        old="            if self._left < 0:\n",
        new="            if False:\n",
        tests=("tests/suggesters/test_upstream.py::test_no_more_than_the_cap_is_read",),
    ),
    Sabotage(
        name="a compressed answer is unpacked",
        promises=(33,),
        file="copilot/suggesters/upstream.py",
        old='not in ("", "identity"):\n',
        new='not in ("", "identity") and False:\n',
        tests=("tests/suggesters/test_upstream.py::test_nothing_compressed_is_unpacked",),
    ),
    Sabotage(
        name="the prompt may be read back",
        promises=(36,),
        file="copilot/suggesters/answer_checks.py",
        old="        if self._canary in lowered or not self._runs",
        new="        if False and not self._runs",
        tests=("tests/suggesters/test_answer_checks.py::test_the_prompt_is_not_read_back",),
    ),
)
