// The figures' page: a period, a way to part it, and what comes of it.
import { byId, el } from "/shared/dom.js";
import { call } from "/shared/http.js";
import { ages, pareto, table, trend } from "./charts.js";

const types = {
  consult: "咨询", apply: "业务", fault_report: "报修", complaint: "投诉", whistle_blow: "举报", suggestion: "建议",
  praise: "表扬", urge: "催办", follow_up: "回访", appointment: "预约",
};
const channels = { phone: "电话", wechat: "公众号", web_chat: "网页", sms: "短信", email: "邮件", app: "App", counter: "营业厅", on_site: "现场", letter: "信函", system: "系统" };
const areas = { urban: "城区", rural: "农村", remote: "边远山区" };
const faces = { counter: "柜台", on_site: "现场", consult: "咨询", special: "特别", emergency: "急修" };
const labels = { type: types, channel: channels, area_kind: areas, face: faces };
const named = (by, key) => labels[by]?.[key] ?? key;

const shifted = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

function query() {
  const period = { since: byId("since").value, until: shifted(byId("until").value, 1) };
  return { period: new URLSearchParams(period), by: byId("by").value };
}

async function show() {
  byId("problem").textContent = "";
  const { period, by } = query();
  byId("download").href = `/desk/api/figures.csv?${period}&by=${by}`;
  try {
    const [found, days, complaints] = await Promise.all([
      call("GET", `/desk/api/figures?${period}&by=${by}`),
      call("GET", `/desk/api/figures?${period}&by=day`),
      call("GET", `/desk/api/complaint-figures?${period}`),
    ]);
    tiles(found);
    drawDays(days.rows);
    drawBacklog(found.backlog);
    drawComplaints(complaints);
    parted(found, by);
  } catch (problem) {
    if (problem.status === 401) location.assign("/desk");
    else byId("problem").textContent = problem.status === 422 ? "开始的日子要在结束之前。" : "指标没有取到，请再试一次。";
  }
}

function tiles({ kpis, total }) {
  const tile = ({ name, label, unit, wanted }) => {
    const { value, of, p90 } = total.kpis[name];
    return el(
      "li",
      { class: "tile", "data-kpi": name },
      el("span", {}, label),
      el("strong", {}, value === null ? "—" : `${value} ${unit}`),
      el("span", {}, [p90 != null && `九成在 ${p90} ${unit}以内`, wanted && `目标 ${wanted}`, `${of} 件`].filter(Boolean).join(" · ")),
    );
  };
  const count = el("li", { class: "tile" }, el("span", {}, "受理"), el("strong", {}, `${total.count} 件`), el("span", {}, `未办结 ${total.open} · 催过 ${total.urged} · 升级 ${total.escalated}`));
  byId("kpis").replaceChildren(count, ...kpis.map(tile));
}

function drawDays(rows) {
  trend(byId("days"), rows, "每天受理");
  table(byId("days-table"), ["日期", "受理", "未办结"], rows.map((row) => [row.key, row.count, row.open]));
}

function drawBacklog(rows) {
  ages(byId("backlog"), rows);
  table(byId("backlog-table"), ["放了多久", "件数", "其中超时"], rows.map((row) => [row.age, row.count, row.overdue]));
}

function drawComplaints({ by_month: months, by_class: classes }) {
  trend(byId("months"), months, "每月投诉");
  table(byId("months-table"), ["月份", "投诉"], months.map((row) => [row.key, row.count]));
  const whole = classes.reduce((sum, row) => sum + row.total, 0);
  let sofar = 0;
  const ranked = classes.map((row) => {
    sofar += row.total;
    return { key: row.key, label: row.label, count: row.total, share: Math.round((1000 * sofar) / whole) / 10 };
  });
  pareto(byId("pareto"), ranked);
  table(byId("pareto-table"), ["类别", "件数", "累计 %"], ranked.map((row) => [row.label, row.count, row.share]));
}

function parted({ kpis, rows }, by) {
  const shown = kpis.filter((kpi) => rows.some((row) => row.kpis[kpi.name].of > 0));
  const heads = [byId("by").selectedOptions[0].textContent, "受理", "未办结", "催过", ...shown.map((kpi) => `${kpi.label}（${kpi.unit}）`)];
  const cells = (row) => [named(by, row.key), row.count, row.open, row.urged, ...shown.map((kpi) => row.kpis[kpi.name].value)];
  table(byId("rows"), heads, rows.map(cells));
}

byId("filter").addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
// The house's day, which the first answer tells, not this computer's.
call("GET", "/desk/api/figures/today").then(
  ({ today }) => {
    byId("until").value = today;
    byId("since").value = shifted(today, -29);
    return show();
  },
  (problem) => (problem.status === 401 ? location.assign("/desk") : show()),
);
