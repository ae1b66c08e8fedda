// What is wrong with the sheets of the deck laid out for paper, as a list of lines.
[...document.querySelectorAll(".pdf-page")].flatMap((paper) => {
  const sheet = paper.getBoundingClientRect();
  const wrong = [];
  if (sheet.width !== 1280 || Math.abs(sheet.height - 720) > 1)
    wrong.push("is no sheet of 1280 by 720");
  for (const element of paper.querySelectorAll(".frame *")) {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    if (style.visibility === "hidden" || style.opacity === "0")
      wrong.push(`hidden: ${element.textContent}`);
    if (
      box.width &&
      (box.left < sheet.left + 40 ||
        box.right > sheet.right - 40 ||
        box.top < sheet.top + 20 ||
        box.bottom > sheet.bottom - 10)
    )
      wrong.push(`at the edge: ${element.textContent.slice(0, 40)}`);
  }
  return wrong.map((line) => `${paper.querySelector("section[id]").id} ${line}`);
});
