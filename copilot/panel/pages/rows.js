// The rows on the page: made once each, changed only where something changed, moved as little as possible.
import { HEAT, PHASES, clean, clock, make, put } from "./making.js";

const LONG = 60_000; // ms: so long unheard is marked
const AT_ONCE = 6; // rows made or moved in one go, so that the frame is short on a slow machine too
const SVG = "http://www.w3.org/2000/svg";

export class Rows {
  #list;
  #chosen;
  #board;
  #made = new Map();
  #seen = new Set();
  #watch;

  /** `board` has the rows and the time; `chosen(id)` is called when somebody wants to read along. */
  constructor(list, board, chosen) {
    this.#list = list;
    this.#board = board;
    this.#chosen = chosen;
    // Clocks tick only where somebody can see them, or is about to: none is empty when it comes into sight.
    const near = { rootMargin: "25% 0px" };
    this.#watch = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const { id } = target.dataset;
        if (isIntersecting) {
          this.#seen.add(id);
          this.#clock(id);
        } else {
          this.#seen.delete(id);
        }
      }
    }, near);
    list.addEventListener("click", (event) => {
      const row = event.target.closest("button.row");
      if (row) this.#chosen(row.parentElement.dataset.id);
    });
  }

  /**
   * Puts the rows in this order; those that are not in it go. No more move than must, as what moves is styled and
   * laid out anew. False when there is more to be made or moved: ask again with the next frame.
   */
  arrange(ordered) {
    const wanted = new Set(ordered.map((row) => row.id));
    for (const [id, made] of this.#made) {
      if (wanted.has(id)) continue;
      this.#watch.unobserve(made.item);
      this.#seen.delete(id);
      this.#made.delete(id);
      made.item.remove();
    }
    const focused = document.activeElement;
    const at = new Map([...this.#list.children].map((item, index) => [item.dataset.id, index]));
    const stays = longestRise(ordered.map(({ id }) => at.get(id) ?? -1));
    let place = this.#list.firstChild;
    let touched = 0;
    for (const [index, row] of ordered.entries()) {
      if (stays.has(index)) {
        place = this.#made.get(row.id).item.nextSibling;
        continue;
      }
      if (touched === AT_ONCE) break;
      touched += 1;
      const known = this.#made.get(row.id);
      const { item } = known ?? this.#make(row);
      if (!known) this.draw(row);
      this.#list.insertBefore(item, place);
      place = item.nextSibling;
    }
    // A row that moves keeps the focus that it had.
    if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
    return stays.size + touched === ordered.length;
  }

  #make(row) {
    const path = document.createElementNS(SVG, "path");
    const line = document.createElementNS(SVG, "svg");
    line.setAttribute("class", "line");
    line.setAttribute("viewBox", "0 0 120 26");
    line.setAttribute("preserveAspectRatio", "none");
    line.setAttribute("aria-hidden", "true");
    line.append(path);
    const bars = () => make("i", { "aria-hidden": "true" });
    const parts = {
      heat: make("span"), id: make("strong"), under: make("span", { class: "under", dir: "auto" }), phase: make("span"),
      inPhase: make("span", { class: "since" }), unheard: make("span"), flags: make("span", { class: "flags" }), path,
    };
    const heat = make("span", { class: "heat" }, bars(), parts.heat);
    heat.firstChild.append(make("b"), make("b"), make("b"));
    const steps = make("span", { class: "phase" }, make("span", {}, parts.phase, parts.inPhase), bars());
    steps.lastChild.append(make("b"), make("b"), make("b"), make("b"));
    const button = make(
      "button", { class: "row", "aria-pressed": "false" },
      heat, make("span", { class: "name" }, make("span", { class: "top" }, parts.id, parts.flags), parts.under),
      steps, line, parts.unheard,
    );
    const item = make("li", { "data-id": row.id }, button);
    const made = { item, button, ...parts, drawn: "" };
    this.#made.set(row.id, made);
    this.#watch.observe(item);
    return made;
  }

  /** Writes what a row says now. */
  draw(row) {
    const made = this.#made.get(row.id);
    if (!made) return;
    const { button } = made;
    button.dataset.heat = row.heat;
    button.dataset.phase = PHASES.indexOf(row.phase);
    put(made.heat, HEAT[row.heat]);
    put(made.id, row.id);
    put(made.under, under(row));
    put(made.phase, row.phase);
    const drawn = row.heats.join(" ");
    if (made.drawn !== drawn) {
      made.drawn = drawn;
      made.path.setAttribute("d", heatLine(row.heats));
    }
    const flags = [row.abuses ? "abuse" : "", row.escalated ? "escalated" : ""].filter(Boolean);
    if (made.flags.childElementCount !== flags.length) {
      made.flags.replaceChildren(...flags.map((flag) => make("span", { class: flag }, flag)));
    }
  }

  /** The clocks of the rows in sight. */
  tick() {
    for (const id of this.#seen) this.#clock(id);
  }

  #clock(id) {
    const row = this.#board.get(id);
    const made = this.#made.get(id);
    if (!row || !made) return;
    const now = this.#board.now();
    put(made.inPhase, row.phaseSince ? clock(now - row.phaseSince) : "");
    const waits = row.unheardSince ? now - row.unheardSince : 0;
    put(made.unheard, row.unheardSince ? clock(waits) : "heard");
    made.unheard.className = row.unheardSince ? (waits >= LONG ? "long" : "") : "state";
  }

  press(id) {
    for (const [other, { button }] of this.#made) button.setAttribute("aria-pressed", String(other === id));
  }

  focus(id) {
    this.#made.get(id)?.button.focus();
  }
}

/** Which indices make the longest run of rising numbers; -1 is never one of them. */
export function longestRise(numbers) {
  const ends = []; // by length: the index at which a run of this length ends lowest
  const from = [];
  numbers.forEach((number, index) => {
    if (number < 0) return;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[ends[middle]] < number) low = middle + 1;
      else high = middle;
    }
    from[index] = ends[low - 1];
    ends[low] = index;
  });
  const rise = new Set();
  for (let index = ends.at(-1); index !== undefined; index = from[index]) rise.add(index);
  return rise;
}

function under(row) {
  // A word or two out of a sentence tell a reader nothing.
  const words = clean(row.words);
  const quoted = words.split(" ").length > 2 ? `“${words}”` : "";
  return [row.agent && clean(row.agent), quoted].filter(Boolean).join(" · ") || " ";
}

/** Steps of heat, the latest at the right end. */
function heatLine(heats) {
  // Of several in one second the last one stands.
  heats = heats.filter(([at], place) => at !== heats[place + 1]?.[0]);
  if (!heats.length) return "M0 23H120";
  const first = heats[0][0];
  const span = Math.max(1, heats.at(-1)[0] - first) * 1.12;
  const y = (heat) => 23 - heat * 6.8;
  let path = `M0 ${y(heats[0][1])}`;
  for (const [at, heat] of heats.slice(1)) path += `H${(((at - first) / span) * 120).toFixed(1)}V${y(heat).toFixed(1)}`;
  return `${path}H120`;
}
