// Short-lived tickets: fetched from the host's own back end, kept in memory only, renewed before they end.

const RENEW_AT = 0.75; // of a ticket's life
const SHORTEST = 1_000;
const LONGEST = 600_000;

/** Holds the ticket of one conversation. Without a callback it bears none: a server without keys asks none. */
export class Tickets {
  #getTicket;
  #conversation;
  #ticket = null;
  #asking = null;
  #timer = 0;
  /** Called when a fresh ticket came before the old one ended: streams go over to it. */
  onrenewed = () => {};

  constructor(getTicket, conversation) {
    this.#getTicket = getTicket;
    this.#conversation = conversation;
  }

  /** The headers of a request. Rejects when the callback does. */
  async headers() {
    if (!this.#getTicket) return {};
    if (this.#ticket === null) await this.#renew();
    return { Authorization: `Bearer ${this.#ticket}` };
  }

  /** The server did not take what these headers bore: the next request asks for a new ticket. Returns false
   * where there is nobody to ask. */
  refused(headers) {
    if (headers.Authorization === `Bearer ${this.#ticket}`) this.#ticket = null;
    return Boolean(this.#getTicket);
  }

  stop() {
    clearTimeout(this.#timer);
  }

  /** Two requests that need a ticket ask once. */
  #renew() {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask() {
    const answer = await this.#getTicket(this.#conversation);
    const ticket = typeof answer === "string" ? answer : answer?.ticket;
    // Nothing but a plain token may get into a header.
    if (typeof ticket !== "string" || !/^[\x21-\x7e]+$/.test(ticket)) throw new Error("getTicket gave no ticket");
    this.#ticket = ticket;
    this.#plan(answer);
  }

  /** A wrong clock here makes the renewal early or late, never wrong: the server's 401 has the last word. */
  #plan(answer) {
    clearTimeout(this.#timer);
    const life = lifeOf(answer);
    if (life === null) return;
    const wait = Math.min(LONGEST, Math.max(SHORTEST, life * RENEW_AT));
    this.#timer = setTimeout(async () => {
      try {
        await this.#renew();
        this.onrenewed();
      } catch {
        // The old one is still good, or the server will say so.
      }
    }, wait);
  }
}

function lifeOf(answer) {
  if (Number.isFinite(answer?.expires_in)) return answer.expires_in * 1000;
  const at = answer?.expires_at;
  const ends = typeof at === "string" ? Date.parse(at) : at < 1e11 ? at * 1000 : at;
  return Number.isFinite(ends) ? ends - Date.now() : null;
}
