// Signing in. A key is sent once, or kept in this page's memory: never in a URL, a cookie of ours or storage.

let key = "";

/** The header that bears the key; empty on a server without keys. */
export function bearing() {
  return key ? { Authorization: `Bearer ${key}` } : {};
}

/** Shows the page's form until `take(key)` resolves to "" ; what else it resolves to is told to the person. */
export function ask(form, take) {
  const field = form.querySelector("input");
  const wrong = form.querySelector("[role=alert]");
  return new Promise((done) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const typed = field.value.trim();
      if (!/^[\x21-\x7e]+$/.test(typed)) {
        wrong.textContent = "A key looks like acp_…";
        return;
      }
      wrong.textContent = "";
      const refusal = await take(typed).catch(() => "The server cannot be reached.");
      if (refusal) {
        wrong.textContent = refusal;
        field.select();
        return;
      }
      field.value = "";
      done();
    });
    field.focus();
  });
}

/** Keeps a key in memory if the server takes it for `path`. */
export async function keep(typed, path) {
  const answer = await fetch(path, { headers: { Authorization: `Bearer ${typed}` }, cache: "no-store" });
  if (answer.status === 401) return "The server does not know this key.";
  if (answer.status === 403) return "This key lacks a scope that the page needs.";
  if (!answer.ok) return `The server answered ${answer.status}.`;
  key = typed;
  return "";
}

/** A `getTicket` for the component, by the key in memory; null on a server without keys. */
export function ticketing() {
  if (!key) return null;
  return async (conversation) => {
    const path = `/v1/conversations/${encodeURIComponent(conversation)}/tickets`;
    const answer = await fetch(path, { method: "POST", headers: bearing() });
    if (!answer.ok) throw Object.assign(new Error(`no ticket: ${answer.status}`), { status: answer.status });
    return answer.json();
  };
}

/** Whether the server asks for a key at `path`; with `omit`, whether it would without a session. */
export async function isShut(path, credentials = "same-origin") {
  const answer = await fetch(path, { cache: "no-store", credentials });
  return answer.status === 401;
}
