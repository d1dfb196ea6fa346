// Reads text/event-stream by the letter of the HTML standard, from chunks cut anywhere.

/** Turns decoded text into events: `feed` gives back those that the text has ended. */
export class EventParser {
  #buffer = "";
  #started = false;
  #afterCr = false;
  #data = [];
  #type = "";
  /** The id of the last event that was dispatched, or of one on its way. */
  lastId = "";
  /** What `retry:` said last, in ms, or null. */
  retry = null;

  feed(text) {
    // One byte order mark at the very start is no part of the stream.
    if (!this.#started && text) {
      this.#started = true;
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    // A CR LF cut in two is one line end, not two.
    if (this.#afterCr && text) {
      this.#afterCr = false;
      if (text[0] === "\n") text = text.slice(1);
    }
    this.#buffer += text;
    const events = [];
    let from = 0;
    for (;;) {
      const end = lineEnd(this.#buffer, from);
      if (end < 0) break;
      this.#line(this.#buffer.slice(from, end), events);
      from = end + 1;
      if (this.#buffer[end] === "\r") {
        if (from === this.#buffer.length) this.#afterCr = true;
        else if (this.#buffer[from] === "\n") from += 1;
      }
    }
    this.#buffer = this.#buffer.slice(from);
    return events;
  }

  #line(line, events) {
    if (line === "") {
      this.#dispatch(events);
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value[0] === " ") value = value.slice(1);
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#type = value;
    else if (field === "id" && !value.includes("\0")) this.lastId = value;
    else if (field === "retry" && /^[0-9]+$/.test(value)) this.retry = Number(value);
  }

  #dispatch(events) {
    if (this.#data.length) {
      events.push({ type: this.#type || "message", data: this.#data.join("\n"), id: this.lastId });
    }
    this.#data = [];
    this.#type = "";
  }
}

function lineEnd(text, from) {
  const lf = text.indexOf("\n", from);
  const cr = text.indexOf("\r", from);
  if (lf < 0 || cr < 0) return Math.max(lf, cr);
  return Math.min(lf, cr);
}
