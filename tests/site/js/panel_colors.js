// Background and color of the panel that a figure is in.
() => {
  const { backgroundColor, color } = getComputedStyle(document.querySelector(".text_html"));
  return [backgroundColor, color];
};
