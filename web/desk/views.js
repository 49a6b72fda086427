// Rows, lines and facts as elements.
import { card } from "/shared/cards.js";
import { clockText, el, momentText, spanText } from "/shared/dom.js";

const channels = { web: "网页", wechat: "微信", app: "客户端", sms: "短信", phone: "电话" };
const skills = { general: "综合", emergency: "紧急", complaint: "投诉", identity: "核身", business: "业务" };
const owners = { queued: "等候", callback: "回拨", voicemail: "语音留言", message: "留言", agent: "在办" };
const hazards = {
  electric_shock: "触电", line_down: "断线落地", pole_fallen: "电杆倒", fire: "起火冒烟", flood: "水淹带电", ev_charger: "充电桩异常",
  tree: "树障", gas: "燃气味", meter_spark: "表箱打火", theft_damage: "挖断偷线",
};
const authors = { customer: "客户", bot: "小电", agent: "坐席", system: "系统" };
const events = {
  handed_off: "转人工", changed_mind: "客户不等了", taken: "接起", given_back: "交还小电", transferred: "转其他坐席", dropped: "掉线",
  offer_not_taken: "未接起", finished: "办结", survey_sent: "发评价", callback_asked: "约回拨", voicemail_left: "留了语音",
  message_left: "转为留言", wrote_again: "客户又来", closed: "结束",
};
const LONG_WAIT_S = 120;

const tag = (text, extra = "") => el("span", { class: `tag ${extra}` }, text);

export const channelText = (channel) => channels[channel] ?? channel;

export function rowElement(row, { isOpen, open, waitNow }) {
  const waitS = waitNow(row);
  const classes = ["row", row.emergency ? "is-emergency" : "", row.is_mine ? "is-mine" : "", !row.is_mine && waitS > LONG_WAIT_S ? "is-long" : ""];
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: classes.join(" "), "aria-current": isOpen ? "true" : null, "data-id": row.conversation_id, onclick: () => open(row.conversation_id) },
      el("span", { class: "row-top" }, el("span", { class: "row-why" }, row.reason || "要人工"), el("span", { class: "row-wait" }, row.is_mine ? "在办" : `已等 ${spanText(waitS)}`)),
      row.last_text ? el("span", { class: "row-last" }, `“${row.last_text}”`) : null,
      el(
        "span",
        { class: "tags" },
        row.emergency ? tag(`紧急 · ${hazards[row.emergency] ?? "险情"}`, "tag-emergency") : null,
        tag(channelText(row.channel)),
        tag(skills[row.skill] ?? row.skill),
        row.owner !== "queued" && row.owner !== "agent" ? tag(owners[row.owner] ?? row.owner) : null,
        row.caller_phone ? tag(row.caller_phone) : null,
      ),
    ),
  );
}

export function lineElement(message) {
  const who = message.author === "agent" && message.author_name ? `坐席 ${message.author_name}` : authors[message.author];
  const line = el("li", { class: `line line-${message.author}`, "data-seq": message.seq }, el("span", { class: "line-who" }, `${who} ${clockText(message.at)}`));
  for (const part of message.parts) {
    if (part.kind === "text" && part.text) line.append(el("p", { class: "line-text" }, part.text));
    else if (part.kind === "card") line.append(card(part.card, part.data) ?? el("span"));
    else if (part.kind === "choices") line.append(el("p", { class: "offered" }, `给出按钮：${(part.choices ?? []).map((choice) => choice.label).join("、")}`));
  }
  return line;
}

const fact = (name, value) => (value ? [el("dt", {}, name), el("dd", {}, value)] : []);
const block = (title, node) => (node ? [el("h2", {}, title), node] : []);
const list = (items) => (items.length ? el("ul", {}, ...items.map((item) => el("li", {}, item))) : null);

function changeText(change) {
  const what = events[change.event] ?? change.event;
  const who = change.actor.startsWith("agent:") ? `（坐席 ${change.actor.slice(6)}）` : "";
  return `${clockText(change.at)} ${what}${who}${change.reason && change.reason !== what ? `：${change.reason}` : ""}`;
}

export function factElements(talk, { canReveal, reveal }) {
  const known = talk.learnt.facts.flatMap(([name, value]) => fact(name, String(value)));
  const identity = talk.identity_level === "L0" ? "未核身" : `${talk.identity_level}${talk.account_last4 ? `，户号尾号 ${talk.account_last4}` : ""}`;
  const changes = talk.changes.map(changeText);
  return [
    ...(talk.emergency ? block("险情", tag(hazards[talk.emergency] ?? "险情", "tag-emergency")) : []),
    ...block("为什么转来", el("p", { class: "summary" }, talk.summary || talk.reason || "客户要人工")),
    ...block("小电已了解", known.length ? el("dl", {}, ...known) : el("p", {}, "还没有")),
    ...block("小电已办", list(talk.learnt.done) ?? el("p", {}, "还没有")),
    ...block("客户", el("dl", {}, ...fact("来自", channelText(talk.channel)), ...fact("来电", talk.caller_phone), ...fact("身份", identity), ...fact("开始", momentText(talk.opened_at)))),
    ...block("经过", list(changes)),
    ...(canReveal && talk.is_masked ? [el("button", { type: "button", class: "quiet reveal", onclick: reveal }, "看完整信息（留记录）")] : []),
  ];
}
