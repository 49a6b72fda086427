// For another site's page: <script type="module" src="https://…/widget/embed.js"></script> puts the chat in a corner.
const home = new URL("/embed", import.meta.url);
const button = document.createElement("button");
const frame = document.createElement("iframe");

Object.assign(button.style, {
  position: "fixed", right: "20px", bottom: "20px", zIndex: "2147483000", border: "0", borderRadius: "999px",
  padding: "14px 22px", background: "#a34a08", color: "#fffaf3", font: "600 17px sans-serif", cursor: "pointer",
  boxShadow: "0 8px 28px rgb(70 45 10 / 25%)",
});
Object.assign(frame.style, {
  position: "fixed", right: "20px", bottom: "84px", zIndex: "2147483000", width: "min(420px, calc(100vw - 40px))",
  height: "min(680px, calc(100vh - 120px))", border: "0", borderRadius: "18px", boxShadow: "0 8px 28px rgb(70 45 10 / 25%)",
});
button.type = "button";
button.textContent = "供电客服";
button.setAttribute("aria-expanded", "false");
frame.title = "供电客服";
frame.hidden = true;

button.addEventListener("click", () => {
  if (!frame.src) frame.src = home.href;
  frame.hidden = !frame.hidden;
  button.setAttribute("aria-expanded", String(!frame.hidden));
});
document.body.append(frame, button);
