// What is known of the conversation: a fold of the stream's events and of the view.
import { seqOf } from "./connection.js";

const HEATS = 400;

export class Standing {
  phase = null;
  heat = 0;
  heats = [];
  customer = null;
  matter = null;
  questions = [];
  promises = [];
  note = null;
  wrapup = null;
  /** A better draft is being written; the stream has ended by then, and only the view tells. */
  pending = false;
  /** The agent's own text for the record, as the server keeps it. */
  record = null;
  closed = false;
  at = 0;
  #spoken = null;
  #drafted = 0;

  /** An event of the stream. An unknown one changes nothing. Returns whether a new view would tell more. */
  take(type, body) {
    if (Number.isFinite(body.at_ms)) this.at = Math.max(this.at, body.at_ms);
    if (type === "phase") this.#phase(body, body.at_ms);
    else if (type === "coach") this.note = text(body.text);
    else if (type === "transcript" && body.speaker === "agent") this.#spoke(body.utterance_id);
    else if (type === "wrapup" && body.summary !== null && typeof body.summary === "object") {
      // What the view told may be the later one.
      if (body.seq > this.#drafted) this.wrapup = body.summary;
    } else if (type === "closed") this.closed = true;
    return type === "phase" || type === "transcript" || type === "closed";
  }

  /** The conversation as it stands: the parts that no event carries. */
  view(view) {
    this.customer = text(view.opening?.customer?.name);
    this.matter = text(view.matter);
    this.questions = list(view.questions).map((question) => text(question.text)).filter(Boolean);
    this.promises = list(view.promises)
      .map((promise) => ({ text: text(promise.text), by: text(promise.by), kept: promise.kept === true }))
      .filter((promise) => promise.text);
    if (view.wrap_up) {
      this.wrapup = view.wrap_up.summary;
      this.#drafted = seqOf(view.next_event_id);
    }
    this.pending = view.wrap_up?.pending === true;
    this.record = text(view.wrap_up?.edited) ?? this.record;
    this.closed ||= view.closed === true;
    // The stream's own events tell how it came to this, and when.
    if (this.phase === null && view.state) this.#phase(view.state, NaN);
  }

  /** A note is on the turn just spoken: it leaves when the agent speaks again. */
  #spoke(utterance) {
    if (utterance !== this.#spoken) this.note = null;
    this.#spoken = utterance;
  }

  #phase(state, at) {
    this.phase = text(state.phase);
    this.heat = [0, 1, 2, 3].includes(state.heat) ? state.heat : 0;
    if (Number.isFinite(at)) this.heats.push({ at, heat: this.heat });
    // The shape of a long call matters, not each reading of it.
    if (this.heats.length > HEATS) this.heats = this.heats.filter((_, index) => index % 2 === 0);
  }
}

function text(value) {
  return typeof value === "string" && value.trim() ? value : null;
}

function list(value) {
  return Array.isArray(value) ? value.filter((item) => item !== null && typeof item === "object") : [];
}

/** A suggestion with the types that the panel relies on, or null for what is none. */
export function suggestionOf(body) {
  const made = body?.suggestion;
  if (made === null || typeof made !== "object" || typeof made.id !== "string") return null;
  if (typeof made.text !== "string" || !["partial", "final", "withdrawn"].includes(made.status)) return null;
  return {
    ...made,
    why: text(made.why),
    silence: text(made.silence),
    act: text(made.act),
    trigger_seq: Number(made.trigger_seq) || 0,
    ttl_ms: Number.isFinite(made.ttl_ms) && made.ttl_ms > 0 ? Math.min(made.ttl_ms, 3_600_000) : null,
    alternatives: Array.isArray(made.alternatives)
      ? made.alternatives.filter((other) => typeof other === "string").slice(0, 4)
      : [],
  };
}
