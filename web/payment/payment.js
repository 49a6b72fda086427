// A link to pay by: the sum, until when, and a button for each way there is. In samples a simulated provider takes it.
import { byId, el } from "/shared/dom.js";
import { Problem, call } from "/shared/http.js";

const token = location.pathname.split("/").pop();
const yuan = (fen) => (fen / 100).toFixed(2);
const until = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
const OVER = { paid: "这笔已经缴过了，谢谢。", cancelled: "这个链接已换成新的，请用最新的那条。", expired: "这个链接过期了，请回到对话里再要一个。" };
const NAMES = { sandbox: "模拟支付（样例，不会真的扣钱）", wechat_pay: "微信支付", alipay: "支付宝" };

const say = (text) => (byId("said").textContent = text);

function show(link) {
  byId("tail").textContent = link.account_last4;
  byId("sum").textContent = yuan(link.amount_fen);
  byId("until").textContent = `${until.format(new Date(link.expires_at))} 前有效`;
  byId("due").hidden = false;
  byId("ways").replaceChildren(...(link.status === "open" ? link.providers.map(button) : []));
  if (link.status !== "open") say(OVER[link.status] ?? "");
}

function button(provider) {
  const pay = provider === "sandbox" ? payHere : () => say("请在手机里打开这个链接，会转到支付页面。");
  return el("button", { type: "button", onclick: pay }, NAMES[provider] ?? provider);
}

async function payHere() {
  for (const one of byId("ways").querySelectorAll("button")) one.disabled = true;
  say("正在付款…");
  try {
    const paid = await call("POST", `/pay/api/${token}/sandbox`, { body: {} });
    byId("ways").replaceChildren();
    say(`已收到 ${yuan(paid.amount_fen)} 元，已经入账，谢谢。可以关掉这一页了。`);
  } catch (problem) {
    await open(problem instanceof Problem && problem.code === "pay_link_over" ? "" : "没有付成，钱没有扣。请再试一次。");
  }
}

async function open(said = "") {
  try {
    show(await call("GET", `/pay/api/${token}`));
    if (said) say(said);
  } catch (problem) {
    say(problem instanceof Problem && problem.status === 404 ? "没有这个链接，请核对是否复制完整。" : "现在打不开，请稍后再试。");
  }
}

await open();
