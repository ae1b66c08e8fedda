((data) => {
  let mode;
  try {
    mode = localStorage.getItem("mode");
  } catch {}
  data.mode = mode = mode || "auto";
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  data.theme = mode !== "auto" ? mode : dark ? "dark" : "light";
})(document.documentElement.dataset);
