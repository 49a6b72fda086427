// Pictures by ECharts in the house's colours; every picture has its numbers as a table below it.
import { el } from "/shared/dom.js";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const text = () => ({ color: colour("--ink"), fontFamily: colour("--font") });
const axis = (more = {}) => ({
  axisLabel: { color: colour("--ink-soft") },
  axisLine: { lineStyle: { color: colour("--line-strong") } },
  splitLine: { lineStyle: { color: colour("--line") } },
  ...more,
});
const made = new Map();

function draw(node, says, option) {
  const chart = made.get(node.id) ?? globalThis.echarts.init(node);
  made.set(node.id, chart);
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", says);
  const grid = { left: 48, right: 48, top: 32, bottom: 32, containLabel: true };
  chart.setOption({ animation: false, textStyle: text(), tooltip: { trigger: "axis" }, grid, ...option }, true);
}
addEventListener("resize", () => made.forEach((chart) => chart.resize()));

const bars = (name, values, of = "--accent") => ({ name, type: "bar", data: values, itemStyle: { color: colour(of) }, barMaxWidth: 36 });

/** Whole numbers a day or a month. */
export function trend(node, rows, name) {
  const most = rows.reduce((best, row) => (row.count > (best?.count ?? -1) ? row : best), null);
  const says = most ? `${name}：共 ${rows.length} 个时段，最多的是 ${most.key}，${most.count} 件` : `${name}：没有`;
  draw(node, says, {
    xAxis: axis({ type: "category", data: rows.map((row) => row.key) }),
    yAxis: axis({ type: "value", minInterval: 1 }),
    series: [{ name, type: "line", data: rows.map((row) => row.count), itemStyle: { color: colour("--accent") }, areaStyle: { opacity: 0.15 } }],
  });
}

/** Open orders by age, the late ones apart. */
export function ages(node, rows) {
  const open = rows.reduce((sum, row) => sum + row.count, 0);
  const late = rows.reduce((sum, row) => sum + row.overdue, 0);
  draw(node, `没办完的 ${open} 件，其中超时 ${late} 件`, {
    legend: { textStyle: text(), top: 0 },
    xAxis: axis({ type: "category", data: rows.map((row) => row.age) }),
    yAxis: axis({ type: "value", minInterval: 1 }),
    series: [
      { ...bars("没超时", rows.map((row) => row.count - row.overdue)), stack: "open" },
      { ...bars("超时", rows.map((row) => row.overdue), "--danger"), stack: "open" },
    ],
  });
}

/** The few things most complaints are about, and how much of all they make up. */
export function pareto(node, rows) {
  const first = rows[0];
  const says = first ? `投诉最多的是${first.label ?? first.key}，${first.count} 件` : "没有投诉";
  draw(node, says, {
    xAxis: axis({ type: "category", data: rows.map((row) => row.label ?? row.key) }),
    yAxis: [axis({ type: "value", minInterval: 1 }), axis({ type: "value", max: 100, axisLabel: { formatter: "{value}%", color: colour("--ink-soft") } })],
    series: [
      bars("件数", rows.map((row) => row.count)),
      { name: "累计", type: "line", yAxisIndex: 1, data: rows.map((row) => row.share), itemStyle: { color: colour("--good") } },
    ],
  });
}

/** The same numbers to read. */
export function table(node, heads, rows) {
  const cells = (tag, values) => el("tr", {}, ...values.map((value) => el(tag, tag === "th" ? { scope: "col" } : {}, String(value ?? "—"))));
  const body = el("table", {}, el("thead", {}, cells("th", heads)), el("tbody", {}, ...rows.map((row) => cells("td", row))));
  node.replaceChildren(node.classList.contains("wide") ? body : el("details", {}, el("summary", {}, "看数字"), body));
}
