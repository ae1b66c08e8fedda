// How often the page's elements are changed by "All at once" and by another input shape.
async (input) => {
  const records = [];
  const observer = new MutationObserver((list) => records.push(...list));
  const root = document.querySelector("cascade-explorer");
  observer.observe(root, {
    attributes: true,
    characterData: true,
    childList: true,
    subtree: true,
  });
  [...root.querySelectorAll("button")].find((b) => b.textContent === "All at once").click();
  const field = root.querySelector("input");
  field.value = input;
  field.dispatchEvent(new Event("input"));
  records.push(...observer.takeRecords());
  return records.length;
};
