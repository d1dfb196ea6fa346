// Keeps a stream of events open: resumes where it was cut, gives each event once, in order.
import { EventParser } from "./sse.js";
import { fullJitter, pause, retryAfter } from "./backoff.js";

const SILENCE = 40_000; // heartbeats come every 15 s
const STEADY = 5_000; // a connection that lasted this long has worked

/**
 * States: `connecting`, `live`, `waiting` (lost, comes back by itself), `refused` (asked again, but slowly),
 * `ended`. `on.event(type, body, seq)` gets each stored event once and growing text as it comes (seq null);
 * `on.reset(view)` says that something was missed. Options: `last`, the id to go on after, "" for what comes from
 * now on; `endless`, for a tenant's stream, which goes on when a conversation closes.
 */
export class Connection {
  #base;
  #tickets;
  #on;
  #options;
  #last;
  #tries = 0;
  #stopped = new AbortController();
  #open = null;
  #asked = false;
  #nap = new AbortController();
  #state = "";

  constructor(base, tickets, on, options = {}) {
    this.#base = base;
    this.#tickets = tickets;
    this.#on = on;
    this.#options = { silence: SILENCE, cap: 10_000, base: 500, random: Math.random, endless: false, ...options };
    this.#last = options.last ?? "0";
    this.#tickets.onrenewed = () => this.#open?.abort("renewed");
    this.wake = this.wake.bind(this);
  }

  get state() {
    return this.#state;
  }

  async run() {
    globalThis.addEventListener?.("online", this.wake);
    this.#say("connecting");
    while (!this.#stopped.signal.aborted) {
      const outcome = await this.#once();
      if (this.#stopped.signal.aborted || outcome.ended) break;
      if (outcome.again) continue;
      this.#say(outcome.refused ? "refused" : "waiting", outcome.status);
      const { base, cap, random } = this.#options;
      const least = outcome.least ?? 0;
      this.#nap = new AbortController();
      const nap = AbortSignal.any([this.#nap.signal, this.#stopped.signal]);
      await pause(least + fullJitter(outcome.refused ? 30 : this.#tries, { base, cap, random }), nap);
      this.#tries += 1;
    }
    globalThis.removeEventListener?.("online", this.wake);
    this.#say("ended");
  }

  /** The network is back: no need to wait the time out. */
  wake() {
    this.#nap.abort();
  }

  stop() {
    this.#stopped.abort();
    this.#open?.abort("stopped");
  }

  #say(state, status) {
    if (state === this.#state) return;
    this.#state = state;
    if (!this.#stopped.signal.aborted) this.#on.state(state, status);
  }

  /** One connection, from its request to its end, whatever ends it. */
  async #once() {
    const open = (this.#open = new AbortController());
    const began = performance.now();
    let headers = {};
    let watch = 0;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => open.abort("silent"), this.#options.silence);
    };
    try {
      alive();
      headers = await this.#tickets.headers();
      const after = this.#last && `?after=${encodeURIComponent(this.#last)}`;
      const response = await fetch(`${this.#base}/events${after}`, {
        headers: { ...headers, Accept: "text/event-stream" },
        signal: open.signal,
        cache: "no-store",
        credentials: "same-origin",
        redirect: "error",
        referrerPolicy: "no-referrer",
      });
      if (!response.ok || !response.body) return this.#refusal(response, headers);
      this.#asked = false;
      this.#say("live");
      return await this.#read(response.body, alive);
    } catch (error) {
      // The network, an abort, or a ticket that could not be had: a host may tell the status that it was refused with.
      if (error?.status === 403 || error?.status === 404) return { refused: true, status: error.status };
      return { again: open.signal.reason === "renewed" };
    } finally {
      clearTimeout(watch);
      open.abort("over");
      if (performance.now() - began > STEADY && this.#state === "live") this.#tries = 0;
    }
  }

  #refusal(response, headers) {
    const { status } = response;
    if (status === 410) return { ended: true };
    if (status === 401 && this.#tickets.refused(headers) && !this.#asked) {
      this.#asked = true; // a new ticket at once, but only once
      return { again: true };
    }
    const busy = status === 408 || status === 429 || status >= 500;
    return { refused: !busy, status, least: retryAfter(response) };
  }

  async #read(body, alive) {
    const parser = new EventParser();
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { least: parser.retry ?? 0 };
      alive();
      for (const event of parser.feed(decoder.decode(value, { stream: true }))) {
        const outcome = this.#take(event);
        if (outcome) return outcome;
      }
    }
  }

  #take(event) {
    const body = read(event.data);
    if (body === null) return null;
    this.#tries = 0;
    if (event.type === "goodbye") return { least: Math.min(30_000, Number(body.retry_ms) || 0) };
    if (event.type === "reset") {
      this.#last = body.view?.next_event_id ?? event.id;
      this.#on.reset(body.view);
      return null;
    }
    const seq = Number.isSafeInteger(body.seq) ? body.seq : null;
    if (seq !== null) {
      if (event.id === this.#last || seqOf(event.id) <= seqOf(this.#last)) return null;
      this.#last = event.id;
    }
    try {
      this.#on.event(event.type, body, seq);
    } catch (error) {
      reportError(error); // one event that cannot be drawn must not cost those behind it
    }
    return event.type === "closed" && !this.#options.endless ? { ended: true } : null;
  }
}

/** The number in `<epoch>.<seq>`; 0 for none. */
export function seqOf(id) {
  return Number(String(id).split(".")[1]) || 0;
}

function read(data) {
  try {
    const body = JSON.parse(data);
    return body !== null && typeof body === "object" ? body : null;
  } catch {
    return null;
  }
}
