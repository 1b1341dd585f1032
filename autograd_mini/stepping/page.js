const byId = (id) => document.getElementById(id);

/** One run on the page: its scene, its words and its question. */
class Run {
  constructor(run, picked) {
    this.run = run;
    this.folding = new Folding(run);
    this.stride = new Stride(run, this.folding);
    this.words = new Words(run, this.folding);
    this.learner = new Learner();
    this.scene = new Scene(run, this.folding, (part) => picked(this.nextAbout(part), part), (frame) => this.toggle(frame));
    this.said = make("div", { class: "words", "aria-live": "polite", "aria-atomic": "true" });
    this.asked = make("div", { class: "question" });
    const zoom = make("div", { class: "zoom" });
    for (const [sign, name, act] of [
      ["−", say`Zoom out`, () => this.scene.zoom(0.8)], ["+", say`Zoom in`, () => this.scene.zoom(1.25)],
      [say`Fit`, say`Fit, as far as it can be read`, () => this.scene.fit()],
    ]) {
      const button = make("button", { type: "button", title: name, "aria-label": name }, sign);
      button.addEventListener("click", act);
      zoom.append(button);
    }
    const caption = run.caption ? [make("h2", {}, run.caption)] : [];
    this.article = make("article", { class: "run" },
      make("div", {}, ...caption, make("div", { class: "graph" }, this.scene.svg, zoom)),
      make("div", { class: "beside", tabindex: "0", role: "region", "aria-label": say`${run.caption} In words`.trim() },
        this.said, this.asked));
    if (run.code) this.code = new Code(run, (card) => picked(this.nextAbout(this.find(card)), this.find(card)));
    if (this.code) this.article.firstChild.append(this.code.element); // below the graph
    if (run.wrong) this.teacher = new Teacher(run);
    if (this.teacher) this.article.querySelector(".beside").prepend(this.teacher.element);
  }

  /** The next step about a card or a closed scope, and after its last the first again. */
  nextAbout(part) {
    const steps = this.folding.about[part];
    return steps.find((k) => k > this.step) ?? steps[0];
  }

  /** What shows a card: itself, once all that is around it is open. */
  find(card) {
    if (this.folding.shown[card] !== card) this.rearrange(() => this.folding.reveal(card));
    return card;
  }

  /** Opens or closes a scope, whose corner stays where it is on the screen. */
  toggle(frame) {
    const before = this.scene.cornerOf(frame);
    this.rearrange(() => this.folding.toggle(frame));
    const after = this.scene.cornerOf(frame), [x, y] = this.scene.middle;
    this.scene.look(this.scene.within([x + after[0] - before[0], y + after[1] - before[1]]));
    refold();
    this.scene.toggles.get(frame)?.focus({ preventScroll: true });
  }

  rearrange(change) {
    change();
    this.folding.refresh();
    this.scene.arrange();
    this.scene.look(this.scene.middle);
    this.known = undefined;
  }

  /** Everything that is known at a step; the step's own number is not, while it is asked for. */
  state(step, isHidden) {
    const { cards, arrows, steps, root, fitting: most } = this.run;
    const { known, folding } = this, { stops, stopAt } = folding;
    const isNext = known && !isHidden && known.step === stops[stopAt[step] - 1];
    const fresh = { from: [], returns: [], now: undefined, flows: undefined, asked: undefined, cards: [], arrows: [] };
    const state = isNext ? { ...known.state, ...fresh } : { data: cards.map((card) => !card.inputs.length), grad: [], exactly: [], flow: [], whole: new Set(), ...fresh };
    state.changed = isNext ? step : undefined; // then only what this step and the last one are about has to be shown
    for (let k = isNext ? (stops[stopAt[step] - 2] ?? -1) + 1 : 0; k <= step; k++) { // the last stop again: it happens no more
      const { kind, card, arrow } = steps[k];
      const isAsked = isHidden && k === step;
      if (kind === "forward") {
        state.data[card] = !isAsked;
        state.cards.push(folding.shown[card]);
        for (const into of folding.into[folding.shown[card]]) state.flow[into] = [brief(cards[folding.arrows[into].tail].data, most), ""];
      }
      if (kind === "seed") {
        state.grad[root] = this.run.seed;
        state.whole.add(root);
      }
      if (kind === "backward" && !isAsked) {
        const { tail } = arrows[arrow], shown = folding.arrowOf(arrow);
        state.grad[tail] = steps[k].after;
        state.exactly[tail] = steps[k].exactly;
        if (!steps[k].pending) state.whole.add(tail); // its gradient is complete
        state.cards.push(folding.shown[tail]);
        if (shown === undefined) continue; // within a closed scope
        state.arrows.push(shown);
        state.flow[shown] = ["", brief(shown === arrow ? steps[k].contribution : [folding.arrows[shown].contribution], most)];
      }
    }
    this.known = isHidden ? undefined : { step, state };
    const now = steps[step], { kind, card, arrow } = now, fold = folding.foldOf(step);
    if (fold !== undefined) this.stateOfFold(state, fold, kind, card ?? arrows[arrow].head);
    else if (kind === "forward") {
      state.now = card;
      state.from = cards[card].inputs;
      state.flows = card;
      if (isHidden) state.asked = card;
    } else if (kind === "seed") {
      state.now = root;
    } else if (kind === "backward") {
      const shown = folding.arrowOf(arrow);
      state.now = arrows[arrow].tail;
      state.from = [arrows[arrow].head];
      state.returns = [shown];
      if (isHidden) state.flow[shown] = ["", `${now.upstream[0]} × ?`];
      else if (now.scalar && now.local)
        state.flow[shown] = [`${now.upstream[0]} × ${bracketed(now.local[0])}`, `${signed(now.sign)} ${now.contribution[0]}`.trim()];
      else if (!now.local) state.flow[shown] = [fitting(arrows[arrow].formula, most), brief(now.contribution, most)];
    }
    return state;
  }

