"""Sabotages of promises 38 to 42: personal data, erasure, retention and what the logs hold."""

from __future__ import annotations

from tests.teeth.sabotage import Sabotage

_WRITER = "copilot/stores/sqlite_writer.py"
_ERASING = "copilot/stores/sqlite_erasing.py"
_CARDS = "copilot/redaction/cards.py"
_PASSAGES = "copilot/redaction/passages.py"
_PERSONAL = "copilot/redaction/personal.py"
_LOGS = "copilot/logs.py"

_TARGETS = "tests/evals/test_redaction.py::test_the_targets_hold_on_a_hundred_conversations"
_PERSONAL_TARGETS = "tests/evals/test_redaction_personal.py::test_the_targets_hold_on_a_hundred_conversations"
_NO_BYTES = "tests/stores/test_sqlite_erasure.py::test_no_bytes_remain"

SABOTAGES = (
    Sabotage(
        name="only numbers with right check digits are cards",
        promises=(38,),
        file=_CARDS,
        old="    if size >= SHORTEST:\n",
        new="    doubled = [sum(divmod(int(d) * (1 + i % 2), 10)) for i, d in enumerate(run.digits[::-1])]\n"
        "    if size >= SHORTEST and sum(doubled) % 10:\n        return False\n    if size >= SHORTEST:\n",
        tests=("tests/redaction/test_cards.py::test_a_run_of_thirteen_digits_or_more_is_masked", _TARGETS),
    ),
    Sabotage(
        name="short card numbers are let through",
        promises=(38,),
        file=_CARDS,
        old="SHORTEST = 13",
        new="SHORTEST = 16",
        tests=("tests/redaction/test_cards.py::test_a_run_of_thirteen_digits_or_more_is_masked", _TARGETS),
    ),
    Sabotage(
        name="digits at the edge of a fragment are not held back",
        promises=(38,),
        file=_PASSAGES,
        old="        if joins or self._begins(place, run):\n",
        new="        if joins:\n",
        tests=(
            "tests/redaction/test_conversation.py::test_a_card_split_over_fragments_stays_masked",
            _TARGETS,
        ),
    ),
    Sabotage(
        name="a card is forgotten when it is read back",
        promises=(38,),
        file=_PASSAGES,
        old="        if self._known(run.digits):\n            return cards.LABEL\n",
        new="",
        tests=("tests/redaction/test_conversation.py::test_a_read_back_of_a_known_card_is_masked",),
    ),
    Sabotage(
        name="'double four' is not heard",
        promises=(38,),
        file="copilot/redaction/numbers.py",
        old='_TIMES = {"double": 2,',
        new='_TIMES = {"dbl": 2,',
        tests=("tests/redaction/test_numbers.py::test_a_number_is_read_as_it_is_typed_or_said", _TARGETS),
    ),
    Sabotage(
        name="codes are masked only after their name",
        promises=(38,),
        file=_PASSAGES,
        old="        fresh = state.awaiting if heard.led or state.awaiting.got else Awaiting()\n",
        new="        fresh = Awaiting()\n",
        tests=(
            "tests/redaction/test_conversation.py::test_a_code_asked_by_one_and_answered_by_the_other_is_masked",
        ),
    ),
    Sabotage(
        name="fragments are stored as they came",
        promises=(38, 39),
        file="copilot/engine/intake.py",
        old="                text=redacted.text,\n",
        new="                text=fragment.text,\n",
        tests=("tests/engine/test_coordinator.py::test_unmasked_utterance_is_a_revision_not_a_turn",),
    ),
    Sabotage(
        name="what was asked for is not what is answered",
        promises=(39,),
        file=_PERSONAL,
        old="        self._asked = Asked(topic.name, topic.asks, question, 0, speaker)\n",
        new="",
        tests=(
            "tests/redaction/test_personal.py::test_a_phone_number_in_parts_is_one_placeholder",
            "tests/redaction/test_personal.py::test_bank_details_are_masked",
            _PERSONAL_TARGETS,
        ),
    ),
    Sabotage(
        name="only right check digits make an IBAN",
        promises=(39,),
        file="copilot/redaction/banks.py",
        old="        if len(value) == size and",
        new="        digits = ''.join(str(int(c, 36)) for c in value[4:] + value[:4])\n"
        "        if len(value) == size and int(digits) % 97 == 1 and",
        tests=("tests/redaction/test_banks.py::test_an_iban_is_found_right_or_misheard",),
    ),
    Sabotage(
        name="spoken addresses are not heard",
        promises=(39,),
        file="copilot/redaction/emails.py",
        old="    for match in _SAID.finditer(low):\n",
        new="    for match in ():\n",
        tests=(
            "tests/redaction/test_emails.py::test_an_address_is_found_as_it_would_be_typed",
            _PERSONAL_TARGETS,
        ),
    ),
    Sabotage(
        name="a placeholder's number is given out again after a restart",
        promises=(39,),
        file="copilot/redaction/placeholders.py",
        old="                    self._last[kind] = max(self._last.get(kind, 0), int(number))",
        new="                    continue",
        tests=(
            "tests/redaction/test_placeholders.py::test_numbers_that_stand_in_the_log_are_not_given_out_again",
        ),
    ),
    Sabotage(
        name="an erased conversation's secret stays",
        promises=(40,),
        file=_ERASING,
        old='"UPDATE secrets SET secret = zeroblob(?) WHERE conversation = ?", (SIZE, rid)',
        new='"SELECT zeroblob(?), ?", (SIZE, rid)',
        tests=(_NO_BYTES,),
    ),
    Sabotage(
        name="the write-ahead log keeps what was erased",
        promises=(40,),
        file=_WRITER,
        old="            self._unscrubbed = True\n            self._scrub()\n",
        new="",
        tests=(_NO_BYTES,),
    ),
    Sabotage(
        name="a late fragment brings an erased conversation back",
        promises=(40,),
        file=_ERASING,
        old="    connection.execute(_TOMBSTONE, (at_ms, rid))\n",
        new='    connection.execute("DELETE FROM conversations WHERE rid = ?", (rid,))\n',
        tests=(
            "tests/stores/test_contract.py::test_erasure_in_a_race[sqlite]",
            "tests/stores/test_contract.py::test_erase[sqlite]",
        ),
    ),
    Sabotage(
        name="a customer is looked for where a conversation opens alone",
        promises=(40,),
        file="copilot/engine/erasures.py",
        old='            if stored.type not in ("opened", "changed"):',
        new='            if stored.type != "opened":',
        tests=("tests/engine/test_erasures.py::test_a_customer_is_erased_wherever_they_were",),
    ),
    Sabotage(
        name="who is named while a customer is erased is missed",
        promises=(40,),
        file="copilot/engine/namings.py",
        old="            watch.seen[key] = None\n",
        new="            pass\n",
        tests=("tests/engine/test_erasures.py::test_what_is_opened_meanwhile_is_gone_or_clearly_after",),
    ),
    Sabotage(
        name="an erasure does not wait for what is being written",
        promises=(40,),
        file="copilot/engine/namings.py",
        old="        while any(watch.covers(*write) for write in self._writes):\n",
        new="        while False:\n",
        tests=("tests/engine/test_erasures.py::test_what_is_being_written_is_waited_for",),
    ),
    Sabotage(
        name="who hangs up is not erased",
        promises=(40,),
        file="copilot/engine/namings.py",
        old="        return await asyncio.shield(self._begun((key, customer_id), work()))\n",
        new="        return await self._begun((key, customer_id), work())\n",
        tests=("tests/engine/test_erasures.py::test_who_hangs_up_leaves_nothing_behind",),
    ),
    Sabotage(
        name="a restore brings back what was erased",
        promises=(40,),
        file="copilot/stores/backup.py",
        old="_renewed(making[log.name], gone or [])",
        new="_renewed(making[log.name], [])",
        tests=("tests/stores/test_backup.py::test_what_was_erased_since_stays_erased",),
    ),
    Sabotage(
        name="what was kept too long stays",
        promises=(41,),
        file="copilot/engine/erasures.py",
        old="now_ms - updated_ms > days * _DAY_MS:",
        new="now_ms - updated_ms > days * 3 * _DAY_MS:",
        tests=("tests/engine/test_erasures.py::test_what_was_kept_too_long_goes",),
    ),
    Sabotage(
        name="logs quote an exception",
        promises=(42,),
        file=_LOGS,
        old='        event["exception"] = raised[0].__qualname__\n',
        new='        event["exception"] = repr(raised[1])\n',
        tests=(
            "tests/test_logs.py::test_an_exception_is_its_type_and_place",
            "tests/api/test_errors_in_logs.py::test_no_error_tells_what_it_quotes",
        ),
    ),
    Sabotage(
        name="what is not the caller's fault is told in its own words",
        promises=(42,),
        file="copilot/api/problems.py",
        old='        detail = "Try again later; nothing was acknowledged." if error.status == 503 else ""\n',
        new="        detail = error.detail\n",
        tests=(
            "tests/api/test_errors_in_logs.py::test_no_error_tells_what_it_quotes",
            "tests/api/test_errors_in_logs.py::test_no_stream_tells_what_an_error_quotes",
        ),
    ),
    Sabotage(
        name="the framework closes a WebSocket that breaks",
        promises=(42,),
        file="copilot/api/socket.py",
        old="        except Exception as error:\n            # The framework",
        new="        except OSError as error:\n            # The framework",
        tests=(
            "tests/api/test_errors_in_logs.py::test_no_stream_tells_what_an_error_quotes",
            "tests/api/test_errors_in_logs.py::test_a_link_that_breaks_later_says_only_that",
        ),
    ),
    Sabotage(
        name="log lines carry control characters",
        promises=(42,),
        file=_LOGS,
        old='    return "".join(c if c.isprintable() else f"\\\\u{ord(c):04x}" for c in text)',
        new="    return text",
        tests=("tests/test_logs.py::test_plain_lines_are_inert_too",),
    ),
)
