// JSON over fetch with a bound on every wait; problem+json becomes a Problem.

export class Problem extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

export async function call(method, path, { body, headers = {}, timeoutMs = 15000 } = {}) {
  const answer = await fetch(path, {
    method,
    headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
    credentials: "same-origin",
  });
  if (answer.status === 204) return null;
  const got = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Problem(answer.status, got.code ?? "unknown");
  return got;
}

/** Waits between tries to reach the line again: 0.5, 1, 2, 4, at most 5 s, and a little chance. */
export const backoffMs = (tries) => Math.min(500 * 2 ** tries, 5000) * (0.8 + Math.random() * 0.4);

export const socketUrl = (path) => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;

/** Ids that are hard to guess. `randomUUID` is missing on plain-http addresses other than localhost. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
