// The accessible name of the control that has the focus.
() => {
  const element = document.activeElement;
  const label = element.labels?.[0]?.textContent.trim();
  return element.getAttribute("aria-label") ?? label ?? element.textContent;
};
