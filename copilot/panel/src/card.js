// The card: the phrase, large, with its act and its reason; or, quietly, that none is needed.
import { wordOf } from "./texts.js";
import { button, clean, make, put, toggle } from "./nodes.js";

export class CardView {
  #texts;
  #act = make("span", { class: "act", part: "act" });
  #mark = make("span", { class: "mark", part: "mark" });
  #phrase = make("p", { class: "phrase", part: "phrase", dir: "auto" });
  #why = make("p", { class: "why", part: "why", dir: "auto" });
  #pen = make("textarea", { class: "pen", part: "pen", dir: "auto", rows: "3" });
  #penActions = make("div", { class: "actions", part: "actions" });
  #actions = make("div", { class: "actions", part: "actions" });
  #turning = make("div", { class: "turning", part: "turning" });
  #others = make("details", { class: "others", part: "alternatives" });
  #othersTitle = make("summary");
  #othersList = make("ul", { role: "list" });
  #buttons = {};
  #othersOf = "";
  root = make("section", { class: "card", part: "card" });

  constructor(texts, keys) {
    this.#texts = texts;
    this.root.setAttribute("aria-label", texts.say);
    for (const [action, part] of [
      ["use", "button primary"],
      ["edit", "button"],
      ["dismiss", "button"],
      ["previous", "button minor"],
      ["next", "button minor"],
    ]) {
      this.#buttons[action] = button(texts[action], action, keys[action], part);
    }
    this.#buttons.use.classList.add("primary");
    const { use, edit, dismiss, previous, next } = this.#buttons;
    this.#actions.append(use, edit, dismiss);
    this.#turning.append(previous, next);
    const save = button(texts.save, "save", null, "button primary");
    save.classList.add("primary");
    this.#penActions.append(save, button(texts.cancel, "cancel", null));
    this.#pen.setAttribute("aria-label", texts.editing);
    this.#others.append(this.#othersTitle, this.#othersList);
    const head = make("p", { class: "head" }, this.#act, this.#mark);
    const actions = [this.#penActions, this.#actions, this.#turning];
    this.root.append(head, this.#phrase, this.#pen, this.#why, ...actions, this.#others);
    this.editing(null);
  }

  get isEditing() {
    return !this.#pen.hidden;
  }

  get written() {
    return this.#pen.value.trim();
  }

  /** Puts a text under the pen, or takes the pen away (null). */
  editing(text) {
    const on = text !== null;
    if (on) this.#pen.value = clean(text);
    for (const node of [this.#pen, this.#penActions]) toggle(node, on);
    for (const node of [this.#phrase, this.#actions, this.#turning]) toggle(node, !on);
    if (on) toggle(this.#others, false);
    if (on) {
      this.#pen.focus();
      this.#pen.setSelectionRange(this.#pen.value.length, this.#pen.value.length);
    }
  }

  /** `card` as the schedule shows it, or null; `hint` is a line below it, `away` what keeps phrases from coming. */
  draw(card, { more, canGoBack, quiet, ended, hint, away }) {
    const phrase = card && !card.suggestion.silence ? card : null;
    this.root.dataset.state = phrase ? phrase.state : "silent";
    if (phrase) this.#drawPhrase(phrase);
    else put(this.#phrase, this.#silence(card, quiet, ended, away));
    if (!phrase) for (const part of [this.#act, this.#why]) put(part, "");
    this.#buttons.previous.disabled = !canGoBack;
    this.#buttons.next.toggleAttribute("data-more", more);
    const mark = phrase ? this.#texts.states[phrase.state] : "";
    put(this.#mark, mark || (more ? this.#texts.newer : hint));
    const worded = phrase?.suggestion.alternatives.length > 0 && phrase.state !== "withdrawn";
    toggle(this.#others, worded && !this.isEditing);
    const usable = phrase !== null && phrase.state !== "growing" && phrase.state !== "withdrawn";
    for (const action of ["use", "edit", "dismiss"]) this.#buttons[action].disabled = !usable;
    this.#buttons.dismiss.disabled ||= phrase?.state === "used";
    this.#buttons.next.disabled = ended;
  }

  /** What has become of the phrase whose words are under the pen. */
  mark(state) {
    put(this.#mark, this.#texts.states[state]);
  }

  #drawPhrase({ suggestion }) {
    put(this.#act, wordOf(this.#texts.acts, suggestion.act) ?? suggestion.act);
    put(this.#phrase, suggestion.text);
    put(this.#why, suggestion.why);
    const key = JSON.stringify([suggestion.id, suggestion.alternatives]);
    if (key === this.#othersOf) return;
    this.#othersOf = key;
    this.#others.open = false;
    put(this.#othersTitle, this.#texts.otherWordings(suggestion.alternatives.length));
    const items = suggestion.alternatives.map((text, index) => {
      const attributes = { type: "button", part: "alternative", "data-action": "other", "data-index": index, dir: "auto" };
      const other = make("button", attributes, clean(text));
      return make("li", {}, other);
    });
    this.#othersList.replaceChildren(...items);
  }

  /** Why there is no phrase, quietly. */
  #silence(card, quiet, ended, away) {
    const { silence, listening, quietOn, ended: over } = this.#texts;
    if (ended) return over;
    if (away) return this.#texts.away[away];
    if (quiet) return quietOn;
    return wordOf(silence, card?.suggestion.silence ?? "") ?? listening;
  }
}