  /** The same of a step within a closed scope: all its arrows at once. */
  stateOfFold(state, fold, kind, card) {
    const { parts, arrows, into, bundles } = this.folding, { output } = parts[fold], { fitting: most } = this.run;
    state.now = output < 0 ? card : output;
    if (kind === "forward") {
      state.flows = fold;
      state.from = into[fold].map((k) => arrows[k].tail);
      return;
    }
    state.returns = into[fold].filter((k) => !arrows[k].step);
    for (const k of state.returns) {
      const { upstream, local, sign, contribution, formula } = arrows[k];
      if (local !== undefined) state.flow[k] = [fitting(`${upstream} × ${bracketed(local)}`, most), fitting(`${signed(sign)} ${contribution}`, most)];
      else state.flow[k] = [fitting(formula ?? "", most), fitting(contribution, most)];
    }
    if (bundles.size) state.returns = [...new Set(state.returns.map((k) => this.folding.bundleOf.get(k) ?? k))];
  }

  show(wanted, isAsking) {
    const { stops, stopAt } = this.folding, step = stops[stopAt[wanted]];
    this.step = step;
    const question = isAsking ? this.words.question(step) : null;
    this.scene.show(this.state(step, Boolean(question)));
    for (const part of [this.code, this.teacher]) part?.show(this.scene.state);
    this.say(this.words.of(step, Boolean(question)));
    this.asked.replaceChildren(...(question ? [this.form(question)] : []));
    mark(this.article, "asks", Boolean(question)); // then nothing else may tell
  }

  say({ pass, title, text, rows = [], remark, isWrong, exact, maps = [], factors = [] }) {
    const list = rows.flatMap(([term, formula, number]) => [
      make("div", {}, make("dt", {}, term), make("dd", {}, formula, " ", make("b", {}, ...number.split("\n").flatMap((line) => [line, make("br")]).slice(0, -1)))),
    ]);
    mark(this.said, "forward", this.run.steps[this.step].kind === "forward");
    this.said.replaceChildren(
      ...(pass ? [make("p", { class: "pass" }, pass)] : []), make(this.run.caption ? "h3" : "h2", { class: "title" }, title),
      ...(text ? [make("p", {}, text)] : []), ...(list.length ? [make("dl", exact ? { title: say`All digits: ${exact}` } : {}, ...list)] : []),
      ...(maps.length ? [showMaps(maps, factors)] : []),
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

const runs = JSON.parse(byId("data").textContent).map((run) => new Run(run, (step, part) => byHand(step, part)));
const longest = runs.reduce((a, b) => (b.run.steps.length > a.run.steps.length ? b : a));
const { stride } = longest;
const last = Math.max(...runs.map((run) => run.run.steps.length)) - 1;
const live = runs[0].run.live.kernel
  ? new KernelPanel(runs[0], (step) => go(step)) : new LivePanel(runs, (step) => go(step), last);
let now = 0;
let playing = null;
let linking = null;

const go = (step, part) => {
  const { stops, stopAt } = longest.folding, stop = stopAt[Math.min(last, Math.max(0, step))], end = stops.length - 1;
  now = stops[stop];
  const isAsking = byId("learner").checked;
  runs.forEach((run) => run.show(Math.min(now, run.run.steps.length - 1), isAsking));
  if (part !== undefined) runs.forEach((run) => run.folding.places.has(part) && run.scene.follow([part]));
  live.show(now);
  byId("slider").max = end;
  byId("slider").value = stop;
  byId("slider").setAttribute("aria-valuetext", say`step ${stop} of ${end}`);
  put(byId("count"), say`Step ${stop} of ${end}`);
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
  put(byId("play"), say`Play`);
};

const play = () => {
  if (playing) return pause();
  if (now === last) go(0);
  playing = setInterval(() => go(stride.after(now, byId("by").value)), PAUSES[byId("speed").value]);
  put(byId("play"), say`Pause`);
};

/** Shows the page after scopes were opened or closed: at the step where it is, or at the one that holds it now. */
const refold = () => {
  pause();
  go(now);
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
  const found = search(runs[0], wanted);
  if (!found.length) return put(byId("found"), wanted ? say`No node of that name, operation, scope or number` : "");
  const turn = found.indexOf(find.latest) + 1;
  find.latest = found[turn % found.length];
  const shown = runs[0].find(find.latest);
  byHand(runs[0].nextAbout(shown), shown);
  runs[0].scene.reach(find.latest);
  put(byId("found"), say`${cards[find.latest].name}: ${(turn % found.length) + 1} of ${found.length}`);
};

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
byId("slider").addEventListener("input", () => byHand(longest.folding.stops[Number(byId("slider").value)]));
byId("scopes").hidden = !runs.some((run) => run.folding.folds.length);
for (const [id, isClosed] of [["open", false], ["close", true]])
  byId(id).addEventListener("click", () => {
    for (const run of runs) run.rearrange(() => run.folding.folds.forEach((frame) => run.folding.toggle(frame, isClosed)));
    refold();
    for (const { scene } of runs) scene.fit();
  });
byId("previous").addEventListener("click", stepBack);
byId("next").addEventListener("click", stepOn);
byId("by").append(...["arrow", "node", ...stride.kinds, "pass"].map((by) => make("option", { value: by }, STEPS[by] ?? by)));
byId("speed").append(...Object.keys(PAUSES).map((name) => make("option", {}, name)));
byId("speed").value = say`medium`;
byId("speed").addEventListener("change", () => playing && (pause(), play()));
document.body.classList.add("scripted");
mark(document.body, "brief", !document.querySelector(".about p"));
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
