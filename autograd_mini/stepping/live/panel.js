/** A name, a number box and a slider; both call change(number). */
class NumberRow {
  constructor(name, given, change) {
    const reach = Math.max(2, 2 * Math.abs(given)), isSafe = Number.isFinite(reach);
    const range = { type: "range", min: -reach, max: reach, step: "any", "aria-label": say`${name}, slider` };
    this.slider = make("input", isSafe ? range : { ...range, disabled: "" });
    this.box = make("input", { type: "number", step: "any", "aria-label": name });
    this.slider.addEventListener("input", () => {
      const x = Number(Number(this.slider.value).toPrecision(4));
      this.write(x);
      change(x);
    });
    this.box.addEventListener("input", () => {
      if (this.box.value === "" || !Number.isFinite(Number(this.box.value))) return;
      this.follow(Number(this.box.value));
      change(Number(this.box.value));
    });
    this.show(given);
    this.element = make("div", { class: "leaf" }, make("span", { "aria-hidden": "true", title: name }, name), this.box, this.slider);
  }

  show(x) {
    this.write(x);
    this.follow(x);
  }

  write(x) {
    const text = worded(x, 6); // "≈1" a box does not take, and 1 it is not
    this.box.value = Number.isFinite(x) ? (text.startsWith("≈") ? x : text) : "";
  }

  follow(x) {
    const { slider } = this;
    if (!Number.isFinite(x) || slider.disabled) return;
    if (Math.abs(x) > slider.max) [slider.min, slider.max] = [-Math.abs(x), Math.abs(x)];
    slider.value = x;
  }
}

/** What moves a live page: a number box and a slider for every leaf, and the nudge of a card. */
class LivePanel {
  constructor(runs, go, last) {
    this.runs = runs; // the first one's leaves are shown; those of others with the same names follow
    this.lives = runs.filter(({ run }) => !run.live.still).map(({ run }) => new LiveRun(run));
    [this.go, this.last, this.changed] = [go, last, new Map()];
    const [first] = runs, { still } = first.run.live;
    const beside = first.article.querySelector(".beside");
    if (still) {
      beside.append(make("p", { class: "still" }, say`Its numbers stand still: ${still}.`));
      return;
    }
    [this.live] = this.lives;
    const { cards } = first.run;
    this.rows = this.live.leaves.map((card, i) => this.row(card, cards[card].name, this.live.given[i]));
    const reset = make("button", { type: "button" }, say`Reset`);
    reset.addEventListener("click", () => {
      this.training?.reset();
      this.live.leaves.forEach((card, i) => {
        this.rows[i].show(this.live.given[i]);
        this.change(card, this.live.given[i]);
      });
    });
    this.nudge = new Nudge(this.live);
    const leaves = make("div", { class: "leaves" }, ...this.rows.map(({ element }) => element));
    beside.prepend(make("details", { class: "live", open: "" }, make("summary", {}, say`Change the numbers`), leaves, reset));
    if (first.run.training) this.train(first);
    beside.append(this.nudge.element); // below the words, whose length may change: a slider stays under the finger
  }

  train({ run, article }) {
    this.training = new Training(this.live, run.training, () => {
      this.live.leaves.forEach((card, i) => this.rows[i].show(this.live.data(card)));
      this.go(this.step || this.last);
    });
    article.firstChild.append(this.training.element); // below the graph
  }

  row(card, name, given) {
    return new NumberRow(name, given, (x) => this.change(card, x));
  }

  /** Takes a leaf's new number; however many come before the next frame, all is computed and shown once. */
  change(card, x) {
    if (!this.changed.size) requestAnimationFrame(() => this.draw());
    this.changed.set(card, x);
  }

  draw() {
    const { cards } = this.live.run, changed = [...this.changed];
    this.changed.clear();
    for (const live of this.lives) {
      const find = (card) => live.leaves.find((other) => live.run.cards[other].name === cards[card].name);
      const own = live === this.live ? changed : changed.map(([card, x]) => [find(card), x]);
      live.set(own.filter(([card]) => card !== undefined));
    }
    this.training?.follow();
    this.go(this.step || this.last); // at the beginning there would be nothing to see but the leaf itself
  }

  /** Follows the page to a step. */
  show(step) {
    this.step = step;
    this.nudge?.show(this.runs[0].scene.state.now);
  }
}

const ROUNDING = 2 ** -50; // of the numbers a nudge compares: a few units in their last digit

/** A card is raised by a little: how much the end changes, and how much the chain rule says. */
class Nudge {
  constructor(live) {
    this.live = live;
    [this.card] = live.leaves;
    [this.end, this.seed] = [differentiated(live.run), live.gradient(live.run.root)];
    const { cards } = live.run;
    this.name = make("select", { "aria-label": say`Raise` }, ...cards.map((card, i) => make("option", { value: i }, card.name)));
    this.by = make("input", { type: "number", step: "any", value: "0.001", "aria-label": say`by h` });
    this.said = make("dl", {});
    this.verdict = make("p", { class: "remark" });
    this.name.addEventListener("change", () => this.show(Number(this.name.value)));
    this.by.addEventListener("input", () => this.show());
    this.element = make("details", { class: "live nudge", open: "" }, make("summary", {}, say`Nudge a number`),
      make("p", {}, say`Raise `, this.name, " ", make("span", {}, say`by h = `, this.by)), this.said, this.verdict);
  }

  show(card = this.card) {
    if (this.card !== card) this.name.value = card; // which looks through all options
    this.card = card;
    const { live, end, seed } = this, of = live.run.cards[card], h = Number(this.by.value);
    if (!h || !Number.isFinite(h)) return this.say([], say`h is a number, and not 0.`);
    const [gradient, up, down] = [live.gradient(card), seed * live.raise(card, h), seed * live.raise(card, -h)];
    const slope = (up - down) / (2 * h), off = Math.abs(slope - gradient) / Math.max(Math.abs(slope), Math.abs(gradient));
    const sizes = Math.abs(seed * live.data(live.run.root)) + Math.abs(gradient * live.data(card));
    const isLost = Math.abs(slope - gradient) <= ROUNDING * sizes / Math.abs(h);
    this.say([
      [say`${end.name} changes by`, worded(up, 6)], [say`gradient × h`, worded(gradient * h, 6)],
      [say`Slope measured, h to both sides`, worded(slope, 8)], [say`Chain rule, ${partial(end, of)}`, worded(gradient, 8)],
    ], this.judge(off, slope, gradient, isLost));
    mark(this.verdict, "wrong", off > 0.01 && !isLost);
  }

  judge(off, slope, gradient, isLost) {
    if (slope === gradient) return say`They agree to the last digit.`;
    if (Number.isNaN(off)) return say`There is no slope to measure here.`;
    if (off > 0.01 && isLost) return say`h is so small that rounding hides the slope: try a larger h.`;
    if (off > 0.01) return say`They differ. A kink or a bend within h may be why; try a smaller h. Else a derivative is wrong.`;
    const digits = Math.floor(-Math.log10(off));
    return say`They agree to ${digits} digit${plural(digits)}; what is left is the bend of the curve within h, and rounding.`;
  }

  say(rows, verdict) {
    this.said.replaceChildren(...rows.map(([term, text]) => make("div", {}, make("dt", {}, term), make("dd", {}, make("b", {}, text)))));
    put(this.verdict, verdict);
  }
}
