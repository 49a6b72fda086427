// What a crew sees of an order, and what it is asked before it says that something is done.
import { clockText, el, spanText } from "/shared/dom.js";

const hazards = {
  electric_shock: "有人触电", line_down: "断线落地", pole_fallen: "电杆倒塌", fire: "起火冒烟", flood: "水淹带电",
  ev_charger: "充电桩异常", tree: "树障打火", gas: "疑似燃气", meter_spark: "表箱打火", theft_damage: "外力破坏",
};
const critical = {
  hospital: "医院", school: "学校", government: "政府", transport: "交通", water: "供水", telecom: "通信",
  high_risk_factory: "高危企业", other: "重要用户",
};
const known = { yes: "是", no: "否", unknown: "不清楚" };

export const steps = {
  accept: { label: "接单", isMain: true },
  decline: { label: "接不了", asks: ["reason"], title: "为什么接不了？" },
  depart: { label: "出发", isMain: true },
  arrive: { label: "到场", isMain: true, isPlaced: true },
  secure: { label: "开始抢修", dangerLabel: "险情已隔离，开始抢修", isMain: true },
  not_found: { label: "找不到人", needsCalls: 2 },
  need_support: { label: "要支援", asks: ["reason", "eta"], title: "要什么支援？" },
  restore: { label: "已送电", isMain: true, asks: ["cause", "repair_note"], title: "怎么回事，怎么处理的？" },
};

export const fields = {
  reason: () => area("reason", "原因", "写明白一点，下一班能看懂"),
  cause: () => area("cause", "故障原因", "比如：低压熔断器熔断"),
  repair_note: () => area("repair_note", "处理情况", "比如：更换熔断器，试送正常"),
  eta: () => el("label", {}, "预计还要几小时送电", el("input", { name: "hours", type: "number", min: "1", max: "72", required: true })),
};

const area = (name, label, hint) =>
  el("label", {}, label, el("textarea", { name, rows: "3", required: true, maxlength: "500", placeholder: hint }));

const mark = (text, isDanger) => el("span", { class: isDanger ? "mark danger" : "mark" }, text);

function marksOf(order) {
  const marks = [];
  if (order.hazard_kind !== "none") marks.push(mark(hazards[order.hazard_kind] ?? "险情", true));
  if (order.is_life_support) marks.push(mark("生命支持设备", true));
  if (order.critical_user_kind !== "none") marks.push(mark(critical[order.critical_user_kind] ?? "重要用户"));
  if (order.urge_count) marks.push(mark(`催了 ${order.urge_count} 次`));
  return marks;
}

/** How long there is still to answer the offer, or to be there. */
export function leftText(order, now) {
  const isOffer = order.status === "dispatched";
  const due = isOffer ? order.offer.answer_by : order.on_site_by;
  if (!due || !["dispatched", "accepted", "en_route"].includes(order.status)) return { text: order.status_label, isLate: false };
  const left = (Date.parse(due) - now) / 1000;
  const what = isOffer ? "接单" : "到场";
  if (left < 0) return { text: `${what}已超时 ${spanText(-left)}`, isLate: true };
  return { text: `${what}还剩 ${spanText(left)}（${clockText(due)} 前）`, isLate: false };
}

/** Danger to life is not declined. */
const mayPress = (order, event) => event !== "decline" || order.priority > 1;
const labelOf = (order, event) => (order.hazard_kind !== "none" && steps[event].dangerLabel) || steps[event].label;

export function orderElement(order, now, { press, called }) {
  const left = leftText(order, now);
  const place = order.address ?? order.community ?? "地址不详，请先打电话";
  const landmark = [order.landmark, order.pole_no && `杆号 ${order.pole_no}`].filter(Boolean).join("，");
  const isDanger = order.hazard_kind !== "none" || order.is_life_support;
  return el(
    "li",
    { class: isDanger ? "order danger" : "order", "data-order": order.order_no },
    el("div", { class: "top" }, el("span", {}, order.order_no), el("span", {}, `${order.priority} 级`)),
    el("h2", {}, place),
    landmark ? el("p", {}, landmark) : null,
    el("div", { class: "marks" }, ...marksOf(order)),
    el("p", {}, order.summary),
    el("p", {}, `邻居停电：${known[order.is_neighbour_out] ?? "不清楚"}；空开跳：${known[order.is_breaker_tripped] ?? "不清楚"}`),
    el("p", { class: left.isLate ? "left late" : "left", "data-left": order.order_no }, left.text),
    order.contact_phone
      ? el("a", { class: "call", href: `tel:${order.contact_phone}`, onclick: () => called(order) }, `打给${order.contact_name ?? "客户"} ${order.contact_phone}`)
      : null,
    el(
      "div",
      { class: "buttons" },
      ...order.events
        .filter((event) => event in steps && mayPress(order, event))
        .sort((a, b) => Boolean(steps[b].isMain) - Boolean(steps[a].isMain))
        .map((event) =>
          el("button", { type: "button", class: steps[event].isMain ? "primary" : null, onclick: () => press(order, event) }, labelOf(order, event)),
        ),
    ),
  );
}
