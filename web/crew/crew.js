// The crews' page: log in, see what is offered and taken, say what was done.
import { byId } from "/shared/dom.js";
import { act, api } from "./api.js";
import { fields, leftText, orderElement, steps } from "./views.js";

const LOOK_MS = 5000;
const WHERE_MS = 8000;
const state = { orders: [], drawn: "", isIn: false, aheadMs: 0 };
const problems = {
  login_refused: "登录名或密码不对。",
  login_locked: "密码连续错 5 次，已锁 15 分钟。",
  wrong_page: "这个账号不是班组的，请用坐席台。",
  crew_not_found: "这个工号还没有编进班组，请找班长。",
  role_not_allowed: "这张单已经派给别的班组了，列表已更新。",
  event_not_allowed: "这张单的情况变了，列表已更新。",
  guard_failed: "还差一步，暂时不能这样记。",
};
const say = (problem, where = "problem") => (byId(where).textContent = problem ? (problems[problem.code] ?? "没有办成，请再试一次。") : "");
const online = (isOnline) => (byId("offline").hidden = isOnline);

// ── log-in ──

function enter() {
  state.isIn = true;
  byId("login").hidden = true;
  byId("crew").hidden = false;
  return refresh();
}

function leave() {
  Object.assign(state, { orders: [], drawn: "", isIn: false });
  byId("orders").replaceChildren();
  byId("crew").hidden = true;
  byId("login").hidden = false;
  byId("login-name").focus();
}

byId("login-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  say(null, "login-problem");
  try {
    await api.logIn(byId("login-name").value, byId("login-password").value);
    byId("login-password").value = "";
    await enter();
  } catch (problem) {
    say(problem, "login-problem");
  }
});
byId("logout").addEventListener("click", async () => {
  await api.logOut().catch(() => {});
  leave();
});

// ── the list ──

async function refresh() {
  try {
    const { crew, items, now } = await api.orders();
    state.aheadMs = Date.parse(now) - Date.now();
    byId("crew-name").textContent = crew.name;
    byId("duty").textContent = crew.is_on_duty ? "当班" : "不在班";
    state.orders = items;
    online(true);
    draw();
  } catch (problem) {
    if (problem.status === 401) leave();
    else if (problem.code) say(problem);
    else online(false);
  }
}

const houseNow = () => Date.now() + state.aheadMs;

/** Drawn again only when something changed: whoever is reading or pressing is not disturbed. */
function draw() {
  const fresh = JSON.stringify(state.orders);
  if (fresh === state.drawn) return;
  state.drawn = fresh;
  byId("orders").replaceChildren(...state.orders.map((order) => orderElement(order, houseNow(), { press, called })));
  byId("none").hidden = state.orders.length > 0;
}

function tick() {
  for (const order of state.orders) {
    const line = document.querySelector(`[data-left="${CSS.escape(order.order_no)}"]`);
    if (!line) continue;
    const left = leftText(order, houseNow());
    line.textContent = left.text;
    line.classList.toggle("late", left.isLate);
  }
}

// ── doing ──

const callsKey = (order) => `calls:${order.order_no}`;
const callsOf = (order) => JSON.parse(sessionStorage.getItem(callsKey(order)) ?? "[]");
const called = (order) =>
  sessionStorage.setItem(callsKey(order), JSON.stringify([...callsOf(order), new Date(houseNow()).toISOString()]));

async function press(order, event) {
  say(null);
  const calls = steps[event].needsCalls ? callsOf(order) : [];
  if (calls.length < (steps[event].needsCalls ?? 0)) {
    byId("problem").textContent = "到场以后先用上面的号码打两次电话，都没人接再记“找不到人”。";
    return;
  }
  const told = steps[event].asks ? await ask(steps[event]) : {};
  if (told === null) return;
  const where = steps[event].isPlaced ? await place() : {};
  if (event === "secure" && order.hazard_kind !== "none") told.is_isolated = true; // the button says so
  await done(order, { event, ...told, ...where, ...(calls.length ? { customer_calls: calls } : {}) });
}

async function done(order, event) {
  const card = document.querySelector(`[data-order="${CSS.escape(order.order_no)}"]`);
  card?.querySelectorAll("button").forEach((button) => (button.disabled = true));
  try {
    await act(order.order_no, event, online);
  } catch (problem) {
    if (problem.status === 401) return leave();
    if (event.event === "arrive" && problem.code === "guard_failed" && !event.reason) return arriveAnyway(order, event);
    say(problem);
  }
  state.drawn = "";
  return refresh();
}

/** Too far from the place on the map, or nowhere: the crew says why it is there all the same. */
async function arriveAnyway(order, event) {
  const told = await ask({ asks: ["reason"], title: "定位离故障点有点远，写一句原因" });
  state.drawn = "";
  if (told === null) return refresh();
  return done(order, { ...event, ...told });
}

/** Where the phone is; nothing when it will not say. */
function place() {
  if (!navigator.geolocation) return {};
  return new Promise((found) =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => found({ arrived_position: { latitude: coords.latitude, longitude: coords.longitude } }),
      () => found({}),
      { enableHighAccuracy: true, timeout: WHERE_MS },
    ),
  );
}

/** What has to be said with it; null when they think better of it. */
function ask({ asks, title }) {
  byId("ask-title").textContent = title;
  byId("ask-fields").replaceChildren(...asks.map((name) => fields[name]()));
  const dialog = byId("ask");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answered) => {
    const over = (told) => {
      byId("ask-form").onsubmit = dialog.onclose = byId("ask-cancel").onclick = null;
      if (dialog.open) dialog.close();
      answered(told);
    };
    byId("ask-form").onsubmit = (event) => {
      event.preventDefault();
      over(answers(new FormData(byId("ask-form")), asks));
    };
    byId("ask-cancel").onclick = () => over(null);
    dialog.onclose = () => over(null);
  });
}

function answers(form, asks) {
  const told = {};
  for (const name of ["reason", "cause", "repair_note"]) if (form.get(name)) told[name] = form.get(name).trim();
  if (asks.includes("eta")) told.eta_restore_at = new Date(houseNow() + Number(form.get("hours")) * 3_600_000).toISOString();
  return told;
}

setInterval(() => state.isIn && refresh(), LOOK_MS);
setInterval(tick, 1000);
api.me().then(enter, leave);
