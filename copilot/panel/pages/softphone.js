// One conversation as a softphone holds it: opened, fed in order, closed. What has no answer is sent again.
import { fullJitter, pause } from "./backoff.js";

const NEVER = new AbortController().signal;

export class Softphone {
  #headers;
  #queue = Promise.resolve();
  #failed;
  #began = performance.now();
  #ahead = 0;
  id = `demo-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  closed = false;

  /** `headers()` gives those that bear a key; `failed(text)` is told what the server refused. */
  constructor(headers, failed) {
    this.#headers = headers;
    this.#failed = failed;
  }

  /** Where the conversation's own time stands, in ms since its beginning. */
  get now() {
    return Math.round(performance.now() - this.#began) + this.#ahead;
  }

  /** A script that is played faster than spoken has its own time: typed words come after it. */
  reach(ms) {
    this.#ahead += Math.max(0, ms - this.now);
  }

  open(body) {
    return this.#call("POST", "", { ...body, id: this.id });
  }

  /** Fragments go one request after another: a softphone has one line, and order is what was said. */
  send(fragments) {
    if (this.closed) return this.#queue;
    this.reach(Math.max(...fragments.map((fragment) => fragment.end_ms)));
    return this.#call("POST", `/${this.id}/fragments`, fragments);
  }

  close() {
    this.closed = true;
    return this.#call("POST", `/${this.id}/close`, {});
  }

  #call(method, path, body) {
    this.#queue = this.#queue.then(() => this.#send(method, path, body));
    return this.#queue;
  }

  async #send(method, path, body) {
    for (let tries = 0; ; tries += 1) {
      try {
        const answer = await fetch(`/v1/conversations${path}`, {
          method,
          headers: { "Content-Type": "application/json", ...this.#headers() },
          body: JSON.stringify(body),
        });
        if (answer.ok) return;
        if (answer.status < 500 && answer.status !== 429) {
          this.#failed(`The server answered ${answer.status}.`);
          return;
        }
      } catch {
        this.#failed("The server cannot be reached; trying again.");
      }
      await pause(200 + fullJitter(tries, {}), NEVER);
    }
  }
}
