"""A softphone's side that survives a lost connection: sends fragments, reads the phrases. Needs only httpx2.

Run it against a server that listens on loopback:  .venv/bin/python docs/examples/resilient_softphone.py
"""

import asyncio
import json
import random
import sys
import uuid

import httpx2

SAID = [  # speaker, text, start and end in ms since the conversation began
    ("agent", "Good morning, how can I help?", 0, 1_800),
    ("customer", "My parcel is two weeks late, and nobody ever calls me back!", 2_500, 6_000),
    ("agent", "Two weeks, and not one call. I am sorry, that is on us.", 7_500, 11_000),
    ("customer", "Thank you. So where is it now?", 12_000, 13_800),
]


def wait(tries: int) -> float:
    """Full jitter: after an outage not everybody comes back in the same moment."""
    return random.uniform(0, min(10, 0.2 * 2**tries))


async def call(http: httpx2.AsyncClient, path: str, body: object) -> dict:
    """Every call here is safe to repeat: a conversation has our id, a fragment its utterance and revision.
    So what got no answer is sent again; the server says `duplicate` to what it already has."""
    tries = 0
    while True:
        after = 0.0
        try:
            response = await http.post(path, json=body)
            if response.status_code not in (429, 503):
                response.raise_for_status()
                return response.json()
            after = float(response.headers.get("Retry-After", 0))
        except httpx2.TransportError:
            pass
        await asyncio.sleep(after + wait(tries))
        tries += 1


async def events(http: httpx2.AsyncClient, path: str, last_id: str):
    """Each event once and in order, over any number of connections. `last_id` is the last one we saw."""
    tries = 0
    while True:
        headers = {"Accept": "text/event-stream", "Last-Event-ID": last_id}
        # Heartbeats come every 15 seconds: a longer silence is a dead connection.
        timeout = httpx2.Timeout(10, read=45)
        try:
            async with http.stream("GET", path, headers=headers, timeout=timeout) as response:
                if response.status_code not in (429, 503):
                    response.raise_for_status()
                event_id, kind, data = last_id, "message", ""
                async for line in response.aiter_lines():
                    name, _, value = line.partition(":")
                    value = value.removeprefix(" ")
                    if name == "id":
                        event_id = value
                    elif name == "event":
                        kind = value
                    elif name == "data":
                        data += value
                    elif not line and data:  # a blank line ends the event: only now does it count
                        tries, last_id = 0, event_id
                        if kind == "goodbye":  # the server is about to restart
                            break
                        yield kind, json.loads(data)
                        if kind == "closed":
                            return
                        kind, data = "message", ""
        except httpx2.TransportError:
            pass
        await asyncio.sleep(wait(tries))
        tries += 1


async def panel(http: httpx2.AsyncClient, path: str, last_id: str) -> None:
    async for kind, event in events(http, path, last_id):
        if kind == "suggestion":
            card = event["suggestion"]
            if card["status"] == "withdrawn" or not card["text"]:
                print("   (nothing to say)")
            else:  # growing text always comes whole: show the latest
                print(f"   say: {card['text']}")
        elif kind == "phase":
            print(f"   [{event['phase']}, heat {event['heat']}]")
        elif kind == "reset":  # what we missed is no longer there: start again from the state now
            print(f"   [{event['view']['state']['phase']}]")


async def main(url: str, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=10) as http:
        name = f"call-{uuid.uuid4()}"
        view = await call(http, "/v1/conversations", {"id": name, "channel": "voice"})
        base = f"/v1/conversations/{name}"
        reader = asyncio.create_task(panel(http, f"{base}/events", view["next_event_id"]))
        for number, (speaker, text, start_ms, end_ms) in enumerate(SAID):
            fragment = {
                "utterance_id": f"u{number}",
                "speaker": speaker,
                "text": text,
                "start_ms": start_ms,
                "end_ms": end_ms,
                "turn_end": True,
            }
            print(f"{speaker}: {text}")
            answer = await call(http, f"{base}/fragments", fragment)
            print(f"   ({answer['results'][0]['status']})")
            await asyncio.sleep(0.5)
        await call(http, f"{base}/close", {})
        await reader


if __name__ == "__main__":
    url, key, *_ = [*sys.argv[1:], *("http://127.0.0.1:8765", "")[len(sys.argv) - 1 :]]
    asyncio.run(main(url, key))
