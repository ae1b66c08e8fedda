// The text of every output of every cell, in order. A guess has its cells' outputs in its answer.
() => {
  const text = (output) => {
    // A figure that was run is compared as it was drawn; what the explorer adds is no output.
    if (output.src?.startsWith("data:")) return decodeURIComponent(output.src.split(",")[1]);
    return (output.querySelector("cascade-explorer table") ?? output).textContent;
  };
  return [...document.querySelectorAll("article div.cell:not(.output-only)")].map((cell) => {
    const away = `article .output-only[data-cell="${cell.dataset.cell ?? ""}"] .cell_output`;
    const output = cell.querySelector(".cell_output") ?? document.querySelector(away);
    return [...(output?.children ?? [])].map(text);
  });
};
