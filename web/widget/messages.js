// A message of the transcript as an element.
import { card } from "/shared/cards.js";
import { clockText, el } from "/shared/dom.js";

const LONG = 600;
const names = { agent: (message) => `坐席${message.author_name ? ` ${message.author_name}` : ""}`, system: () => null, bot: () => null, customer: () => null };

export function bubble(text) {
  return el("p", { class: text.length > LONG ? "bubble is-long" : "bubble" }, text);
}

/** `choose(choice, button)` is called once, for the offer that still stands. */
export function messageElement(message, choose) {
  const name = names[message.author]?.(message);
  const item = el("li", { class: `message message-${message.author}`, "data-seq": message.seq, title: clockText(message.at) });
  if (name) item.append(el("span", { class: "author" }, name));
  for (const part of message.parts) {
    if (part.kind === "text" && part.text) item.append(bubble(part.text));
    else if (part.kind === "choices") item.append(choices(part.choices ?? [], choose));
    else if (part.kind === "card") item.append(card(part.card, part.data) ?? el("span"));
  }
  return item;
}

function choices(list, choose) {
  const group = el("div", { class: "choices", role: "group", "aria-label": "可以直接点" });
  for (const choice of list) {
    const button = el("button", { type: "button", class: "choice", "data-choice": choice.id }, choice.label);
    button.addEventListener("click", () => {
      button.classList.add("is-chosen");
      choose(choice);
    });
    group.append(button);
  }
  return group;
}

/** Only the newest offer can be taken. */
export function retireChoices(log) {
  for (const button of log.querySelectorAll(".choice:not(:disabled)")) button.disabled = true;
}

export const hasChoices = (message) => message.parts.some((part) => part.kind === "choices" && part.choices?.length);
