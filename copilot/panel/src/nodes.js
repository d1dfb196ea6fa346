// Makes and fills elements. Everything from outside goes in as text, never as markup.

const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** An element with attributes; `class`, `part` and the rest as they are written in HTML. */
export function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function draw(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Touches the page only where something changes, so that nothing flickers and no selection is lost. */
export function put(node, text) {
  const next = clean(text);
  if (node.textContent !== next) node.textContent = next;
}

export function toggle(node, on) {
  if (node.hidden === on) node.hidden = !on;
}

/** The server takes control and direction characters out; whoever stands between must not bring them back. */
export function clean(text) {
  return String(text ?? "").replace(HIDDEN, "");
}

/** A button that says its key. */
export function button(text, action, key, part = "button") {
  const made = make("button", { type: "button", part, "data-action": action });
  made.append(make("span", {}, text));
  if (key) {
    made.setAttribute("aria-keyshortcuts", `Alt+${key.toUpperCase()}`);
    const alt = make("span", { class: "alt" }, "Alt ");
    made.append(make("kbd", { "aria-hidden": "true" }, alt, key.toUpperCase()));
  }
  return made;
}
