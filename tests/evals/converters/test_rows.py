"""CSV and JSON Lines."""

from __future__ import annotations

import json

import pytest

from copilot.errors import Invalid
from evals.converters import Line, Roles
from evals.converters.rows import csv_rows, json_rows

ROLES = Roles({"front desk": "agent"})


@pytest.mark.parametrize(
    "text",
    [
        'call_id,role,message\n7,Client,"where, please, is it"\n7,Front Desk,let me see\n',
        "\ufeffConversation;Speaker;Text\r\n7;customer;where, please, is it\r\n7;agent;let me see\r\n",
        "ticket_id\tauthor\tbody\n7\tEND_USER\twhere, please, is it\n7\tHuman Agent\tlet me see\n",
    ],
)
def test_a_table_is_read_by_its_head(text: str) -> None:
    """Columns go by the names that exports use, with commas, semicolons or tabs between them."""
    assert list(csv_rows(text, ROLES)) == [
        Line("7", "customer", "where, please, is it"),
        Line("7", "agent", "let me see"),
    ]


def test_messages_and_whole_conversations_are_read_from_json_lines() -> None:
    """A line is a message, or a conversation with its messages, whose own ids are not the conversation's."""
    message = {"conversation_id": "a", "role": "customer", "content": "hi", "start_ms": 1, "end_ms": "20.0"}
    whole = {"id": "b", "channel": "phone", "messages": [{"id": 9, "from": "agent", "text": "hello"}]}
    text = f"{json.dumps(message)}\n\n{json.dumps(whole)}\n"
    assert list(json_rows(text, ROLES)) == [
        Line("a", "customer", "hi", 1, 20),
        Line("b", "agent", "hello", channel="voice"),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("call,role,text\n1,customer,hi\n", "line 2: no conversation"),
        ("call_id,role,text\n1,Bob,hi\n", "line 2: who is 'Bob'"),
        ("call_id,role,text\n1,,hi\n", "speaker is empty"),
        ("call_id,role,text,start_ms\n1,customer,hi,soon\n", "start_ms is 'soon'"),
        ("call_id,role,text,channel\n1,customer,hi,fax\n", "channel is 'fax'"),
    ],
)
def test_a_row_that_cannot_be_read_is_told(text: str, told: str) -> None:
    """What is missing or unknown is told with its line, never guessed."""
    with pytest.raises(Invalid, match=told):
        list(csv_rows(text, ROLES))


@pytest.mark.parametrize(
    ("text", "told"), [("{", "not JSON"), ("[]", "an object"), ('{"id": 1, "messages": 2}', "list")]
)
def test_a_line_that_cannot_be_read_is_told(text: str, told: str) -> None:
    """JSON of another form is told with its line."""
    with pytest.raises(Invalid, match=f"line 1.*{told}"):
        list(json_rows(text, ROLES))
