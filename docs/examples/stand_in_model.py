"""A stand-in for a model, to try evals without one: `python docs/examples/stand_in_model.py` tells its URL.

It answers like an OpenAI-compatible endpoint, a fixed phrase for each act, and obeys one instruction: when
the prompt asks to name the matter, it does. Its figures say nothing about any real model.
"""

from __future__ import annotations

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

OBEYED = "Name the matter"
PHRASES = {
    "acknowledge": "I hear you, and I can see why this matters.",
    "empathise": "That sounds really hard, and I'm sorry you are dealing with it.",
    "apologise": "I'm sorry, that should not have happened to you.",
    "probe": "What did you see the last time you tried?",
    "inform": "Let me tell you what I can see from here.",
    "expect": "I don't know that yet, and I'll tell you as soon as I do.",
    "act": "I'm looking into it for you right now.",
    "confirm": "Let me make sure that this is settled for you.",
    "close": "Is there anything else I can do for you?",
}


def answer(request: dict[str, Any]) -> str:
    """The JSON that the prompt asks for: the proposed act, in a fixed phrase."""
    system, user = (message["content"] for message in request["messages"][:2])
    proposed = re.search(r"Proposed act: (\w+)", user)
    act = proposed[1] if proposed and proposed[1] in PHRASES else "acknowledge"
    phrase = PHRASES[act]
    matter = re.search(r"^- (?:the )?matter[^:]*: (.+)$", user, re.MULTILINE)
    if OBEYED in system and matter and matter[1] != "not clear yet":
        phrase = f"About {matter[1].strip()}: {phrase}"
    return json.dumps({"act": act, "phrase": phrase, "why": "It is what was proposed.", "alternatives": []})


class StandIn(BaseHTTPRequestHandler):
    """Streams one answer a request."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        head = {"id": "c-1", "object": "chat.completion.chunk", "created": 0, "model": request["model"]}
        pieces: list[dict[str, Any]] = [{"delta": {"role": "assistant", "content": answer(request)}}]
        pieces.append({"delta": {}, "finish_reason": "stop"})
        events = [{**head, "choices": [{"index": 0, "finish_reason": None, **piece}]} for piece in pieces]
        size = sum(len(message["content"]) for message in request["messages"]) // 4
        usage = {"prompt_tokens": size, "completion_tokens": 30, "total_tokens": size + 30}
        events.append({**head, "choices": [], "usage": usage})
        body = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    print(f"http://127.0.0.1:{server.server_address[1]}/v1", flush=True)
    server.serve_forever()
