// "Run in this page": the page's cells become editable and run on a Jupyter server.
//
// Pages load this file when the button is used, and vendor.js (CodeMirror, Jupyter's client,
// DOMPurify) when the reader has chosen a server and started. Nothing leaves the page before that.
(() => {
  "use strict";

  const button = document.getElementById("live-button");
  const script = document.currentScript.src;
  const BINDER = button.dataset.binder; // where an image of the book's repository is built, or nothing
  const SITE_SERVER = button.dataset.server; // a server that the page's own settings name, or nothing
  const SECONDS = { binderFirst: 60, binderNext: 600, server: 90, kernel: 60 }; // how long to wait for what
  const ORIGIN = location.protocol === "file:" ? "null" : location.origin; // as the browser names the page to a server
  const MEMORY = "live-server"; // of this tab: a server that was started serves the next page, too

  /** What went wrong, in words for the reader. */
  class Trouble extends Error {}

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes))
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function memory(value) {
    try {
      if (value) sessionStorage.setItem(MEMORY, JSON.stringify(value));
      return JSON.parse(sessionStorage.getItem(MEMORY)) || {};
    } catch {
      return {}; // the reader's browser keeps nothing
    }
  }

  /** Rejects when `promise` takes longer than `seconds`, or when `signal` says stop. */
  function within(seconds, promise, message, signal) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Trouble(message)), seconds * 1000);
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }

  // --- servers ---------------------------------------------------------------------------------

  /** The server that an address names: `{url, token}`. Only this computer, or what the page's settings name. */
  function serverAt(text, trusted = false) {
    let url;
    try {
      url = new URL(text.trim());
    } catch {
      throw new Trouble("This is not an address: copy the one that Jupyter prints, http://localhost:8888/lab?token=…");
    }
    // No browser's policy has a word for [::1], and localhost leads there, too.
    if (url.hostname === "[::1]") url.hostname = "localhost";
    if (!trusted && !(url.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname)))
      throw new Trouble("Only a server on this computer is accepted: an address with http:// and localhost, 127.0.0.1 or [::1].");
    const path = url.pathname.replace(/\/(lab|tree|doc|notebooks)(\/.*)?$/, "/").replace(/\/*$/, "/");
    return { url: url.origin + path, token: url.searchParams.get("token") || "" };
  }

  /** Asks Binder for a server; `tell` hears what it says meanwhile. */
  function askBinder(tell, signal) {
    const host = new URL(BINDER).host;
    return new Promise((resolve, reject) => {
      const events = new EventSource(BINDER);
      let timer;
      const end = (how, value) => {
        clearTimeout(timer);
        events.close();
        how(value);
      };
      const wait = (seconds) => {
        clearTimeout(timer);
        timer = setTimeout(() => end(reject, new Trouble(`${host} has not answered for ${seconds / 60} minutes.`.replace(" 1 minutes", " a minute"))), seconds * 1000);
      };
      signal.addEventListener("abort", () => end(reject, signal.reason));
      events.onerror = () => end(reject, new Trouble(`${host} cannot be reached, or turned the request away.`));
      events.onmessage = ({ data }) => {
        wait(SECONDS.binderNext);
        try {
          const { phase, message = "", url, token } = JSON.parse(data);
          if (phase === "failed") end(reject, new Trouble(`${host} could not start a server: ${message.trim() || "it does not say why"}`));
          else if (phase === "ready") end(resolve, { url, token });
          else tell(phase || "", message.trim());
        } catch {
          end(reject, new Trouble(`${host} gave an answer that is none of Binder's.`));
        }
      };
      wait(SECONDS.binderFirst);
    });
  }

  let settings, kernel;

  const ask = (path, init = {}) => liveParts.ServerConnection.makeRequest(settings.baseUrl + path, init, settings);

  /** Whether there is a Jupyter server; what it refuses, it refuses without saying why. */
  const answers = (url, how = {}) => fetch(`${url}api`, { credentials: "omit", ...how }).then(() => true, () => false);

  /** Starts Python on a server. */
  async function startKernel({ url, token }, signal) {
    const { host, origin } = new URL(url);
    settings = liveParts.ServerConnection.makeSettings({
      baseUrl: url,
      wsUrl: url.replace(/^http/, "ws"),
      token,
      appendToken: true, // a socket has no headers
      init: { cache: "no-store", credentials: "omit" },
    });
    let model;
    try {
      const slow = `The server ${host} has not started Python in ${SECONDS.server} seconds.`;
      const starting = liveParts.KernelAPI.startNew({ name: "python3" }, settings);
      const mine = settings;
      signal.addEventListener("abort", () => starting.then(({ id }) => liveParts.KernelAPI.shutdownKernel(id, mine)).catch(() => {}));
      model = await within(SECONDS.server, starting, slow, signal);
    } catch (error) {
      const status = error.response?.status;
      if (error instanceof Trouble || error === signal.reason) throw error;
      if (status && status !== 401 && status !== 403) throw new Trouble(`The server ${host} could not start Python: ${error.message}`);
      if (status || (await answers(url))) throw new Trouble(`The server ${host} refused the token: copy the whole address that it printed, with ?token=…`);
      if (await answers(url, { mode: "no-cors" }))
        throw new Trouble(`The server ${host} does not let this page in: start it with --ServerApp.allow_origin=${ORIGIN}`);
      throw new Trouble(`No answer from ${origin}: does a server run there, and has the browser been allowed to reach it?`);
    }
    kernel = new liveParts.KernelConnection({ model, serverSettings: settings });
    await within(SECONDS.kernel, kernel.info, `Python was started on ${host}, but does not answer.`, signal);
  }

  // A kernel takes most of a gigabyte: it ends when its page is left.
  addEventListener("pagehide", () => {
    if (kernel && !kernel.isDisposed)
      fetch(`${settings.baseUrl}api/kernels/${kernel.id}`, { method: "DELETE", keepalive: true, headers: { Authorization: `token ${settings.token}` } });
  });

  // --- the panel: what will happen, how far it is, what went wrong ----------------------------------

  const title = make("h2", { id: "live-title", tabindex: "-1" });
  const body = make("div");
  const news = make("p", { role: "status", class: "live-news" });
  const panel = make("section", { id: "live", "aria-labelledby": "live-title", hidden: true }, title, body, news);
  button.closest("nav").after(panel);
  const style = make("link", { rel: "stylesheet", href: script.replace("live.js", "live.css") });
  document.head.append(style);

  function show(heading, ...content) {
    title.textContent = heading;
    news.textContent = "";
    body.replaceChildren(...content);
    panel.hidden = false;
    panel.classList.remove("live-bar");
  }

  const press = (text, onclick, attributes = {}) => make("button", { type: "button", onclick, ...attributes }, text);

  function close() {
    panel.hidden = true;
    button.focus();
  }

  /** The first step: says what will happen and asks where. */
  function consent() {
    const known = memory();
    const command = `jupyter lab --no-browser --ServerApp.allow_origin=${ORIGIN}`;
    const address = make("input", {
      id: "live-address",
      type: "text",
      inputmode: "url",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: "http://localhost:8888/lab?token=…",
      "aria-describedby": "live-own live-wrong",
      value: known.where === "own" ? `${known.url}?token=${known.token}` : "",
    });
    const wrong = make("p", { id: "live-wrong", role: "alert" });
    const choices = [];
    if (SITE_SERVER)
      choices.push(["site", `On ${new URL(SITE_SERVER).host}`, make("p", {}, "The server that this site names. It sees the code that you run.")]);
    if (BINDER) {
      const repository = BINDER.replace(/^.*?\/gh\//, "github.com/");
      choices.push([
        "binder",
        `On ${new URL(BINDER).host}, free of charge`,
        make(
          "p",
          {},
          `Binder makes a server for you from ${repository}. `,
          "That takes a minute or two, and ten or more when the book has just changed. ",
          "Binder sees your address on the internet and the code that you run; it ends a server that is idle for ten minutes.",
        ),
      ]);
    }
    choices.push([
      "own",
      "On a Jupyter server on this computer",
      make(
        "div",
        { id: "live-own" },
        make("p", {}, "Start one where torch and d2l are installed, and copy the address that it prints:"),
        make("pre", { tabindex: "0" }, make("code", {}, command)),
        make("p", {}, "The browser may ask whether this page may reach it."),
      ),
      make("p", {}, make("label", { for: "live-address" }, "Its address, with the token"), address, wrong),
    ]);
    const first = choices.some(([where]) => where === known.where) ? known.where : choices[0][0];
    const form = make(
      "form",
      {
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          const where = new FormData(form).get("where");
          try {
            const server = where === "own" ? serverAt(address.value) : where === "site" ? serverAt(SITE_SERVER, true) : null;
            start(where, server);
          } catch (error) {
            wrong.textContent = error.message;
            address.setAttribute("aria-invalid", "true");
            address.focus();
          }
        },
      },
      make("p", {}, "The cells become editable. They run on a server, not in your browser: your code goes there, its outputs come back. Nothing has been sent yet. What you change is lost when you leave or reload the page."),
      make(
        "fieldset",
        {},
        make("legend", {}, "Where shall they run?"),
        ...choices.map(([where, words, ...about]) =>
          make("div", {}, make("label", {}, make("input", { type: "radio", name: "where", value: where, checked: where === first }), words), make("div", { class: "live-about" }, ...about)),
        ),
      ),
      make("p", { class: "live-buttons" }, make("button", { class: "live-go" }, "Start"), press("Cancel", close)),
    );
    // An address is for its own choice.
    address.addEventListener("input", () => (form.elements.where.value = "own"));
    show("Run this page’s cells", form);
    title.focus();
  }

  /** The second step: gets a server and a kernel, saying how far it is. */
  async function start(where, server) {
    const stop = new AbortController();
    const names = ["Load the editor", ...(where === "binder" ? ["Ask Binder for a server", "Binder starts the server"] : []), "Start Python"];
    const stages = names.map((name) => make("li", {}, name));
    const detail = make("p", { class: "live-detail" });
    const clock = make("span", { "aria-hidden": "true" });
    const began = Date.now();
    const ticking = setInterval(() => {
      const s = Math.round((Date.now() - began) / 1000);
      clock.textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
    }, 1000);
    const stage = (name) => {
      const n = names.indexOf(name);
      if (stages[n].getAttribute("aria-current")) return;
      stages.forEach((item, i) => {
        item.className = i < n ? "live-done" : "";
        item.toggleAttribute("aria-current", false);
        if (i === n) item.setAttribute("aria-current", "step");
      });
      detail.textContent = "";
      news.textContent = `${name}…`;
    };
    show("Starting", make("ol", { class: "live-stages" }, ...stages), detail, make("p", { class: "live-buttons" }, press("Cancel", () => stop.abort()), clock));
    title.focus();
    try {
      stage("Load the editor");
      if (!window.liveParts)
        await new Promise((resolve, reject) => {
          const failed = () => reject(new Trouble("The editor could not be loaded."));
          document.head.append(make("script", { src: script.replace("live.js", "vendor.js"), onload: resolve, onerror: failed }));
        });
      stop.signal.throwIfAborted();
      const known = memory();
      if (where === "binder" && known.where === "binder" && known.binder === BINDER) {
        // The server of another page of this tab, if it still runs
        server = { url: known.url, token: known.token };
        const asked = fetch(`${server.url}api/status`, { headers: { Authorization: `token ${server.token}` } });
        if (!(await asked.catch(() => null))?.ok) server = null;
      }
      if (where === "binder" && !server) {
        stage("Ask Binder for a server");
        server = await askBinder((phase, message) => {
          if (phase !== "waiting") stage("Binder starts the server");
          detail.textContent = message.split("\n").pop().slice(0, 200);
        }, stop.signal);
        stage("Binder starts the server");
      }
      stage("Start Python");
      await startKernel(server, stop.signal);
      memory({ where, ...server, binder: BINDER });
      ready();
    } catch (error) {
      kernel?.shutdown().catch(() => {});
      drop();
      if (stop.signal.aborted) consent();
      else failed(error);
      title.focus();
    } finally {
      clearInterval(ticking);
    }
  }

  /** What went wrong, and the ways out. */
  function failed(error, heading = "That did not work") {
    if (!(error instanceof Trouble)) console.error(error);
    const links = [...document.querySelectorAll(".page-links a")].filter((a) => a.hasAttribute("download") || (BINDER && a.href.startsWith(new URL(BINDER).origin)));
    const ways = links.map((a) => make("a", { href: a.href, download: a.hasAttribute("download"), target: a.hasAttribute("download") ? null : "_blank", rel: "noopener" }, a.hasAttribute("download") ? "Download the notebook" : "Open Binder in a new tab"));
    show(heading, make("p", { class: "live-buttons" }, press("Try again", consent, { class: "live-go" }), ...ways));
    body.prepend(make("p", { role: "alert" }, error instanceof Trouble ? error.message : `Something unforeseen: ${error.message}`));
  }

  // --- cells -------------------------------------------------------------------------------------

  /** In the order in which they run: `{code, …}`, and what is on the page of those that are. */
  let cells;

  /** The page's colours and sizes, so that nothing moves when a cell becomes an editor. */
  function look() {
    const ring = ".1875rem solid var(--link)";
    return liveParts.EditorView.theme({
      "&": { fontSize: ".875rem", color: "var(--ink)" },
      "&.cm-focused": { outline: ring, outlineOffset: "-.1875rem" },
      ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
      ".cm-content": { padding: ".75rem 0", caretColor: "var(--ink)" },
      ".cm-line": { padding: "0 1rem" },
      ...Object.fromEntries(
        ["keyword", "bool", "string", "string2", "number", "comment", "operator", "definition"].map((name) => [`.tok-${name}`, { color: `var(--live-${name.replace("2", "")})` }]),
      ),
    });
  }

  function edit(cell, input) {
    const { EditorView, EditorState, Prec, keymap } = liveParts;
    const source = input.querySelector("pre");
    const home = make("div", { class: "live-editor" });
    const run = () => (runTo(cell), true);
    const leave = () => (cell.button.focus(), true);
    source.before(home);
    // The page takes "/" and the arrows for its own where it sees no field.
    home.addEventListener("keydown", (event) => event.stopPropagation());
    source.classList.add("live-source"); // on paper and for the copy button
    cell.editor = new EditorView({
      root: home.attachShadow({ mode: "open" }), // there the page's policy lets the editor have its styles
      parent: home.shadowRoot,
      state: EditorState.create({
        doc: source.textContent.replace(/\n$/, ""),
        extensions: [
          Prec.highest(keymap.of([{ key: "Shift-Enter", run }, { key: "Mod-Enter", run }, { key: "Escape", run: leave }])),
          liveParts.history(),
          keymap.of([...liveParts.defaultKeymap, ...liveParts.historyKeymap]),
          liveParts.indentUnit.of("    "),
          liveParts.python(),
          liveParts.syntaxHighlighting(liveParts.classHighlighter),
          look(),
          EditorView.contentAttributes.of({ "aria-label": `Code of ${cell.name}`, spellcheck: "false", autocapitalize: "off" }),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            source.textContent = update.state.doc.toString();
            if (cell.state !== "running" && cell.state !== "waiting") mark(cell, "edited");
          }),
        ],
      }),
    });
    Object.defineProperty(cell, "code", { get: () => cell.editor.state.doc.toString() });
  }

  function prepare() {
    const hidden = new Map(JSON.parse(button.dataset.cells)); // {place in the order: code} of cells that are not on the page
    const boxes = [...document.querySelectorAll("article div.cell")];
    cells = [];
    for (let shown = 0; hidden.has(cells.length) || boxes[shown]; ) {
      if (hidden.has(cells.length)) {
        cells.push({ name: "set-up", code: hidden.get(cells.length), state: "" });
        continue;
      }
      const box = boxes[shown++];
      const input = box.querySelector(".cell_input");
      const cell = { name: `cell ${shown}`, box, state: "", raises: Boolean(box.querySelector(".traceback")) };
      cell.button = press("Run", () => runTo(cell), { "aria-label": `Run ${cell.name}` });
      cell.note = make("span");
      const bar = make("div", { class: "live-cell" }, cell.button, cell.note);
      // Beside the code, and in reach where that is folded; in the fold where all of the cell is
      const fold = box.classList.contains("tag_hide-cell") ? null : input.closest("details");
      (fold || input).after(bar);
      cell.output = box.querySelector(".cell_output") || make("div", { class: "cell_output docutils container" });
      if (!cell.output.isConnected) bar.after(cell.output);
      cells.push(cell);
      edit(cell, input);
    }
  }

  const STATES = { "": "not run yet", waiting: "waiting", running: "running …", done: "ran", error: "raised an error", edited: "edited, not run" };

  function mark(cell, state) {
    cell.state = state;
    if (!cell.box) return;
    cell.note.textContent = STATES[state];
    cell.box.dataset.live = state || "new";
  }

  // --- outputs: as the page has them ----------------------------------------------------------------

  const plain = (text) => [text].flat().join("").replace(/\x1b\[[\d;]*m/g, "");

  function text(kind, content) {
    return make("div", { class: `output ${kind} notranslate` }, make("div", { class: "highlight" }, make("pre", {}, content)));
  }

  function picture(cell, url) {
    // The words of the page's own picture hold as long as its code does.
    const same = cell.pictures ??= [...cell.output.querySelectorAll("img")].map((i) => i.alt);
    const alt = (!cell.changed && same.shift()) || `A figure drawn by ${cell.name}`;
    const onload = ({ target }) => (target.width = target.naturalWidth); // as the page's
    return make("img", { src: url, alt, onload });
  }

  const RENDER = {
    "text/html": (cell, html) => {
      const box = make("div", { class: "output text_html" });
      box.innerHTML = liveParts.purify.sanitize(html, {
        FORBID_TAGS: ["style", "form"],
        FORBID_ATTR: ["style"], // which the page's policy refuses
        // What the page's own scripts define
        CUSTOM_ELEMENT_HANDLING: { tagNameCheck: (name) => Boolean(customElements.get(name)), attributeNameCheck: /^[a-z-]+$/ },
      });
      return box;
    },
    "image/svg+xml": (cell, svg) => picture(cell, `data:image/svg+xml,${encodeURIComponent(svg)}`),
    "image/png": (cell, data) => picture(cell, `data:image/png;base64,${data}`),
    "image/jpeg": (cell, data) => picture(cell, `data:image/jpeg;base64,${data}`),
    "text/plain": (cell, words) => text("text_plain highlight-myst-ansi", plain(words)),
  };

  function render(cell, data) {
    const kind = Object.keys(RENDER).find((k) => k in data);
    return kind ? RENDER[kind](cell, [data[kind]].flat().join("")) : text("text_plain highlight-myst-ansi", "An output of a kind that this page cannot show.");
  }

  /** A function that takes the kernel's messages and shows them as a cell's outputs. */
  function receiver(cell) {
    const { output } = cell;
    let stale = true;
    let stream = "";
    const clear = () => {
      if (stale) output.replaceChildren();
      stale = false;
    };
    const add = (element) => {
      clear();
      stream = "";
      output.append(element);
    };
    const displays = new Map();
    const take = ({ header: { msg_type: type }, content }) => {
      if (type === "stream") {
        if (stream !== content.name) add(text("stream highlight-myst-ansi", ""));
        stream = content.name;
        output.lastChild.querySelector("pre").append(plain(content.text));
      } else if (type === "display_data" || type === "execute_result" || type === "update_display_data") {
        const made = render(cell, content.data);
        const id = content.transient?.display_id;
        if (type === "update_display_data") displays.get(id)?.replaceWith(made);
        else add(made);
        if (id) displays.set(id, made);
      } else if (type === "error") {
        add(text("traceback highlight-ipythontb", plain(content.traceback.join("\n"))));
      } else if (type === "clear_output") {
        stale = true;
        stream = "";
        if (!content.wait) clear();
      }
    };
    return { take, clear };
  }

  // --- running ---------------------------------------------------------------------------------------

  let queue = Promise.resolve();
  let round = 0; // cells of an earlier round are run no more

  const say = (words) => (news.textContent = words);

  async function runOne(cell, mine) {
    if (mine !== round) return mark(cell, "");
    const { code } = cell;
    mark(cell, "running");
    const screen = cell.box && receiver(cell);
    if (cell.box) {
      cell.original ??= code;
      cell.changed = code !== cell.original;
    }
    const future = kernel.requestExecute({ code, allow_stdin: false, stop_on_error: false });
    if (screen) future.onIOPub = screen.take;
    const { content } = await future.done;
    if (mine !== round) return;
    screen?.clear();
    cell.ran = true;
    mark(cell, content.status === "ok" ? "done" : "error");
    if (cell.code !== code) mark(cell, "edited");
    if (cell.box) cell.box.dispatchEvent(new Event("toggle")); // book.js: keys reach what is too wide
    return content;
  }

  /** Runs cells one after the other, until one raises that does not raise on the page. */
  function run(some, opened) {
    const mine = round;
    const todo = some.filter((cell) => cell.state !== "waiting");
    todo.forEach((cell) => mark(cell, "waiting"));
    queue = queue.then(async () => {
      for (const [n, cell] of todo.entries()) {
        if (mine !== round) return;
        if (opened(cell)) for (const fold of cell.box.querySelectorAll("details.below-input")) fold.open = true;
        say(`Running ${cell.name}.`);
        let answer;
        try {
          answer = await runOne(cell, mine);
        } catch (error) {
          // The kernel went away; `lost`, `restart` or `died` says so.
          if (mine === round) mark(cell, "");
          answer = null;
        }
        if (!answer || mine !== round) return todo.slice(n).forEach((c) => c.state === "waiting" && mark(c, ""));
        const raised = answer.status !== "ok" && `${answer.ename || "an error"}: ${(answer.evalue || "").split("\n")[0].slice(0, 120)}`;
        if (raised && (!cell.raises || cell.changed) && n < todo.length - 1) {
          todo.slice(n + 1).forEach((c) => mark(c, ""));
          return say(`${cell.name} raised ${raised}. The cells after it were not run.`.replace(/^c/, "C"));
        }
        say(`${cell.name} ${raised ? `raised ${raised}` : "ran"}.`.replace(/^c/, "C"));
      }
      if (todo.length > 2 && todo.at(-1) === cells.at(-1)) say("All cells ran.");
    });
  }

  /** Runs a cell, and before it those above that it may need and that have not been run. */
  function runTo(cell) {
    if (!kernel || cell.button.getAttribute("aria-disabled")) return;
    const above = cells.slice(0, cells.indexOf(cell)).filter((c) => !c.ran);
    run([...above, cell], (c) => c === cell);
  }

  const runAll = () => run(cells, (c) => Boolean(c.box));

  function forget() {
    round += 1;
    queue = Promise.resolve();
    for (const cell of cells) {
      cell.ran = false;
      mark(cell, "");
    }
  }

  async function restart() {
    forget();
    say("Python is starting again…");
    const mine = round;
    try {
      await within(SECONDS.kernel, kernel.restart(), "Python does not start again.", new AbortController().signal);
      if (mine === round) say("Python has started again and knows nothing: run the cells anew.");
    } catch (error) {
      lost(error instanceof Trouble ? error : new Trouble(`The server ${new URL(settings.baseUrl).host} does not answer any more.`));
    }
  }

  function interrupt() {
    round += 1;
    queue = Promise.resolve();
    cells.forEach((cell) => ["waiting", "running"].includes(cell.state) && mark(cell, ""));
    say("Stopped.");
    kernel.interrupt().catch(() => {});
  }

  /** Lets go of the kernel. */
  function drop() {
    if (kernel && !kernel.isDisposed) kernel.dispose();
    kernel = null;
  }

  function lost(error) {
    if (!kernel) return;
    drop();
    forget();
    able(false);
    const held = panel.contains(document.activeElement);
    failed(error, "Python is gone");
    panel.classList.add("live-bar"); // in sight of readers far down the page, who stay where they are
    if (held) title.focus();
  }

  /** Asks the server whether the kernel is still there, when its socket has closed. */
  async function lookAfter(model) {
    const { host } = new URL(settings.baseUrl);
    try {
      const answer = await ask(`api/kernels/${model.id}`);
      if (model === kernel && !answer.ok) lost(new Trouble(`The server ${host} has ended Python. Its variables are lost; what you wrote is still here.`));
    } catch {
      if (model === kernel) lost(new Trouble(`The server ${host} does not answer any more. What you wrote is still here.`));
    }
  }

  const able = (yes) =>
    cells.forEach((cell) => cell.button && (yes ? cell.button.removeAttribute("aria-disabled") : cell.button.setAttribute("aria-disabled", "true")));

  /** The kernel is there. */
  function ready() {
    if (!cells) prepare();
    forget();
    able(true);
    const mine = kernel;
    kernel.connectionStatusChanged.connect((_, status) => mine === kernel && status !== "connected" && lookAfter(mine));
    kernel.statusChanged.connect((_, status) => {
      if (mine !== kernel || !["autorestarting", "dead"].includes(status)) return;
      forget();
      say("Python has died, perhaps for want of memory, and starts again. Its variables are lost.");
      if (status === "dead") lost(new Trouble("Python has died and does not start again."));
    });
    show(
      `Running on ${new URL(settings.baseUrl).host}`,
      make("p", { class: "live-buttons" }, press("Run all", runAll, { class: "live-go" }), press("Stop", interrupt), press("Restart", restart)),
    );
    panel.classList.add("live-bar");
    say("Python is ready. Edit and run the cells: Shift+Enter runs one, Escape leaves it.");
    title.focus();
  }

  // --- the button ------------------------------------------------------------------------------------

  const open = () => {
    if (panel.hidden || !body.hasChildNodes()) consent();
    else title.focus();
  };
  button.addEventListener("click", open);
  for (const event of ["load", "error"]) style.addEventListener(event, open); // no panel without its looks
})();
