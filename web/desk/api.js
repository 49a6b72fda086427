// The desk's API: a session in a cookie, its token on every write.
import { backoffMs, call, newId, socketUrl } from "/shared/http.js";

let csrf = "";
const talk = (id, what = "") => `/desk/api/conversations/${encodeURIComponent(id)}${what}`;
const write = (path, body = {}) => call("POST", path, { body, headers: { "X-CSRF-Token": csrf } });

async function signedIn(asked) {
  const me = await asked;
  csrf = me.csrf;
  return me;
}

export const api = {
  me: () => signedIn(call("GET", "/desk/api/me")),
  logIn: (login, password) => signedIn(call("POST", "/desk/api/login", { body: { login, password } })),
  logOut: () => write("/desk/api/logout"),
  waiting: () => call("GET", "/desk/api/waiting"),
  read: (id, after = 0) => call("GET", `${talk(id)}?after=${after}`),
  take: (id) => write(talk(id, "/take")),
  answer: (id, text) => write(talk(id, "/answer"), { text, message_key: newId() }),
  giveBack: (id, learnt) => write(talk(id, "/give-back"), learnt),
  close: (id, reason) => write(talk(id, "/close"), { reason }),
  reveal: (id, reason) => write(talk(id, "/reveal"), { reason }),
};

/** Follow what changes until `stop()`; tells whether the line is there. */
export function follow(changed, online) {
  let tries = 0;
  let isOver = false;
  let socket = null;
  const connect = () => {
    socket = new WebSocket(socketUrl("/desk/api/live"));
    socket.addEventListener("open", () => {
      tries = 0;
      online(true);
      changed("");
    });
    socket.addEventListener("message", (frame) => {
      const body = JSON.parse(frame.data);
      if ("changed" in body) changed(body.changed);
    });
    socket.addEventListener("close", () => {
      if (isOver) return;
      online(false);
      setTimeout(connect, backoffMs(tries++));
    });
  };
  connect();
  return () => {
    isOver = true;
    socket.close();
  };
}
