// The desk: who waits, one open talk, and what the keyboard does.
import { byId } from "/shared/dom.js";
import { Problem } from "/shared/http.js";
import { api, follow } from "./api.js";
import { channelText, factElements, lineElement, rowElement } from "./views.js";

const state = { me: null, rows: [], readAt: 0, openId: null, talk: null, lastSeq: 0 };
let stopFollowing = () => {};

const problems = {
  already_taken: "这位客户刚被别的坐席接起，或已不再等候。",
  conversation_not_yours: "这段对话现在不归您，列表已更新。",
  login_refused: "登录名或密码不对。",
  wrong_page: "这个账号是班组的，请用班组页面。",
  login_locked: "密码连续错 5 次，已锁 15 分钟。",
  transition_not_allowed: "这段对话刚换了人，列表已更新。",
};
const sayProblem = (where, problem) => (byId(where).textContent = problems[problem.code] ?? "没有办成，请再试一次。");

// ── log-in ──

async function enter(me) {
  state.me = me;
  byId("login").hidden = true;
  byId("desk").hidden = false;
  byId("me").textContent = `${me.name} ${me.agent_id}`;
  stopFollowing = follow(changed, (isOnline) => (byId("offline").hidden = isOnline));
  await refresh();
}

function leave() {
  stopFollowing();
  Object.assign(state, { me: null, rows: [], openId: null, talk: null, lastSeq: 0 });
  byId("lines").replaceChildren();
  byId("facts").replaceChildren();
  byId("desk").hidden = true;
  byId("login").hidden = false;
  byId("login-name").focus();
}

byId("login-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  byId("login-problem").textContent = "";
  try {
    await enter(await api.logIn(byId("login-name").value, byId("login-password").value));
    byId("login-password").value = "";
  } catch (problem) {
    sayProblem("login-problem", problem);
  }
});
byId("logout").addEventListener("click", async () => {
  await api.logOut().catch(() => {});
  leave();
});

// ── the list ──

const waitNow = (row) => row.wait_s + (Date.now() - state.readAt) / 1000;

async function refresh() {
  try {
    state.rows = (await api.waiting()).rows;
    state.readAt = Date.now();
    draw();
  } catch (problem) {
    if (problem.status === 401) leave();
  }
}

function draw() {
  const options = (row) => ({ isOpen: row.conversation_id === state.openId, open, waitNow });
  const focused = document.activeElement?.dataset?.id;
  for (const [id, rows] of [["mine", state.rows.filter((row) => row.is_mine)], ["waiting", state.rows.filter((row) => !row.is_mine)]]) {
    byId(id).replaceChildren(...rows.map((row) => rowElement(row, options(row))));
    if (!rows.length) {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = id === "mine" ? "没有在办的" : "现在没有人等";
      byId(id).append(none);
    }
  }
  if (focused) document.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  const waiting = state.rows.filter((row) => row.owner === "queued");
  byId("counts").textContent = waiting.length ? `${waiting.length} 位在等` : "没有人在等";
  document.title = waiting.length ? `(${waiting.length}) 灯火 · 坐席台` : "灯火 · 坐席台";
}

let isRefreshing = null;
async function changed(id) {
  isRefreshing ??= new Promise((resolve) => setTimeout(resolve, 80)).then(refresh).finally(() => (isRefreshing = null));
  if (state.openId && (id === state.openId || id === "")) await more();
}

setInterval(() => state.me && draw(), 1000);

// ── one talk ──

async function open(id) {
  state.openId = id;
  state.lastSeq = 0;
  byId("lines").replaceChildren();
  byId("talk-problem").textContent = "";
  await more();
  draw();
}

async function more() {
  const id = state.openId;
  try {
    show(id, await api.read(id, state.lastSeq));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) leave();
    else if (problem.status < 500 && id === state.openId) shut();
  }
}

