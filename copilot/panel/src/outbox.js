// What the agent did with a phrase, told to the server at once, and again until it has arrived.
import { fullJitter, pause, retryAfter } from "./backoff.js";

const MOST = 200;

/**
 * Kept in memory, in order. A call whose answer was lost may have arrived: before it is sent again, the
 * suggestion's own record (`GET …/suggestions/{id}`) says whether it did, so that nothing counts twice.
 */
export class Outbox {
  #base;
  #tickets;
  #ontold;
  #timing;
  #waiting = [];
  #running = false;
  #nap = new AbortController();
  #tries = 0;
  #asked = false;

  constructor(base, tickets, ontold = () => {}, timing = {}) {
    this.#base = base;
    this.#tickets = tickets;
    this.#ontold = ontold;
    this.#timing = timing;
  }

  get size() {
    return this.#waiting.length;
  }

  /** `unsure`: it may have been told already. */
  tell(suggestionId, verdict, text, unsure = false) {
    if (this.#waiting.length >= MOST) this.#waiting.shift();
    this.#waiting.push({ suggestionId, verdict, text, unsure });
    this.#run();
  }

  /** The connection is back: try now. */
  wake() {
    this.#nap.abort();
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    while (this.#waiting.length) {
      const entry = this.#waiting[0];
      const least = await this.#send(entry);
      if (least === null) {
        this.#waiting.shift();
        this.#tries = 0;
        this.#asked = false;
        continue;
      }
      this.#nap = new AbortController();
      await pause(least + fullJitter(this.#tries, this.#timing), this.#nap.signal);
      this.#tries += 1;
    }
    this.#running = false;
  }

  /** Null when there is nothing more to do for the entry, else the least time in ms to wait. */
  async #send(entry) {
    let headers = {};
    try {
      headers = await this.#tickets.headers();
      if (entry.unsure && (await this.#arrived(entry, headers))) return null;
      entry.unsure = true;
      const response = await this.#call(entry, "/feedback", {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/json" },
        body: JSON.stringify({ verdict: entry.verdict, ...(entry.text === undefined ? {} : { text: entry.text }) }),
        keepalive: true, // also when the page goes away right after the click
      });
      return this.#judge(entry, response, headers);
    } catch {
      return 0;
    }
  }

  #judge(entry, response, headers) {
    const { status } = response;
    if (response.ok) {
      this.#ontold(entry);
      return null;
    }
    if (status === 401 && this.#tickets.refused(headers) && !this.#asked) {
      this.#asked = true;
      entry.unsure = false;
      this.wake();
      return 0;
    }
    // Refused before anything was noted: sent again as it is. A 5xx leaves it open.
    if ([401, 408, 429, 503].includes(status)) entry.unsure = false;
    else if (status < 500) return null;
    return retryAfter(response);
  }

  async #arrived(entry, headers) {
    const response = await this.#call(entry, "", { headers });
    if (!response.ok) return false;
    const { feedback } = await response.json();
    const same = feedback.filter((told) => told.verdict === entry.verdict);
    // The server masks numbers in a text: what it keeps may differ from what was sent.
    const there = entry.text === undefined ? same.length > 0 : same.some((told) => alike(told.text, entry.text));
    if (there) this.#ontold(entry);
    return there;
  }

  #call(entry, path, init) {
    const url = `${this.#base}/suggestions/${encodeURIComponent(entry.suggestionId)}${path}`;
    const plain = { cache: "no-store", credentials: "same-origin", redirect: "error", referrerPolicy: "no-referrer" };
    return fetch(url, { ...plain, ...init, signal: AbortSignal.timeout(15_000) });
  }
}

/** The same text, apart from what stands masked in brackets. */
function alike(kept, sent) {
  const pieces = String(kept).split(/\[[a-z]+\]/);
  let from = 0;
  for (const piece of pieces) {
    const at = sent.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return true;
}
