// The input box, shaped by what the bot waits for.
import { byId, el } from "/shared/dom.js";

const FREE = { placeholder: "直接说您的事", mode: "text", quick: [] };
const digitNames = { 10: "10 位户号", 6: "6 位验证码", 4: "4 位数字" };

/** "digits:10" → how the box looks and what can be tapped. */
export function shapeOf(expects) {
  const [kind, rest] = (expects ?? "free").split(":", 2);
  if (kind === "digits") return { placeholder: `请输入${digitNames[rest] ?? ` ${rest} 位数字`}`, mode: "numeric", quick: [] };
  if (kind === "phone") return { placeholder: "请输入手机号", mode: "tel", quick: [] };
  if (kind === "yes_no") return { placeholder: "回“对”或“不对”，也可以直接说要改什么", mode: "text", quick: ["对", "不对"] };
  if (kind === "month") return { placeholder: "例如“10月”“上个月”", mode: "text", quick: ["上个月", "这个月"] };
  return FREE;
}

export class Composer {
  #text = byId("text");
  #quick = byId("quick");

  constructor(send) {
    this.send = send;
    byId("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener("keydown", (event) => {
      // Enter while an input method is choosing characters belongs to the input method.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#submit();
      }
    });
    this.#text.addEventListener("input", () => this.#grow());
  }

  #submit() {
    const text = this.#text.value;
    if (!text.trim()) return this.#text.focus();
    this.#text.value = "";
    this.#grow();
    return this.send({ text }, text);
  }

  #grow() {
    this.#text.rows = Math.min(this.#text.value.split("\n").length + Math.floor(this.#text.value.length / 40), 5);
  }

  shape(expects, { offersChoices }) {
    const shape = shapeOf(expects);
    this.#text.placeholder = offersChoices ? "点上面的按钮，或直接说" : shape.placeholder;
    this.#text.inputMode = shape.mode;
    this.#text.classList.toggle("is-digits", shape.mode !== "text");
    byId("text-label").textContent = shape.placeholder;
    const quick = offersChoices ? [] : shape.quick;
    this.#quick.replaceChildren(
      ...quick.map((label) => el("button", { type: "button", class: "choice", onclick: () => this.send({ text: label }, label) }, label)),
    );
  }

  clearQuick() {
    this.#quick.replaceChildren();
  }

  focus() {
    this.#text.focus({ preventScroll: true });
  }
}