function show(id, { conversation, messages }) {
  if (id !== state.openId) return; // another talk was opened while this one was read
  showTalk(conversation);
  const lines = byId("lines");
  const isFollowing = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 120;
  for (const message of messages) {
    if (message.seq <= state.lastSeq) continue;
    lines.append(lineElement(message));
    state.lastSeq = message.seq;
  }
  if (isFollowing) lines.scrollTop = lines.scrollHeight;
}

function showTalk(talk) {
  state.talk = talk;
  const isMine = talk.owner === "agent" && talk.agent_id === state.me.agent_id;
  byId("empty").hidden = true;
  byId("open").hidden = false;
  byId("facts").hidden = false;
  byId("talk-title").textContent = `${channelText(talk.channel)}客户`;
  byId("talk-why").textContent = talk.reason || "客户要人工";
  byId("take").hidden = isMine;
  byId("give-back").hidden = byId("close").hidden = byId("answer-form").hidden = !isMine;
  byId("facts").replaceChildren(...factElements(talk, { canReveal: isMine, reveal: () => byId("reveal-dialog").showModal() }));
}

function shut() {
  Object.assign(state, { openId: null, talk: null, lastSeq: 0 });
  byId("open").hidden = true;
  byId("facts").hidden = true;
  byId("empty").hidden = false;
  draw();
}

async function act(work) {
  byId("talk-problem").textContent = "";
  try {
    return await work();
  } catch (problem) {
    if (problem.status === 401) leave();
    else sayProblem("talk-problem", problem);
    await refresh();
    return null;
  }
}

async function take() {
  const id = state.openId;
  const got = await act(() => api.take(id));
  if (!got) return;
  show(id, got);
  await refresh();
  byId("answer").focus();
}

byId("take").addEventListener("click", take);
byId("answer-form").addEventListener("submit", (event) => {
  event.preventDefault();
  sendAnswer();
});
byId("answer").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    sendAnswer();
  }
});

async function sendAnswer() {
  const box = byId("answer");
  const text = box.value.trim();
  if (!text) return;
  box.value = "";
  if ((await act(() => api.answer(state.openId, text))) === null) box.value = text;
  else await more();
}

byId("give-back").addEventListener("click", () => byId("back-dialog").showModal());
byId("back-cancel").addEventListener("click", () => byId("back-dialog").close());
byId("back-form").addEventListener("submit", async () => {
  const order = byId("back-order").value.trim();
  const learnt = { note: byId("back-note").value.trim(), facts: order ? [["单号", order]] : [], done: [] };
  if ((await act(() => api.giveBack(state.openId, learnt))) === null) return;
  byId("back-form").reset();
  shut();
  await refresh();
});
byId("close").addEventListener("click", async () => {
  if ((await act(() => api.close(state.openId, "坐席办结"))) === null) return;
  shut();
  await refresh();
});
byId("reveal-cancel").addEventListener("click", () => byId("reveal-dialog").close());
byId("reveal-form").addEventListener("submit", async () => {
  const id = state.openId;
  const got = await act(() => api.reveal(id, byId("reveal-reason").value));
  byId("reveal-form").reset();
  if (!got) return;
  byId("lines").replaceChildren();
  state.lastSeq = 0;
  show(id, got);
});

// ── keyboard ──

function step(by) {
  const buttons = [...document.querySelectorAll(".row")];
  if (!buttons.length) return;
  const at = buttons.findIndex((button) => button.dataset.id === state.openId);
  const next = buttons[Math.min(Math.max(at + by, 0), buttons.length - 1)];
  next.focus();
  open(next.dataset.id);
}

const isShown = (id) => !byId(id).hidden && !byId("open").hidden;
const keys = {
  j: () => step(1),
  k: () => step(-1),
  t: () => isShown("take") && take(),
  r: () => isShown("answer-form") && byId("answer").focus(),
  b: () => isShown("give-back") && byId("back-dialog").showModal(),
};
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, dialog");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !state.me) return;
  const action = keys[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
});

api.me().then(enter, leave);
