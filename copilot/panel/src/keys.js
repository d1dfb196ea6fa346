// The keys: Alt with a letter, so that they work while the agent types a reply.

export const KEYS = { use: "u", edit: "e", dismiss: "x", next: "n", previous: "b", quiet: "q", copy: "c" };

/** The action that a keydown asks for, or null. `map` is of letters by action; null switches one off. */
export function actionOf(event, map) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return null;
  // AltGr writes characters; it is not Alt.
  if (event.getModifierState?.("AltGraph")) return null;
  const letter = letterOf(event);
  return Object.keys(map).find((action) => map[action] === letter) ?? null;
}

/** Where Alt writes something else (macOS) or the letters are not Latin, the key's place counts. */
function letterOf(event) {
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  return /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : "";
}
