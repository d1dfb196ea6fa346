// Which card is on show. Pure: time comes in as a number of ms, what to draw is read from it.

const KEPT = 20;

/**
 * A card is `{suggestion, since, until, state, held}`. States: `growing`, `ready`, `used`, `expired`,
 * `withdrawn`, `earlier` (fetched back). What is on show stays for `minimum`, and for as long as it is held by
 * pointer, focus or pen; an answer to another trigger takes its place then. A later answer to the same trigger
 * waits for `next`. Silence is a card without a phrase, which anything may replace at once.
 */
export class Schedule {
  #minimum;
  #linger;
  #shown = null;
  #waiting = null;
  #late = null;
  #past = [];
  #back = -1;
  #held = false;
  #quiet = false;
  #asked = false;
  #gone = new Set();

  constructor({ minimum = 4_000, linger = 2_500 } = {}) {
    this.#minimum = minimum;
    this.#linger = linger;
  }

  /** The card to draw, or null. */
  get shown() {
    return this.#shown;
  }

  /** Is there a phrase that only waits for a key, or for its time? */
  get more() {
    const other = this.#late ?? this.#waiting;
    return !this.#quiet && other !== null && !other.suggestion.silence;
  }

  get canGoBack() {
    return this.#earlier() >= 0;
  }

  get quiet() {
    return this.#quiet;
  }

