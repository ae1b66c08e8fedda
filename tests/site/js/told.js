// What the panel tells while Python starts.
() =>
  new Promise((done) => {
    const told = [];
    new MutationObserver(() => {
      const t = document.querySelector("#live [role=status]").textContent;
      if (t && told.at(-1) !== t) told.push(t);
      if (/ready/.test(t)) done(told);
    }).observe(document.getElementById("live"), {
      subtree: true,
      childList: true,
      characterData: true,
    });
    document.querySelector(".live-go").click();
  });
