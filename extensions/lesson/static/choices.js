// Makes the choices of a guess pressable: a choice says whether it was right and opens the answer.
"use strict";
for (const list of document.querySelectorAll("ul.choices")) {
  const items = [...list.children];
  const answer = list.closest(".guess-group").querySelector("details.answer");
  const right = items.filter((item) => "right" in item.dataset);
  const verdict = document.createElement("p");
  verdict.className = "verdict";
  verdict.setAttribute("role", "status"); // read out when it gets its words
  list.after(verdict);

  for (const item of items) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "choice";
    button.setAttribute("aria-pressed", "false");
    // A button holds words, not paragraphs.
    for (const part of [...item.childNodes])
      button.append(...(part.nodeName === "P" ? part.childNodes : [part]));
    item.replaceChildren(button);
    button.addEventListener("click", () => choose(item, button));
  }

  function choose(item, button) {
    for (const other of list.querySelectorAll("button"))
      other.setAttribute("aria-pressed", String(other === button));
    list.dataset.chosen = ""; // from now on the right ones are marked
    const others = right.filter((one) => one !== item);
    const names = others.map((one) => one.textContent.trim()).join("; ");
    if (!right.includes(item)) verdict.textContent = `No. Right: ${names}`;
    else verdict.textContent = names ? `Right. Also right: ${names}` : "Right.";
    answer.open = true;
  }
}
