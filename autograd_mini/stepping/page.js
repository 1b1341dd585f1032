const byId = (id) => document.getElementById(id);

/** One run on the page: its scene, its words and its question. */
class Run {
  constructor(run, picked) {
    this.run = run;
    run.stride = this.stride = new Stride(run);
    this.words = new Words(run);
    this.learner = new Learner();
    this.scene = new Scene(run, (card) => picked(this.nextAbout(card), card));
    this.said = make("div", { class: "words", "aria-live": "polite", "aria-atomic": "true" });
    this.asked = make("div", { class: "question" });
    const zoom = make("div", { class: "zoom" });
    for (const [sign, name, act] of [
      ["−", "Zoom out", () => this.scene.zoom(0.8)], ["+", "Zoom in", () => this.scene.zoom(1.25)],
      ["Fit", "Show the whole graph", () => this.scene.fit()],
    ]) {
      const button = make("button", { type: "button", title: name, "aria-label": name }, sign);
      button.addEventListener("click", act);
      zoom.append(button);
    }
    const caption = run.caption ? [make("h2", {}, run.caption)] : [];
    this.article = make("article", { class: "run" },
      make("div", {}, ...caption, make("div", { class: "graph" }, this.scene.svg, zoom)),
      make("div", { class: "beside", tabindex: "0", role: "region", "aria-label": `${run.caption} In words`.trim() },
        this.said, this.asked));
    if (run.code) this.code = new Code(run, (card) => picked(this.nextAbout(card), card));
    if (this.code) this.article.firstChild.append(this.code.element); // below the graph
    if (run.wrong) this.teacher = new Teacher(run);
    if (this.teacher) this.article.querySelector(".beside").prepend(this.teacher.element);
    this.about = run.cards.map(() => []); // for each card the steps about it
    run.steps.forEach((step, k) => {
      const cards = { forward: [step.card], seed: [run.root], backward: [run.arrows[step.arrow]?.tail] }[step.kind];
      cards?.forEach((card) => this.about[card].push(k));
    });
    run.cards.forEach((card, i) => card.inputs.length || this.about[i].unshift(0));
  }

  /** The next step about a card, and after its last the first again. */
  nextAbout(card) {
    const steps = this.about[card];
    return steps.find((k) => k > this.step) ?? steps[0];
  }

  /** Everything that is known at a step; the step's own number is not, while it is asked for. */
  state(step, isHidden) {
    const { cards, arrows, steps, root, fitting: most } = this.run;
    const { known } = this, isNext = known && !isHidden && known.step === step - 1;
    const state = isNext
      ? { ...known.state, from: [], now: undefined, flows: undefined, returns: undefined, asked: undefined }
      : { data: cards.map((card) => !card.inputs.length), grad: [], exactly: [], flow: [], from: [] };
    state.changed = isNext ? step : undefined; // then only what this step and the last one are about has to be shown
    for (let k = isNext ? step - 1 : 0; k <= step; k++) {
      const { kind, card, arrow } = steps[k];
      const isAsked = isHidden && k === step;
      if (kind === "forward") {
        state.data[card] = !isAsked;
        for (const into of this.scene.into[card]) state.flow[into] = [brief(cards[arrows[into].tail].data, most), ""];
      }
      if (kind === "seed") state.grad[root] = this.run.seed;
      if (kind === "backward" && !isAsked) {
        state.grad[arrows[arrow].tail] = steps[k].after;
        state.exactly[arrows[arrow].tail] = steps[k].exactly;
        state.flow[arrow] = ["", brief(steps[k].contribution, most)];
      }
    }
    this.known = isHidden ? undefined : { step, state };
    const now = steps[step], { kind, card, arrow } = now;
    if (kind === "forward") {
      state.now = card;
      state.from = cards[card].inputs;
      state.flows = card;
      if (isHidden) state.asked = card;
    } else if (kind === "seed") {
      state.now = root;
    } else if (kind === "backward") {
      state.now = arrows[arrow].tail;
      state.from = [arrows[arrow].head];
      state.returns = arrow;
      if (isHidden) state.flow[arrow] = ["", `${now.upstream[0]} × ?`];
      else if (now.scalar && now.local)
        state.flow[arrow] = [`${now.upstream[0]} × ${bracketed(now.local[0])}`, `${now.sign} ${now.contribution[0]}`.trim()];
      else if (!now.local) state.flow[arrow] = [fitting(arrows[arrow].formula, most), brief(now.contribution, most)];
    }
    return state;
  }

  show(step, isAsking) {
    this.step = step;
    const question = isAsking ? this.words.question(step) : null;
    this.scene.show(this.state(step, Boolean(question)));
    for (const part of [this.code, this.teacher]) part?.show(this.scene.state);
    this.say(this.words.of(step, Boolean(question)));
    this.asked.replaceChildren(...(question ? [this.form(question)] : []));
    mark(this.article, "asks", Boolean(question)); // then nothing else may tell
  }

  say({ pass, title, text, rows = [], remark, isWrong, exact }) {
    const list = rows.flatMap(([term, formula, number]) => [
      make("div", {}, make("dt", {}, term), make("dd", {}, formula, " ", make("b", {}, ...number.split("\n").flatMap((line) => [line, make("br")]).slice(0, -1)))),
    ]);
    this.said.className = `words ${pass === "Forward" ? "forward" : ""}`;
    this.said.replaceChildren(
      ...(pass ? [make("p", { class: "pass" }, pass)] : []), make(this.run.caption ? "h3" : "h2", { class: "title" }, title),
      ...(text ? [make("p", {}, text)] : []), ...(list.length ? [make("dl", exact ? { title: `All digits: ${exact}` } : {}, ...list)] : []),
      ...(remark ? [make("p", { class: isWrong ? "remark wrong" : "remark" }, remark)] : []));
  }

