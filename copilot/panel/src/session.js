// One conversation as the panel follows it: its stream, its view, its cards, its reports.
import { fullJitter } from "./backoff.js";
import { Tickets } from "./tickets.js";
import { Connection, seqOf } from "./connection.js";
import { Outbox } from "./outbox.js";
import { Keeper } from "./keeper.js";
import { Schedule } from "./schedule.js";
import { Standing, suggestionOf } from "./record.js";

const VIEW_GAP = 600; // ms between two reads of the view, at least
const CALL = 10_000;
const AGAIN = { base: 1_000, cap: 8_000 }; // ms between two reads after the end
const TYPING = 800; // ms: a pause in writing, long enough to keep what is there

export class Session {
  schedule;
  standing = new Standing();
  outbox;
  /** Since when the stream is lost (performance.now), or 0. */
  lost = 0;
  /** True from the moment that the agent asked for another phrase and there was none. */
  nothingElse = false;
  #base;
  #tickets;
  #connection;
  #on;
  #shown = new Set();
  #resumed = null;
  #quiet = new Keeper((quiet) => this.#call("/quiet", "POST", { quiet }));
  #record = new Keeper((text) => this.#call("/wrap-up", "PUT", { text }));
  #queued = [];
  #history = 0;
  #reading = false;
  #again = false;
  #reads = 0;
  #status = 0;
  #over = false;

  /** `on.change()` when there is something to draw; `on.connection(state, status)`. */
  constructor({ server, conversation, getTicket, minimum }, on) {
    const root = new URL(`${server.replace(/\/*$/, "")}/`, location.href);
    this.#base = new URL(`v1/conversations/${encodeURIComponent(conversation)}`, root).href;
    this.#on = on;
    this.#tickets = new Tickets(getTicket, conversation);
    this.schedule = new Schedule({ minimum });
    this.outbox = new Outbox(this.#base, this.#tickets, () => this.#changed());
    this.#connection = new Connection(this.#base, this.#tickets, {
      event: (type, body, seq) => this.#event(type, body, seq),
      reset: (view) => this.#reset(view),
      state: (state, status) => this.#connected(state, status),
    });
  }

  get connection() {
    return this.#connection.state;
  }

  /** `unknown` where a refusal says that there is no such conversation (yet), else the connection's state. */
  get access() {
    return this.connection === "refused" && this.#status === 404 ? "unknown" : this.connection;
  }

  start() {
    this.#connection.run();
  }

  /** Ends the stream. What is left in the outbox still goes, with a ticket fetched when it is needed. */
  stop() {
    this.#over = true;
    this.#connection.stop();
    this.#tickets.stop();
  }

  /** True the first time for a suggestion: the agent sees it now. */
  sees(suggestionId) {
    const first = !this.#shown.has(suggestionId);
    this.#shown.add(suggestionId);
    return first;
  }

  /** Tells the server what the agent did. What was on show before this panel came may have been told as shown
   * by the one before it. */
  tell(suggestionId, verdict, text) {
    this.outbox.tell(suggestionId, verdict, text, verdict === "shown" && suggestionId === this.#resumed);
  }

  /** No cards but on request, also for whoever opens this conversation next. */
  hush(on) {
    this.schedule.hush(on, performance.now());
    this.#quiet.keep(on);
  }

  /** The agent's own text for the record. */
  keepRecord(text) {
    this.#record.keep(text.slice(0, 20_000), TYPING);
  }

  /** Asks the server for a phrase now. */
  async ask() {
    this.nothingElse = false;
    let made = null;
    try {
      const response = await this.#call("/suggestions", "POST");
      if (response.status === 200) made = suggestionOf({ suggestion: await response.json() });
    } catch {
      // Shown as 'nothing else': the connection's state says the rest.
    }
    // It comes on the stream as well; whichever is first is shown.
    if (made !== null && !made.silence) this.#offer(made);
    else this.nothingElse = true;
    this.schedule.unasked();
    this.#changed();
  }

  #changed() {
    if (!this.#over) this.#on.change();
  }

  #connected(state, status) {
    this.lost = state === "waiting" ? performance.now() : 0;
    this.#status = status ?? 0;
    if (state === "live") {
      for (const kept of [this.outbox, this.#quiet, this.#record]) kept.wake();
      this.#read();
    }
    if (this.#over) return;
    this.#on.connection(state, status);
    this.#changed();
  }

  /** Until the view has come, nobody knows what is history: events wait for it. */
  #event(type, body, seq) {
    if (this.#queued) this.#queued.push([type, body, seq]);
    else this.#take(type, body, seq);
  }

  #take(type, body, seq) {
    const old = seq !== null && seq <= this.#history;
    if (type === "suggestion") {
      const suggestion = suggestionOf(body);
      if (suggestion && old) this.#recall(suggestion);
      else if (suggestion) this.#offer(suggestion);
    } else if (this.standing.take(type, body) && !old) this.#read();
    if (this.standing.closed) this.schedule.clear();
    this.#changed();
  }

  #offer(suggestion) {
    this.nothingElse = false;
    this.schedule.offer(suggestion, performance.now());
  }

  #recall(suggestion) {
    if (suggestion.silence || !suggestion.text) return;
    this.schedule.recall(suggestion);
  }

  #reset(view) {
    if (view === null || typeof view !== "object") return;
    this.standing = new Standing();
    this.#queued = [];
    this.#viewed(view, NaN);
  }

  /** The parts that no event carries. One call at a time, and one more if something came meanwhile. */
  async #read() {
    if (this.#over) return;
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    this.#again = false;
    let failed = false;
    try {
      const response = await this.#call("", "GET");
      failed = response.status >= 500;
      if (response.ok) this.#viewed(await response.json(), Date.parse(response.headers.get("date")));
    } catch {
      failed = true; // the next event, or the next connection, brings the next try
    }
    this.#release();
    this.#changed();
    setTimeout(() => {
      this.#reading = false;
      if (this.#again) this.#read();
      else if (this.standing.closed && (failed || this.standing.pending)) this.#readLater();
    }, VIEW_GAP);
  }

  /** After the end no event brings the next read: the better draft, which comes then, has to be asked for. */
  #readLater() {
    setTimeout(() => this.#read(), fullJitter(this.#reads, AGAIN));
    this.#reads += 1;
  }

  /** `now` is the server's clock in ms, NaN where it is not told. */
  #viewed(view, now) {
    this.standing.view(view);
    if (!this.#queued) return;
    if (!this.#quiet.given) this.schedule.hush(view.quiet === true, performance.now());
    this.#history = seqOf(view.next_event_id);
    const suggestion = suggestionOf(view);
    this.#release();
    if (!suggestion || this.standing.closed) return;
    if (suggestion.valid_until < now) this.#recall(suggestion);
    else {
      this.#resumed = suggestion.id;
      this.#offer(suggestion);
    }
  }

  #release() {
    const events = this.#queued ?? [];
    this.#queued = null;
    for (const [type, body, seq] of events) this.#take(type, body, seq);
  }

  async #call(path, method, body) {
    const sent = body === undefined ? {} : { "Content-Type": "application/json" };
    const headers = await this.#tickets.headers();
    const response = await fetch(this.#base + path, {
      method,
      headers: { ...headers, ...sent, Accept: "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(CALL),
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      referrerPolicy: "no-referrer",
    });
    if (response.status === 401) this.#tickets.refused(headers);
    return response;
  }
}
