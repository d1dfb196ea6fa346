// A value that the server shall keep: the newest one is sent until it has arrived, older ones are left out.
import { fullJitter, pause, retryAfter } from "./backoff.js";

export class Keeper {
  #send;
  #value;
  #has = false;
  #running = false;
  #nap = new AbortController();

  /** `send(value)` makes the request and gives its response. */
  constructor(send) {
    this.#send = send;
  }

  /** Whether there ever was a value: then it counts, whatever an older read of the server says. */
  get given() {
    return this.#value !== undefined;
  }

  /** After `rest` ms without a newer one; what is typed need not go out letter by letter. */
  keep(value, rest = 0) {
    this.#value = value;
    this.#has = true;
    this.#run(rest);
  }

  /** The connection is back: try now. */
  wake() {
    this.#nap.abort();
  }

  async #run(rest) {
    if (this.#running) return;
    this.#running = true;
    for (let tries = 0; this.#has; tries += 1) {
      this.#nap = new AbortController();
      await pause(tries ? fullJitter(tries) : rest, this.#nap.signal);
      const value = this.#value;
      const least = await this.#try(value);
      if (least !== null) await pause(least, this.#nap.signal);
      else if (value === this.#value) this.#has = false;
      else tries = 0;
    }
    this.#running = false;
  }

  /** Null when there is nothing more to do, else the least time in ms to wait. */
  async #try(value) {
    try {
      const response = await this.#send(value);
      const again = [401, 408, 429].includes(response.status) || response.status >= 500;
      return again ? retryAfter(response) : null;
    } catch {
      return 0;
    }
  }
}
