// Below the card: where the conversation stands, how hot it was, what is open.
import { button, clean, draw, make, put, toggle } from "./nodes.js";

const PHASES = ["venting", "acknowledged", "solving", "closing"];
const TOP = 3;
const TALL = 24;
const CHART = { viewBox: `0 0 100 ${TALL}`, preserveAspectRatio: "none" };

export class StandingView {
  #texts;
  #steps = [];
  #heatWord = make("span", { class: "heat-word", part: "heat-word" });
  #line = draw("path", { class: "heat-line", part: "heat-line" });
  #peaks = draw("path", { class: "heat-peaks", part: "heat-peaks" });
  #chart = draw("svg", { ...CHART, class: "heat", part: "heat", role: "img" });
  #note = make("aside", { class: "note", part: "note" });
  #noteText = make("p", { dir: "auto" });
  #facts = make("dl", { class: "facts", part: "facts" });
  #drawn = "";
  root = make("section", { class: "standing", part: "standing" });

  constructor(texts) {
    this.#texts = texts;
    this.root.setAttribute("aria-label", texts.where);
    const strip = make("ol", { class: "phases", part: "phases", role: "list" });
    for (const phase of PHASES) {
      const step = make("li", { part: "phase" }, make("span", { class: "step" }, texts.phases[phase]));
      strip.append(step);
      this.#steps.push(step);
    }
    this.#chart.append(this.#line, this.#peaks);
    const close = button("×", "close-note", null, "button minor");
    close.setAttribute("aria-label", texts.closeNote);
    this.#note.append(make("b", {}, texts.note), this.#noteText, close);
    this.#note.setAttribute("aria-label", texts.note);
    const heat = make("div", { class: "heat-row" }, this.#chart, this.#heatWord);
    this.root.append(strip, heat, this.#note, this.#facts);
  }

  draw(standing) {
    this.#steps.forEach((step, index) => {
      if (PHASES[index] === standing.phase) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
    this.#drawHeat(standing);
    toggle(this.#note, standing.note !== null);
    put(this.#noteText, standing.note);
    this.#drawFacts(standing);
  }

  #drawHeat({ phase, heats, heat, at }) {
    const { heat: words, heatNow } = this.#texts;
    put(this.#heatWord, phase === null ? "" : words[heat]);
    this.#heatWord.dataset.heat = String(heat);
    const points = pointsOf(heats, at);
    this.#line.setAttribute("d", pathOf(points));
    // Lines of no length with round ends are dots that stay round, however the chart is stretched.
    this.#peaks.setAttribute("d", points.filter((point) => point.heat >= 2).map(({ x, y }) => `M${x} ${y}h0`).join(""));
    const peak = Math.max(0, ...heats.map((point) => point.heat));
    this.#chart.setAttribute("aria-label", heatNow(words[heat], words[peak]));
  }

  #drawFacts({ matter, questions, promises }) {
    const drawn = JSON.stringify([matter, questions, promises]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const { matter: about, questions: open, promises: promised, kept } = this.#texts;
    const rows = [];
    if (matter) rows.push(row("matter", about, [[matter]]));
    if (questions.length) rows.push(row("questions", open, questions.map((text) => [text])));
    if (promises.length) {
      rows.push(row("promises", promised, promises.map((promise) => [promise.text, promise.kept ? kept : promise.by])));
    }
    this.#facts.replaceChildren(...rows.flat());
    toggle(this.#facts, rows.length > 0);
  }
}

function row(name, title, items) {
  const lines = items.map(([text, aside]) => {
    const line = make("dd", { part: name }, make("span", { dir: "auto" }, clean(text)));
    if (aside && !text.includes(aside)) line.append(" ", make("b", { class: "by", dir: "auto" }, clean(aside)));
    return line;
  });
  return [make("dt", {}, title), ...lines];
}

function pointsOf(heats, until) {
  if (!heats.length) return [];
  const first = heats[0].at;
  const span = Math.max(1, until - first);
  return heats.map(({ at, heat }) => ({
    heat,
    x: Math.round((2 + (96 * (at - first)) / span) * 10) / 10,
    y: TALL - 3 - ((TALL - 6) * heat) / TOP,
  }));
}

/** Steps, not slopes: heat stays what it was until somebody speaks again. */
function pathOf(points) {
  if (!points.length) return "";
  const steps = points.slice(1).map(({ x, y }) => `H${x}V${y}`);
  return `M${points[0].x} ${points[0].y}${steps.join("")}H98`;
}
