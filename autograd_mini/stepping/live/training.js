const WIDE = 600, HIGH = 90; // of the loss curve, in its own units

/** Descent, step by step: forward, backward, w ← w − lr · ∂loss/∂w, and again; its loss curve is what one moves along. */
class Training {
  constructor(live, { parameters, rate, steps, most }, moved) {
    [this.live, this.parameters, this.most, this.moved, this.time] = [live, parameters, most, moved, 0];
    const box = (name, value, step) => make("input", { type: "number", value, step, min: 0, "aria-label": name });
    [this.rate, this.steps] = [box("lr", rate, "any"), box(say`steps`, steps, 1)];
    this.back = make("button", { type: "button", "aria-label": say`One training step back` }, "◀");
    this.on = make("button", { type: "button", "aria-label": say`One training step on` }, "▶");
    this.play = make("button", { type: "button" }, say`Train`);
    this.said = make("output", {});
    this.curve = make("svg:polyline", { class: "curve" });
    this.dot = make("svg:line", { class: "dot", y1: 0, y2: HIGH });
    this.axis = make("span", { class: "axis" });
    this.scrubber = make("input", { type: "range", min: 0, value: 0, step: 1, "aria-label": say`Training step` });
    this.updates = make("p", { class: "updates" });
    const svg = make("svg:svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" }, this.curve, this.dot);
    this.element = make("details", { class: "live training", open: "" }, make("summary", {}, say`Training: w ← w − lr · gradient, again and again`),
      make("p", {}, this.back, " ", this.play, " ", this.on, " ", make("span", {}, "lr ", this.rate), " ", make("span", {}, say`steps `, this.steps), " ", this.said),
      make("div", { class: "plot" }, svg, this.axis), this.scrubber, this.updates);
    this.scrubber.addEventListener("input", () => this.byHand(Number(this.scrubber.value)));
    this.back.addEventListener("click", () => this.byHand(this.time - 1));
    this.on.addEventListener("click", () => this.byHand(this.time + 1));
    this.play.addEventListener("click", () => this.start());
    for (const input of [this.rate, this.steps]) input.addEventListener("input", () => (this.follow(), this.moved()));
    this.states = [this.here()];
    this.follow();
  }

  get last() {
    return Math.min(this.most, Math.max(1, Math.round(Number(this.steps.value)) || 1));
  }

  here() {
    return { leaves: this.live.leaves.map((card) => this.live.data(card)), loss: this.live.data(this.live.run.root) };
  }

  take({ leaves }) {
    this.live.set(this.live.leaves.map((card, i) => [card, leaves[i]]));
  }

  /** Computes what comes after now, from the numbers of now: what was before stays as it was. */
  follow() {
    const rate = Number(this.rate.value), now = this.here();
    this.states.length = this.time;
    this.states.push(now);
    while (this.states.length <= this.last) {
      for (const card of this.parameters) this.live.program.set(card, this.live.data(card) - rate * this.live.gradient(card));
      this.live.program.run();
      this.states.push(this.here());
    }
    this.live.set(this.live.leaves.map((card, i) => [card, now.leaves[i]]));
    this.draw();
  }

  byHand(time) {
    this.stop();
    this.go(time);
  }

  go(time) {
    this.time = Math.min(this.states.length - 1, Math.max(0, time));
    this.take(this.states[this.time]);
    this.draw();
    this.moved();
  }

  start() {
    if (this.playing) return this.stop();
    if (this.time === this.states.length - 1) this.go(0);
    put(this.play, say`Pause`);
    this.playing = setInterval(() => (this.time < this.states.length - 1 ? this.go(this.time + 1) : this.stop()), 150);
  }

  stop() {
    clearInterval(this.playing);
    this.playing = null;
    put(this.play, say`Train`);
  }

  reset() {
    this.stop();
    this.time = 0;
  }

  draw() {
    const losses = this.states.map(({ loss }) => loss), last = losses.length - 1, { run } = this.live;
    const finite = losses.filter(Number.isFinite), low = Math.min(...finite), high = Math.max(...finite);
    const isLog = low > 0 && high / low > 100, scale = isLog ? Math.log : (x) => x;
    const height = (x) => HIGH - 4 - ((scale(x) - scale(low)) / (scale(high) - scale(low) || 1)) * (HIGH - 8);
    const points = losses.flatMap((x, k) => (Number.isFinite(x) ? [`${(k / last) * WIDE},${height(x).toFixed(1)}`] : []));
    this.curve.setAttribute("points", points.join(" "));
    for (const end of ["x1", "x2"]) this.dot.setAttribute(end, (this.time / last) * WIDE);
    const name = run.cards[run.root].name;
    put(this.axis, finite.length ? `${name}: ${worded(high)} … ${worded(low)}${isLog ? say`, logarithmic` : ""}` : say`${name} is no number`);
    put(this.said, say`Step ${this.time} of ${last}: ${name} = ${worded(losses[this.time])}`);
    this.scrubber.max = last;
    this.scrubber.value = this.time;
    this.scrubber.setAttribute("aria-valuetext", this.said.textContent);
    [this.back.disabled, this.on.disabled] = [this.time === 0, this.time === last];
    const rate = Number(this.rate.value), move = (w, lr, g) => w - lr * g;
    const shown = this.parameters.slice(0, 3).map((card) => {
      const numbers = [this.live.data(card), rate, this.live.gradient(card)];
      const { operands: [w, lr, g], sign, result } = wordEquation(numbers, move, move(...numbers));
      return `${run.cards[card].name} ← ${w} − ${lr} × ${bracketed(g)} ${signed(sign)} ${result}`;
    });
    put(this.updates, say`The next step: ${shown.join("; ")}${this.parameters.length > 3 ? "; …" : ""}`);
  }
}
