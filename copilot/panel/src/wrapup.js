// The draft for the customer record: plain text, to be edited and copied with one key.
import { wordOf } from "./texts.js";
import { button, clean, make, put, toggle } from "./nodes.js";

const PLAIN = ["text", "by"]; // say by themselves what they are

export class WrapUpView {
  #texts;
  #onedit;
  #draft = make("textarea", { class: "draft", part: "draft", dir: "auto", rows: "12", spellcheck: "true" });
  #hint = make("p", { class: "hint", part: "hint", role: "status" });
  #copy;
  #edited = false;
  #standing = { wrapup: null, record: null, pending: false };
  root = make("section", { class: "wrapup", part: "wrapup" });

  constructor(texts, keys, onedit) {
    this.#texts = texts;
    this.#onedit = onedit;
    this.#copy = button(texts.copy, "copy", keys.copy, "button primary");
    this.#copy.classList.add("primary");
    this.#draft.setAttribute("aria-label", texts.wrapup);
    this.#draft.addEventListener("input", () => {
      this.#edited = true;
      put(this.#copy.firstChild, texts.copy);
      this.#onedit(this.#draft.value);
    });
    this.#draft.addEventListener("blur", () => this.draw(this.#standing));
    this.root.append(make("h2", {}, texts.wrapup), this.#hint, this.#draft, this.#copy);
    toggle(this.root, false);
  }

  /** The agent's own text from before: no draft overwrites it. */
  keep(text) {
    if (text === undefined) return;
    this.#edited = true;
    this.#draft.value = text;
  }

  draw(standing) {
    const { wrapup, record, pending } = (this.#standing = standing);
    const untouched = !this.#edited && record === null;
    toggle(this.root, wrapup !== null);
    put(this.#hint, pending && untouched ? this.#texts.wrapupPending : this.#texts.wrapupHint);
    // A better draft does not change the words under a hand.
    if (wrapup === null || this.#edited || this.#draft.matches(":focus")) return;
    const text = clean(record ?? wrapupText(wrapup, this.#texts));
    if (this.#draft.value !== text) this.#draft.value = text;
  }

  async copy() {
    if (this.root.hidden) return false;
    try {
      await navigator.clipboard.writeText(this.#draft.value);
    } catch {
      // Without a secure page there is no clipboard to write to; the old way still copies.
      this.#draft.select();
      if (!document.execCommand("copy")) return false;
    }
    put(this.#copy.firstChild, this.#texts.copied);
    return true;
  }
}

/** One part a paragraph, in the order of the catalogue; parts that it does not know come last, by name. */
export function wrapupText(summary, texts) {
  const known = Object.keys(texts.wrapupParts);
  const others = Object.keys(summary).filter((name) => !known.includes(name));
  const parts = [];
  for (const name of [...known.filter((part) => part in summary), ...others]) {
    const lines = linesOf(summary[name], texts);
    if (!lines.length) continue;
    const title = wordOf(texts.wrapupParts, name) ?? name.replaceAll("_", " ");
    parts.push(lines.length === 1 ? `${title}: ${lines[0]}` : [`${title}:`, ...lines.map((line) => `- ${line}`)].join("\n"));
  }
  return parts.join("\n\n");
}

function linesOf(value, texts, depth = 0) {
  if (depth > 3) return [];
  if (value === null || value === undefined || value === "") return [];
  if (Array.isArray(value)) return value.map((item) => linesOf(item, texts, depth + 1).join(", ")).filter(Boolean);
  if (typeof value === "boolean") return [value ? texts.yes : texts.no];
  if (typeof value !== "object") return [String(value)];
  const named = Object.entries(value).map(([name, part]) => [name, linesOf(part, texts, depth + 1).join(", ")]);
  // 'I'll call you by Tuesday' says its time already.
  const saidAlready = ([name, part]) => name === "by" && String(value.text ?? "").includes(part);
  const filled = named.filter((entry) => entry[1] && !saidAlready(entry));
  const told = filled.map(([name, part]) => (PLAIN.includes(name) ? part : `${name.replaceAll("_", " ")} ${part}`));
  return told.length ? [told.join(", ")] : [];
}
