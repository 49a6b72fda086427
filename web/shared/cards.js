// Bill, order, outage and payment cards, for the chat and for the desk.
import { dateText, el, momentText } from "./dom.js";

const lineText = (line) => (typeof line === "string" ? line : [line.label, (line.formula ?? `${line.amount} 元`).replaceAll("kWh", "度")].join("："));

const row = (name, value) =>
  value === null || value === undefined || value === "" ? null : el("div", { class: "card-row" }, el("dt", {}, name), el("dd", {}, String(value)));

const rows = (...list) => el("dl", { class: "card-rows" }, ...list);

const monthText = (month) => (/^\d{4}-\d{2}$/.test(month ?? "") ? `${Number(month.slice(0, 4))}年${Number(month.slice(5))}月` : (month ?? ""));
const tierNames = { 1: "第一档", 2: "第二档", 3: "第三档" };
const outageKinds = { fault: "故障停电", planned: "计划停电", temporary: "临时停电" };
const billStates = { unpaid: "未缴", partial: "部分已缴", paid: "已缴清", issued: "未缴", overdue: "已逾期", open: "未缴" };

function bill(data) {
  const isDue = Number(data.due ?? 0) > 0;
  return el(
    "section",
    { class: "card card-bill", "aria-label": "电费账单" },
    el("header", {}, el("span", { class: "card-title" }, `${monthText(data.month)}电费`), data.account_last4 ? el("span", { class: "card-tag" }, `户号尾号 ${data.account_last4}`) : null),
    el("p", { class: "card-figure" }, el("strong", {}, String(data.amount ?? "")), el("span", {}, " 元")),
    rows(
      row("用电", data.energy_kwh ? `${Number(data.energy_kwh)} 度` : null),
      row("档位", tierNames[data.tier] ?? data.tier),
      row(isDue ? "应缴" : "状态", isDue ? `${data.due} 元` : (billStates[data.status] ?? "已缴清")),
      row("缴费截止", data.due_date ? dateText(data.due_date) : null),
    ),
    Array.isArray(data.lines) && data.lines.length
      ? el("details", {}, el("summary", {}, "怎么算出来的"), el("ul", {}, ...data.lines.map((line) => el("li", {}, lineText(line)))))
      : null,
  );
}

function order(data) {
  return el(
    "section",
    { class: "card card-order", "aria-label": "工单" },
    el("header", {}, el("span", { class: "card-title" }, data.type ?? "工单"), data.status ? el("span", { class: "card-tag" }, data.status) : null),
    el("p", { class: "card-no" }, String(data.order_no ?? "")),
    rows(row("最晚到场", data.on_site_by ? momentText(data.on_site_by) : null), row("答复期限", !data.on_site_by && data.deadline_at ? momentText(data.deadline_at) : null)),
  );
}

function outage(data) {
  return el(
    "section",
    { class: "card card-outage", "aria-label": "停电信息" },
    el("header", {}, el("span", { class: "card-title" }, outageKinds[data.kind] ?? "停电"), data.crew ? el("span", { class: "card-tag" }, data.crew) : null),
    el("p", { class: "card-no" }, String(data.where ?? "")),
    rows(
      row("原因", data.cause),
      row("影响", data.households ? `${data.households} 户` : null),
      row("停电", data.off_at ? momentText(data.off_at) : null),
      row("预计来电", data.eta_restore_at || data.on_at ? momentText(data.eta_restore_at ?? data.on_at) : null),
    ),
  );
}

/** Only a page of paying on this site or a secure one is linked. */
const isPayLink = (url) => /^https?:\/\/[^/]+\/pay\/[A-Za-z0-9_-]{20,60}$/.test(url ?? "");

function payment(data) {
  return el(
    "section",
    { class: "card card-payment", "aria-label": "缴费" },
    el("header", {}, el("span", { class: "card-title" }, "缴电费"), data.account_last4 ? el("span", { class: "card-tag" }, `户号尾号 ${data.account_last4}`) : null),
    el("p", { class: "card-figure" }, el("strong", {}, String(data.amount ?? "")), el("span", {}, " 元")),
    isPayLink(data.url) ? el("a", { class: "card-action", href: data.url, target: "_blank", rel: "noopener" }, "去缴费") : null,
  );
}

const makers = { bill, order, outage, payment };

/** The card, or null for one this page does not know. */
export const card = (kind, data) => makers[kind]?.(data ?? {}) ?? null;
