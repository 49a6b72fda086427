// One conversation with the line: opens or resumes it, sends with a key until it is taken, follows what comes.
import { backoffMs, call, newId, Problem, socketUrl } from "/shared/http.js";

const VISITOR = "denghuo.visitor";
const GIVE_UP_AFTER = 10;

function visitorId() {
  // Storage may be forbidden in a frame of another site: then the visitor is new each time.
  try {
    let id = localStorage.getItem(VISITOR);
    if (!id) localStorage.setItem(VISITOR, (id = newId()));
    return id;
  } catch {
    return newId();
  }
}

export class Conversation {
  #id = null;
  #token = null;
  #after = 0;
  #socket = null;
  #tries = 0;
  #opening = null;
  #pauses = new Set();

  /** Wait before trying again; all waits end at once when the line is back. */
  #pause(ms) {
    return new Promise((resolve) => {
      const end = () => {
        this.#pauses.delete(end);
        resolve();
      };
      this.#pauses.add(end);
      setTimeout(end, ms);
    });
  }

  #isBack() {
    this.on.online(true);
    for (const end of [...this.#pauses]) end();
  }

  /** `on` has message(m), state({owner, expects, is_working}), online(bool), restarted(). */
  constructor(on) {
    this.on = on;
  }

  /** Open or resume; tries until the line is there. */
  start() {
    this.#opening ??= this.#open().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #open() {
    for (let tries = 0; ; tries += 1) {
      try {
        const opened = await call("POST", "/v1/conversations", { body: { channel: "web", visitor_id: visitorId() } });
        if (this.#id && this.#id !== opened.conversation_id) {
          this.#after = 0;
          this.on.restarted();
        }
        this.#id = opened.conversation_id;
        this.#token = opened.visitor_token;
        this.#take(opened);
        this.#isBack();
        this.#follow();
        return;
      } catch (problem) {
        if (problem instanceof Problem && problem.status < 500 && problem.status !== 429) throw problem;
        this.on.online(false);
        await this.#pause(backoffMs(tries));
      }
    }
  }

  #take(news) {
    for (const message of news.messages) this.#heard(message);
    this.on.state(news);
  }

  #heard(message) {
    if (message.seq <= this.#after) return; // a refilled gap may overlap
    this.#after = message.seq;
    this.on.message(message);
  }

  #follow() {
    this.#socket?.close();
    const url = socketUrl(`/v1/conversations/${this.#id}/stream?after=${this.#after}&events=1`);
    const socket = new WebSocket(url, ["denghuo", `bearer.${this.#token}`]);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#tries = 0;
      this.#isBack();
    });
    socket.addEventListener("message", (frame) => {
      const body = JSON.parse(frame.data);
      if (body.event === "state") this.on.state(body);
      else this.#heard(body);
    });
    socket.addEventListener("close", () => this.#socket === socket && this.#lost());
  }

  async #lost() {
    this.on.online(false);
    await this.#pause(backoffMs(this.#tries++));
    if (this.#tries < GIVE_UP_AFTER) return this.#follow();
    this.#tries = 0;
    return this.start().catch(() => this.#lost()); // the token may have ended: come in by the front door
  }

  /** Look now rather than after the pause (the network is back, the page is seen again). */
  hurry() {
    if (this.#id && this.#socket?.readyState !== WebSocket.OPEN) this.#follow();
  }

  /** Send {text} | {choice} | {digits}; resolves when it is taken down, rejects when it cannot be. */
  async send(input, key = newId()) {
    for (let tries = 0; ; tries += 1) {
      try {
        const headers = { Authorization: `Bearer ${this.#token}` };
        return await call("POST", `/v1/conversations/${this.#id}/messages`, { body: { message_key: key, ...input }, headers });
      } catch (problem) {
        if (problem instanceof Problem && [401, 404, 409].includes(problem.status) && tries === 0) await this.start();
        else if (problem instanceof Problem && problem.status < 500) throw problem;
        else if (tries >= GIVE_UP_AFTER) throw problem;
        else await this.#pause(backoffMs(tries));
      }
    }
  }
}
