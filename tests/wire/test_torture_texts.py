"""The torture texts through a whole server: redaction, tracker, coach, phrasebook, log and stream."""

from __future__ import annotations

import json
import unicodedata

import httpx2
import pytest

from tests.api import torture
from tests.wire.processes import ServerProcess

pytestmark = pytest.mark.wire


def test_no_text_breaks_a_conversation(server: ServerProcess) -> None:
    """Whatever customer and agent write, each fragment is answered, phrases come, what is kept is clean."""
    texts = [text for text in torture.texts(200) if text.strip()]
    with httpx2.Client(base_url=server.base_url, trust_env=False, timeout=60) as client:
        for channel in ("chat", "voice"):
            path = f"/v1/conversations/torture-{channel}"
            assert client.post("/v1/conversations", json={"id": path[18:], "channel": channel}).is_success
            for number, text in enumerate(texts):
                said = {
                    "utterance_id": f"u{number}",
                    "speaker": ("customer", "agent")[number % 2],
                    "text": text,
                    "start_ms": number * 1_000,
                    "end_ms": number * 1_000 + 900,
                }
                answer = client.post(f"{path}/fragments", json=said)
                assert answer.status_code in (200, 422), (answer.status_code, text[:80])
            raw = client.get(f"{path}/history?limit=200").text
            assert "closed" in client.post(f"{path}/close", json={}).text
            kept = [each for each in raw if unicodedata.category(each) in ("Cc", "Cs")]
            assert kept == []
            assert "\\u0000" not in raw
            assert json.loads(raw)["items"]
    assert '"error"' not in server.log()
    assert "Traceback" not in server.log()
