// The chat page: a log, an input box, and a line that says who is talking.
import { byId, el, momentText } from "/shared/dom.js";
import { newId } from "/shared/http.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { bubble, hasChoices, messageElement, retireChoices } from "./messages.js";

const log = byId("log");
const scroller = byId("scroller");
const statusLine = byId("status");
const statusOf = {
  bot: "智能客服小电 · 全天在",
  queued: "正在为您转人工，请稍候",
  agent: "坐席正在为您服务",
  message: "已留言，坐席有空就回您",
  callback: "已约回拨",
  closed: "这次已结束，发消息可以接着聊",
};
const GAP_MS = 10 * 60 * 1000;
const pending = new Map(); // what was sent and not yet seen in the transcript, by its text, oldest first
let state = { owner: "bot", expects: "free", is_working: false };
let lastAt = 0;
let offersChoices = false;
let isStarted = false;

// Whoever has scrolled up is reading: nothing pulls them down again until they come back to the end.
let isFollowing = true;
scroller.addEventListener("scroll", () => {
  isFollowing = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
});

function toBottom() {
  isFollowing = true;
  scroller.scrollTop = scroller.scrollHeight;
}

function addTime(at) {
  const moment = new Date(at).getTime();
  if (moment - lastAt > GAP_MS) log.append(el("li", { class: "day", role: "presentation" }, momentText(at)));
  lastAt = moment;
}

function showMessage(message) {
  const follow = isFollowing || message.author === "customer";
  if (message.author === "customer") settle(message);
  else {
    addTime(message.at);
    retireChoices(log);
    offersChoices = hasChoices(message);
    const item = messageElement(message, (choice) => send({ choice: choice.id }, choice.label));
    if (isStarted) item.classList.add("is-new");
    log.append(item);
  }
  if (follow) toBottom();
}

/** The customer's own line came back: it stands where it was written, now for certain. */
function settle(message) {
  const text = message.parts.map((part) => part.text ?? "").join("");
  const waiting = [...pending.entries()].find(([, sent]) => sent.text === text || sent.text.trim() === text);
  if (waiting) {
    pending.delete(waiting[0]);
    waiting[1].item.dataset.seq = message.seq;
    waiting[1].note.remove();
    return;
  }
  addTime(message.at);
  retireChoices(log);
  offersChoices = false;
  log.append(messageElement(message, () => {}));
}

function showState(news) {
  state = { ...state, ...news };
  statusLine.textContent = statusOf[state.owner] ?? statusOf.bot;
  statusLine.dataset.owner = state.owner;
  byId("typing").hidden = !state.is_working;
  byId("person").hidden = state.owner === "agent" || state.owner === "queued";
  if (state.is_working) composer.clearQuick();
  else composer.shape(state.owner === "bot" ? state.expects : "free", { offersChoices });
  if (isFollowing) toBottom();
}

function send(input, text) {
  const key = newId();
  const note = el("span", { class: "state" }, "发送中…");
  const item = el("li", { class: "message message-customer is-new" }, bubble(text), note);
  retireChoices(log);
  offersChoices = false;
  composer.clearQuick();
  log.append(item);
  pending.set(key, { text, item, note });
  toBottom();
  deliver(key, input, note);
}

async function deliver(key, input, note) {
  note.replaceChildren("发送中…");
  try {
    await conversation.send(input, key);
    if (pending.has(key)) note.replaceChildren();
  } catch (problem) {
    const why = problem.status === 429 ? "发得太快了，稍等一下" : problem.status === 422 ? "太长或无法识别" : "没有发出去";
    // The same key again: if it had arrived after all, it stands only once.
    note.replaceChildren(`${why}，`, el("button", { type: "button", onclick: () => deliver(key, input, note) }, "点这里重发"));
  }
}

const composer = new Composer(send);
const conversation = new Conversation({
  message: showMessage,
  state: showState,
  online: (isOnline) => (byId("offline").hidden = isOnline || !isStarted),
  restarted: () => {
    log.replaceChildren();
    pending.clear();
    lastAt = 0;
  },
});

byId("person").addEventListener("click", () => send({ text: "人工" }, "人工"));
byId("large").addEventListener("click", (event) => {
  const isLarge = document.documentElement.classList.toggle("is-large");
  event.currentTarget.setAttribute("aria-pressed", String(isLarge));
  toBottom();
});
new ResizeObserver(() => isFollowing && toBottom()).observe(scroller); // the quick replies and the keyboard take room
addEventListener("online", () => conversation.hurry());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && conversation.hurry());

conversation
  .start()
  .then(() => {
    isStarted = true;
    toBottom();
    composer.focus();
  })
  .catch(() => (statusLine.textContent = "现在接不通，请刷新页面，急事请拨 95598"));
