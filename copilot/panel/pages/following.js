// Follows a stream of events: comes back by itself, goes on where it was cut, and says how it stands.
import { EventParser } from "./sse.js";
import { fullJitter, pause, retryAfter } from "./backoff.js";

const SILENCE = 40_000; // heartbeats come every 15 s

/**
 * Reads `path` until `signal` aborts. `on.event({type, data, id})` gets each event once, in order, `data`
 * parsed; `on.state` gets `live`, `waiting` or `refused` with the status. `last` is the id to go on after.
 * `events` may answer with another id to go on from (after a `reset`), or with false: that was the last one.
 */
export async function follow(path, { last = "", headers = () => ({}), signal, on }) {
  let tries = 0;
  while (!signal.aborted) {
    let least = 0;
    try {
      const outcome = await once();
      if (outcome.ended) return;
      least = outcome.least;
    } catch {
      // The network, or silence for too long.
    }
    if (signal.aborted) return;
    on.state("waiting");
    await pause(least + fullJitter(tries, {}), signal);
    tries += 1;
  }

  async function once() {
    const open = new AbortController();
    const stop = () => open.abort();
    signal.addEventListener("abort", stop);
    let watch = setTimeout(stop, SILENCE);
    try {
      const answer = await fetch(last ? `${path}?after=${encodeURIComponent(last)}` : path, {
        headers: { Accept: "text/event-stream", ...headers() },
        signal: open.signal,
        cache: "no-store",
        redirect: "error",
      });
      if (!answer.ok) {
        const busy = answer.status === 408 || answer.status === 429 || answer.status >= 500;
        if (busy) return { least: retryAfter(answer) };
        on.state("refused", answer.status);
        return { ended: true };
      }
      on.state("live");
      const parser = new EventParser();
      const decoder = new TextDecoder();
      const reader = answer.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return { least: parser.retry ?? 0 };
        clearTimeout(watch);
        watch = setTimeout(stop, SILENCE);
        for (const event of parser.feed(decoder.decode(value, { stream: true }))) {
          const data = JSON.parse(event.data);
          if (event.type === "goodbye") return { least: Math.min(30_000, Number(data.retry_ms) || 0) };
          tries = 0;
          if (event.id) last = event.id;
          const then = on.event({ type: event.type, data, id: event.id });
          if (then === false) return { ended: true };
          if (typeof then === "string") last = then;
        }
      }
    } finally {
      clearTimeout(watch);
      open.abort();
      signal.removeEventListener("abort", stop);
    }
  }
}
