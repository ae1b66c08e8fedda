// Looks at the slide that is shown; returns what is wrong with it, as a list of lines.
(minimum) => {
  const slide = Reveal.getCurrentSlide();
  const scale = slide.getBoundingClientRect().width / 1280;
  const frame = slide.querySelector(".frame").getBoundingClientRect();
  const foot = slide.querySelector(".foot").getBoundingClientRect();
  const wrong = [];
  for (const element of slide.querySelectorAll(".frame *")) {
    const box = element.getBoundingClientRect();
    const name = `${element.tagName} ${element.textContent.trim().slice(0, 40)}`;
    if (!box.width || element.closest(".katex-mathml, .sr-only")) continue;
    if (element.closest(".body") && box.bottom > foot.top + 0.5)
      wrong.push(`reaches the foot: ${name}`);
    if (box.right > frame.right - 40 * scale || box.left < frame.left + 40 * scale)
      wrong.push(`too wide: ${name}`);
    if (box.right > innerWidth || box.bottom > innerHeight || box.top < 0)
      wrong.push(`off the screen: ${name}`);
    if (
      !element.closest("svg") &&
      element.scrollWidth > element.clientWidth + 1 &&
      element.clientWidth &&
      getComputedStyle(element).display !== "inline"
    )
      wrong.push(`is cut: ${name}`);
    if (!minimum) continue;
    // A figure's own text is 10 points, 13.3 px, at its natural size.
    if (element.tagName === "IMG" && (element.clientWidth / element.naturalWidth) * 13.3 < 24)
      wrong.push("small text in a figure");
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    // Text of a drawing is as large as it is drawn, whatever its font-size says.
    const drawing = element.closest("svg");
    const drawn = drawing
      ? drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width
      : scale;
    const size = parseFloat(getComputedStyle(element).fontSize) * drawn;
    if (size < (element.closest("code, pre, svg") ? 20 : 24) - 0.1)
      wrong.push(`${size} px: ${name}`);
  }
  for (const other of document.querySelectorAll(".slide-number, .controls button.enabled")) {
    const box = other.getBoundingClientRect();
    if (
      foot.right > box.left &&
      foot.bottom > box.top &&
      foot.left < box.right &&
      foot.top < box.bottom
    )
      wrong.push("the foot is covered");
  }
  return [...new Set(wrong)].slice(0, 5);
};
