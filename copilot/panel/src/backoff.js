// How long to wait between tries, and a wait that can be cut short.

/** Full jitter: any time up to a bound that doubles with each failure and ends at the cap. All in ms. */
export function fullJitter(tries, { base = 500, cap = 10_000, random = Math.random } = {}) {
  return random() * Math.min(cap, base * 2 ** Math.min(tries, 30));
}

/** Resolves after `ms`, or as soon as the signal aborts. */
export function pause(ms, signal) {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

/** What `Retry-After` asks for, in ms; without one, or with a date, 0. */
export function retryAfter(response) {
  const seconds = Number(response.headers.get("retry-after"));
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 120) * 1000 : 0;
}
