// The crews' API. What was pressed is kept with its key until the house has answered, so nothing is done twice or lost.
import { Problem, backoffMs, call, newId } from "/shared/http.js";

let csrf = "";
const signedIn = async (asked) => {
  const me = await asked;
  csrf = me.csrf;
  return me;
};
const write = (path, body = {}) => call("POST", path, { body, headers: { "X-CSRF-Token": csrf } });
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export const api = {
  me: () => signedIn(call("GET", "/crew/api/me")),
  logIn: (login, password) => signedIn(call("POST", "/crew/api/login", { body: { login, password } })),
  logOut: () => write("/crew/api/logout"),
  orders: () => call("GET", "/crew/api/orders"),
};

/** Do it, trying again with the same key while the network or the house is away; `online` tells which. */
export async function act(orderNo, event, online) {
  const body = { ...event, message_key: newId() };
  for (let tries = 0; ; tries++) {
    try {
      const done = await write(`/crew/api/orders/${encodeURIComponent(orderNo)}/events`, body);
      online(true);
      return done;
    } catch (problem) {
      if (problem instanceof Problem && problem.status < 500) throw problem;
      online(false);
      await pause(backoffMs(tries));
    }
  }
}
