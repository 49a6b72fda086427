// The browser telephone. The server plays the telephone company; this page is the handset: keys, words, ear.
// Time in the call passes as it passes here (a tick a second), but not while the browser reads aloud.
import { byId, el } from "/shared/dom.js";
import { call as send } from "/shared/http.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const TICK_MS = 1000;
const WAITS_MS = 20000; // a turn may take 8 s, and a poll stands behind it
const state = { callId: null, next: 0, queue: Promise.resolve(), timer: null, speaking: 0, run: 0, busy: 0 };

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const synth = window.speechSynthesis;
const chineseVoice = () => synth?.getVoices().find((voice) => /^(zh|cmn)/i.test(voice.lang));

function line(kind, text) {
  const log = byId("heard");
  log.append(el("li", { class: kind }, text));
  log.scrollTop = log.scrollHeight;
}

function setStatus(text) {
  byId("status").textContent = text;
}

function hushed() {
  state.run += 1;
  state.speaking = 0;
  synth?.cancel();
}

/** Read one sentence; when the last one is read, the line may go on. */
function readAloud(text) {
  if (!byId("aloud").checked || !synth || !chineseVoice()) return;
  const run = state.run;
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = "zh-CN";
  utterance.voice = chineseVoice();
  const done = () => {
    if (run !== state.run) return;
    state.speaking -= 1;
    if (state.speaking === 0) act("heard");
  };
  utterance.onend = done;
  utterance.onerror = done;
  state.speaking += 1;
  synth.speak(utterance);
}

function show(view) {
  state.next = view.next;
  for (const heard of view.heard) {
    if (heard.kind === "say") {
      line("theirs", heard.text);
      readAloud(heard.text);
    } else {
      line("event", heard.kind === "error-announcement" ? "线路出错，通话结束" : heard.kind);
    }
  }
  if (view.ended) ended();
}

/** One thing at a time, in order. */
function act(kind, value = "", seconds = 1) {
  const callId = state.callId;
  if (!callId) return state.queue;
  state.busy += 1;
  state.queue = state.queue
    .then(async () => {
      if (state.callId !== callId) return;
      show(await send("POST", `/phone/calls/${callId}?after=${state.next}`, { body: { kind, value, seconds }, timeoutMs: WAITS_MS }));
    })
    .catch(() => {
      if (state.callId === callId) {
        line("event", "连不上模拟线路，通话结束");
        ended();
      }
    })
    .finally(() => {
      state.busy -= 1;
    });
  return state.queue;
}

function inCall(yes) {
  byId("call").hidden = yes;
  byId("hangup").hidden = !yes;
  byId("number").disabled = yes;
  for (const control of byId("speak").elements) control.disabled = !yes;
  for (const key of byId("pad").children) key.disabled = !yes;
  if (yes) byId("words").focus();
}

function ended() {
  clearInterval(state.timer);
  state.callId = null;
  setStatus("已挂断");
  line("event", "通话结束");
  inCall(false);
  byId("call").focus();
}

function tick() {
  if (state.callId && !state.speaking && !state.busy) act("tick", "", TICK_MS / 1000);
}

async function dial(event) {
  event.preventDefault();
  byId("heard").replaceChildren();
  hushed();
  setStatus("正在接通…");
  byId("call").disabled = true;
  try {
    const digits = byId("number").value.replace(/[^0-9+]/g, "");
    const number = digits ? (digits.startsWith("+") ? digits : `+86${digits}`) : "anonymous";
    const view = await send("POST", "/phone/calls", { body: { number }, timeoutMs: WAITS_MS });
    state.callId = view.call_id;
    setStatus("通话中");
    inCall(true);
    show(view);
    if (state.callId) state.timer = setInterval(tick, TICK_MS);
  } catch {
    setStatus("没有接通，请稍后再拨");
  } finally {
    byId("call").disabled = false;
  }
}

function press(key) {
  if (!state.callId) return;
  hushed();
  line("mine", `按 ${key}`);
  act("keys", key);
}

function say(text) {
  const words = text.trim();
  if (!words || !state.callId) return;
  hushed();
  line("mine", words);
  act("speech", words);
}

function listen() {
  const button = byId("microphone");
  const ear = new Recognition();
  ear.lang = "zh-CN";
  ear.onresult = (event) => say(event.results[0][0].transcript);
  ear.onend = () => button.setAttribute("aria-pressed", "false");
  hushed();
  button.setAttribute("aria-pressed", "true");
  ear.start();
}

function start() {
  for (const key of KEYS) {
    const name = { "*": "星号", "#": "井号" }[key] ?? key;
    byId("pad").append(el("button", { type: "button", "aria-label": name, "data-key": key, disabled: true, onclick: () => press(key) }, key));
  }
  byId("dial").addEventListener("submit", dial);
  byId("hangup").addEventListener("click", () => {
    hushed();
    act("hang_up");
  });
  byId("speak").addEventListener("submit", (event) => {
    event.preventDefault();
    say(byId("words").value);
    byId("words").value = "";
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement;
    if (!typing && !event.ctrlKey && !event.metaKey && KEYS.includes(event.key)) press(event.key);
  });
  if (Recognition) {
    byId("microphone").hidden = false;
    byId("microphone").textContent = "用麦克风说";
    byId("microphone").addEventListener("click", listen);
  }
  const voices = () => {
    byId("novoice").hidden = Boolean(chineseVoice());
  };
  voices();
  synth?.addEventListener?.("voiceschanged", voices);
}

start();
