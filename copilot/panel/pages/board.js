// What is known of all live conversations, from the list and the tenant's stream, and how they are ordered.

const HEATS = 24;

export class Board {
  #rows = new Map();
  #skew = null;

  get size() {
    return this.#rows.size;
  }

  get(id) {
    return this.#rows.get(id);
  }

  /** The server's clock as far as it is known: a wrong clock here does not matter. */
  now() {
    return Date.now() - (this.#skew ?? 0);
  }

  /** An event that arrives live is older than now by its way alone: the fastest one tells the difference. */
  #hear(at) {
    const apart = Date.now() - at;
    this.#skew = this.#skew === null ? apart : Math.min(this.#skew, apart);
  }

  /** The whole list anew. Returns the ids that are gone. */
  replace(items) {
    const seen = new Set();
    for (const item of items) {
      seen.add(item.id);
      const known = this.#rows.get(item.id);
      // Nothing on the server is from the future.
      if (item.updated_ms > this.now()) this.#skew = Date.now() - item.updated_ms;
      if (known && known.seq > item.tail) continue;
      this.#rows.set(item.id, { ...(known ?? {}), ...fromList(item), words: known?.words ?? "" });
    }
    const gone = [...this.#rows.keys()].filter((id) => !seen.has(id));
    for (const id of gone) this.#rows.delete(id);
    return gone;
  }

  /** An event of the stream. Returns the row that it changed, or null. */
  take(type, event) {
    const id = event.conversation;
    this.#hear(event.at_ms);
    if (type === "closed") {
      const row = this.#rows.get(id) ?? null;
      this.#rows.delete(id);
      return row;
    }
    if (type !== "phase") return null;
    let row = this.#rows.get(id);
    if (row && row.seq >= event.seq) return null;
    if (!row) {
      row = { id, agent: "", opened: event.at_ms, heats: [], abuses: 0, escalated: false, words: "", partial: true };
      this.#rows.set(id, row);
    }
    if (row.phase !== event.phase) row.phaseSince = event.at_ms;
    if (event.heard || (event.phase !== "venting" && event.heat === 0)) row.unheardSince = null;
    else row.unheardSince ??= event.at_ms;
    if (event.heat !== row.heat) {
      row.heats = [...row.heats, [Math.round((event.at_ms - row.opened) / 1000), event.heat]].slice(-HEATS);
      if (event.heat === 3) row.abuses += 1;
    }
    const quote = event.evidence?.at(-1)?.quote;
    if (typeof quote === "string") row.words = quote;
    Object.assign(row, { phase: event.phase, heat: event.heat, seq: event.seq, updated: event.at_ms });
    return row;
  }

  /** Those that pass, hottest first; of the same heat the one that has waited longest to be heard. */
  ordered(passes) {
    return [...this.#rows.values()].filter(passes).sort(hotter);
  }
}

function fromList(item) {
  const { summary } = item;
  const { marks } = summary;
  return {
    id: item.id,
    seq: item.tail,
    opened: item.opened_ms,
    updated: item.updated_ms,
    agent: summary.agent_id ?? "",
    phase: summary.phase,
    heat: summary.heat,
    phaseSince: marks.phase_since_ms ?? item.opened_ms,
    unheardSince: marks.unheard_since_ms,
    heats: marks.heats,
    abuses: marks.abuses,
    escalated: marks.escalated,
    partial: false,
  };
}

function hotter(one, other) {
  return (
    other.heat - one.heat ||
    waited(one) - waited(other) ||
    one.opened - other.opened ||
    (one.id < other.id ? -1 : 1)
  );
}

function waited(row) {
  return row.unheardSince ?? Number.MAX_SAFE_INTEGER;
}