  form(question) {
    return this.learner.form(this.step, question, (words) => {
      this.scene.show(this.state(this.step, false));
      this.say(this.words.of(this.step, false));
      this.asked.replaceChildren(make("p", { class: "verdict", role: "status" }, words), this.learner.score);
      mark(this.article, "asks", false);
      byId("next").focus();
    });
  }
}

const runs = JSON.parse(byId("data").textContent).map((run) => new Run(run, (step, card) => byHand(step, card)));
const last = Math.max(...runs.map((run) => run.run.steps.length)) - 1;
const live = runs[0].run.live?.kernel
  ? new KernelPanel(runs[0], (step) => go(step), last) : new LivePanel(runs, (step) => go(step), last);
let now = 0;
let playing = null;
let linking = null;

const go = (step, card) => {
  now = Math.min(last, Math.max(0, step));
  const isAsking = byId("learner").checked;
  runs.forEach((run) => run.show(Math.min(now, run.run.steps.length - 1), isAsking));
  if (card !== undefined) runs.forEach((run) => run.scene.follow([card]));
  live.show(now);
  byId("slider").value = now;
  byId("slider").setAttribute("aria-valuetext", `step ${now} of ${last}`);
  put(byId("count"), `Step ${now} of ${last}`);
  byId("previous").disabled = now === 0;
  byId("next").disabled = now === last;
  if (now === last) pause();
  link();
};

/** Writes the step into the address, once it stands still: browsers refuse to do so many times a second. */
const link = () => {
  clearTimeout(linking);
  if (location.protocol === "about:") return; // a notebook's frame has no address
  linking = setTimeout(() => history.replaceState(null, "", `#step=${now}${byId("learner").checked ? "&ask" : ""}`), 150);
};

const pause = () => {
  clearInterval(playing);
  playing = null;
  put(byId("play"), "Play");
};

const play = () => {
  if (playing) return pause();
  if (now === last) go(0);
  playing = setInterval(() => go(stride.after(now, byId("by").value)), PAUSES[byId("speed").value]);
  put(byId("play"), "Pause");
};

const byHand = (step, card) => {
  pause();
  go(step, card);
};

/** Where the address leads: to a step, and where it ends in "ask" to a learner's question. */
const linked = () => {
  const [, step = 0, asks] = /^#(?:step=(\d+))?&?(ask)?$/.exec(location.hash) ?? [];
  if (asks && runs.length === 1 && !runs[0].run.wrong) byId("learner").checked = true;
  byId("play").disabled = byId("learner").checked;
  return Number(step);
};

const find = (event) => {
  event.preventDefault();
  const wanted = byId("wanted").value.trim();
  const { cards } = runs[0].run;
  const found = search(runs[0].run, wanted);
  if (!found.length) return put(byId("found"), wanted ? "No node of that name, operation, scope or number" : "");
  const turn = found.indexOf(find.latest) + 1;
  find.latest = found[turn % found.length];
  byHand(runs[0].nextAbout(find.latest), find.latest);
  runs[0].scene.reach(find.latest);
  put(byId("found"), `${cards[find.latest].name}: ${(turn % found.length) + 1} of ${found.length}`);
};

const longest = runs.reduce((a, b) => (b.run.steps.length > a.run.steps.length ? b : a));
const { stride } = longest;
const stepOn = () => byHand(stride.after(now, byId("by").value));
const stepBack = () => byHand(stride.before(now, byId("by").value));

const keys = {
  ArrowLeft: () => stepBack(), ArrowRight: () => stepOn(), Home: () => byHand(0), End: () => byHand(last),
  " ": () => byId("play").disabled || play(), "/": () => byId("wanted").focus(),
  "+": () => runs.forEach((run) => run.scene.zoom(1.25)), "-": () => runs.forEach((run) => run.scene.zoom(0.8)),
  0: () => runs.forEach((run) => run.scene.fit()),
};

document.addEventListener("keydown", (event) => {
  const { tagName, type } = event.target;
  const isTyped = tagName === "SELECT" || (tagName === "INPUT" && type !== "range" && type !== "checkbox");
  if (event.target.closest(".live")) return;
  const isOwn = (tagName === "BUTTON" || type === "checkbox" || tagName === "SUMMARY") && event.key === " ";
  if (isTyped || isOwn || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

byId("runs").append(...runs.map((run) => run.article));
byId("runs").classList.toggle("several", runs.length > 1);
byId("asking").hidden = runs.length > 1 || Boolean(runs[0].run.wrong); // one question at a time
byId("slider").max = last;
byId("slider").addEventListener("input", () => byHand(Number(byId("slider").value)));
byId("previous").addEventListener("click", stepBack);
byId("next").addEventListener("click", stepOn);
byId("by").append(...[...STEPS.slice(0, 2), ...stride.kinds, STEPS[2]].map((by) => make("option", {}, by)));
byId("speed").append(...Object.keys(PAUSES).map((name) => make("option", name === "medium" ? { selected: "" } : {}, name)));
byId("speed").addEventListener("change", () => playing && (pause(), play()));
document.body.classList.add("scripted");
const drawn = [...document.querySelectorAll("svg.drawn")]; // with a script they are for paper alone
const print = matchMedia("print");
const paper = () => drawn.forEach((svg) => (print.matches ? byId("runs").before(svg) : svg.remove()));
print.addEventListener("change", paper);
paper();
byId("play").addEventListener("click", play);
byId("search").addEventListener("submit", find);
byId("learner").addEventListener("change", () => {
  pause();
  byId("play").disabled = byId("learner").checked;
  go(now);
});
window.addEventListener("hashchange", () => byHand(linked()));
go(linked());
