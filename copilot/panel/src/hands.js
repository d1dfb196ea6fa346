// Whether a hand is on the card: then it stays as it is.

const PARKED = 20_000; // ms: a pointer that does not move for so long holds nothing

export class Hands {
  #card;
  #onchange;
  #pointer = false;
  #parked = 0;

  /** Watches an element, and says when a hand comes or goes. */
  constructor(card, onchange) {
    this.#card = card;
    this.#onchange = onchange;
    card.addEventListener("pointermove", () => this.#moved());
    card.addEventListener("pointerleave", () => this.#left());
    card.addEventListener("focusin", onchange);
    card.addEventListener("focusout", () => queueMicrotask(onchange));
  }

  /** A click leaves the focus where it was; only a focus that is shown says where somebody is. */
  get on() {
    return this.#pointer || this.#card.querySelector(":focus-visible") !== null;
  }

  #moved() {
    clearTimeout(this.#parked);
    this.#parked = setTimeout(() => this.#left(), PARKED);
    if (this.#pointer) return;
    this.#pointer = true;
    this.#onchange();
  }

  #left() {
    clearTimeout(this.#parked);
    this.#pointer = false;
    this.#onchange();
  }
}
