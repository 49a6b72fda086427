// Elements from data. Text goes in as text only, so nothing anybody wrote can become markup.

/** el("p", {class: "x", onclick: f, "aria-label": "…"}, "text", child, …) — null children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export const byId = (id) => document.getElementById(id);

const clockFormat = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false });
const dayFormat = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric" });

/** 14:32 in Shanghai. */
export const clockText = (iso) => clockFormat.format(new Date(iso));

/** 11月24日 14:32 in Shanghai. */
export function momentText(iso) {
  const parts = Object.fromEntries(dayFormat.formatToParts(new Date(iso)).map((part) => [part.type, part.value]));
  return `${parts.month}月${parts.day}日 ${clockText(iso)}`;
}

/** 11月25日 for a date without a time. */
export function dateText(iso) {
  const [, month, day] = iso.slice(0, 10).split("-").map(Number);
  return `${month}月${day}日`;
}

/** 2 分 05 秒 */
export function spanText(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分`;
  return minutes ? `${minutes} 分 ${String(Math.floor(seconds % 60)).padStart(2, "0")} 秒` : `${Math.floor(seconds)} 秒`;
}