  /** When `tick` has something to do, or null. */
  get wake() {
    const card = this.#shown;
    if (!card) return null;
    const times = [];
    if (this.#waiting && !this.#bound(card)) times.push(this.#free(card));
    if (card.state === "ready" && card.until !== null) times.push(card.until);
    if (card.state === "withdrawn" && !this.#held) times.push(this.#leaves(card));
    return times.length ? Math.min(...times) : null;
  }

  /** A suggestion as it came from the server: growing, final, withdrawn, or silence. */
  offer(suggestion, now) {
    if (suggestion.status === "withdrawn") this.#withdraw(suggestion, now);
    else if (!this.#gone.has(suggestion.id)) this.#place(suggestion, now);
    this.tick(now);
  }

  /** A phrase from before this panel was opened: one key away. */
  recall(suggestion) {
    if (suggestion.status !== "withdrawn" && suggestion.id !== this.#shown?.suggestion.id) {
      this.#keep(card(suggestion, 0, "expired"));
    }
  }

  /** The pointer, the focus or a pen is on the card: it stays as it is. */
  hold(on, now) {
    this.#held = on;
    this.tick(now);
  }

  tick(now) {
    const shown = this.#shown;
    if (shown?.state === "ready" && shown.until !== null && now >= shown.until) {
      shown.state = "expired";
    }
    if (this.#waiting && !this.#bound(shown) && (!shown || now >= this.#free(shown))) {
      this.#show(this.#waiting, now);
    } else if (shown?.state === "withdrawn" && !this.#held && now >= this.#leaves(shown)) {
      this.#keep(shown);
      this.#shown = null;
    }
  }

  /** The key: what waits comes now, past what was fetched back first. False: there is nothing, ask the server. */
  next(now) {
    if (this.#back >= 0 && this.#back < this.#past.length) return this.#forward(now);
    const other = this.#late ?? this.#waiting;
    if (other) {
      this.#show(other, now);
      return true;
    }
    this.#asked = true;
    return false;
  }

  /** The server had nothing else. */
  unasked() {
    this.#asked = false;
  }

  /** The key: the phrase before the one on show. */
  previous(now) {
    const index = this.#earlier();
    if (index < 0) return false;
    if (this.#back < 0 && this.#shown && !this.#shown.suggestion.silence) this.#keep(this.#shown);
    const found = this.#past[index];
    this.#back = index;
    this.#shown = { ...found, state: "earlier", since: now, until: null };
    return true;
  }

  used() {
    if (this.#shown) this.#shown.state = "used";
  }

  dismiss(now) {
    if (!this.#shown) return;
    this.#gone.add(this.#shown.suggestion.id);
    this.#keep(this.#shown);
    this.#shown = null;
    this.#back = -1;
    this.#held = false;
    this.tick(now);
  }

  /** The conversation is over: nothing waits any more, and what was shown is one key away. */
  clear() {
    if (this.#shown && this.#back < 0) this.#keep(this.#shown);
    this.#shown = this.#waiting = this.#late = null;
    this.#back = -1;
  }

  /** Nothing comes by itself until it is switched off again; what came meanwhile is the key's, or comes then. */
  hush(on, now) {
    if (on === this.#quiet) return;
    this.#quiet = on;
    if (on) this.clear();
    else if (this.#late) [this.#waiting, this.#late] = [this.#late, null];
    this.tick(now);
  }

  #place(suggestion, now) {
    const shown = this.#shown;
    const made = card(suggestion, now, suggestion.status === "partial" ? "growing" : "ready");
    if (shown && shown.suggestion.id === suggestion.id && shown.state !== "earlier") {
      if (shown.state === "used") return;
      if (this.#grows(shown, suggestion)) {
        Object.assign(shown, { suggestion, state: made.state, until: made.until });
        return;
      }
    } else if (this.#waiting?.suggestion.id === suggestion.id) {
      this.#waiting = made;
      return;
    } else if (this.#late?.suggestion.id === suggestion.id) {
      this.#late = made;
      return;
    }
    if (this.#asked && !suggestion.silence) this.#show(made, now);
    else if (this.#quiet) this.#late = suggestion.silence ? this.#late : made;
    else if (this.#isLate(suggestion)) this.#late = made;
    else this.#waiting = made;
  }

  /** Text on show only ever grows at its end; anything else is a change, which waits its turn. */
  #grows(shown, suggestion) {
    if (shown.suggestion.silence || suggestion.silence) return false;
    return suggestion.text.startsWith(shown.suggestion.text);
  }

  #isLate(suggestion) {
    const shown = this.#shown;
    if (!shown || shown.suggestion.silence || suggestion.silence || shown.suggestion.id === suggestion.id) {
      return false;
    }
    const open = shown.state === "ready" || shown.state === "growing" || shown.state === "earlier";
    return open && suggestion.trigger_seq <= shown.suggestion.trigger_seq;
  }

  #withdraw(suggestion, now) {
    this.#gone.add(suggestion.id);
    if (this.#waiting?.suggestion.id === suggestion.id) this.#waiting = null;
    if (this.#late?.suggestion.id === suggestion.id) this.#late = null;
    const shown = this.#shown;
    if (shown?.suggestion.id !== suggestion.id || shown.state === "used" || shown.state === "earlier") return;
    if (shown.suggestion.silence) this.#shown = null;
    else Object.assign(shown, { state: "withdrawn", faded: now });
  }

  #show(made, now) {
    if (this.#shown && this.#back < 0) this.#keep(this.#shown);
    this.#shown = Object.assign(made, { since: now });
    if (made.state === "ready" && made.suggestion.ttl_ms) made.until ??= now + made.suggestion.ttl_ms;
    this.#waiting = this.#late = null;
    this.#back = -1;
    this.#asked = false;
  }

  #forward(now) {
    const index = this.#back + 1;
    if (index < this.#past.length) {
      const found = this.#past[index];
      const stands = index === this.#past.length - 1 && found.state === "ready" && !this.#gone.has(found.suggestion.id);
      this.#back = index;
      this.#shown = { ...found, state: stands ? "ready" : "earlier", since: now };
      return true;
    }
    this.#back = -1;
    return this.next(now);
  }

  #keep(old) {
    if (old.suggestion.silence || !old.suggestion.text) return;
    this.#past = this.#past.filter((other) => other.suggestion.id !== old.suggestion.id);
    this.#past.push(old);
    this.#past = this.#past.slice(-KEPT);
  }

  #earlier() {
    if (this.#back >= 0) return this.#back - 1;
    const last = this.#past.length - 1;
    const same = this.#past[last]?.suggestion.id === this.#shown?.suggestion.id;
    return same ? last - 1 : last;
  }

  /** Held, and something that a hand could be on its way to. */
  #bound(shown) {
    return this.#held && shown !== null && !shown.suggestion.silence && shown.state !== "used";
  }

  /** From when on another card may take its place. */
  #free(shown) {
    const settled = shown.suggestion.silence || shown.state === "used";
    return settled ? shown.since : shown.since + this.#minimum;
  }

  /** A withdrawn card fades at once, so that nobody starts to say it, and leaves later. */
  #leaves(shown) {
    return Math.max(shown.since + this.#minimum, shown.faded + this.#linger);
  }
}

/** Time is counted from when it came: clocks here and there need not agree. */
function card(suggestion, now, state) {
  const until = state === "ready" && suggestion.ttl_ms ? now + suggestion.ttl_ms : null;
  return { suggestion, since: now, until, state, faded: 0 };
}
