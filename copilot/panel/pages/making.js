// Makes elements. Text is only ever set as text.

/** An element with attributes (`class`, `title`, `aria-…`; false and null are left out) and what is in it. */
export function make(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...inside.filter((part) => part !== null && part !== undefined));
  return made;
}

/** Sets the text of an element if it is another one: an unchanged page costs nothing. */
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** What a reader would be misled by: controls, and marks that turn the direction of text. */
export function clean(text) {
  return String(text ?? "").replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, " ");
}

/** `4:05`, `1:02:09`; for durations that grow before one's eyes. */
export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export const HEAT = ["calm", "irritated", "angry", "abusive"];
export const PHASES = ["venting", "acknowledged", "solving", "closing"];
