/** What moves a page of arrays in a notebook: a leaf's number goes to the kernel, which sends all numbers back. */
class KernelPanel {
  constructor({ run, scene, folding, article }, go) {
    Object.assign(this, { run, scene, folding, go, waiting: new Map(), isAsking: false });
    this.leaves = run.live.kernel.map((leaf) => ({ ...leaf, given: leaf.numbers }));
    this.rows = this.leaves.map((leaf) => this.row(leaf));
    this.said = make("p", { class: "verdict", role: "status" });
    const reset = make("button", { type: "button" }, say`Reset`);
    reset.addEventListener("click", () => {
      for (const leaf of this.leaves) leaf.given.forEach((x, place) => x !== leaf.numbers[place] && this.change(leaf, place, x));
      this.rows.forEach((row) => row.follow());
    });
    const leaves = make("div", { class: "leaves" }, ...this.rows.map(({ element }) => element));
    article.querySelector(".beside").prepend(make("details", { class: "live", open: "" },
      make("summary", {}, say`Change the numbers`), leaves, reset, this.said));
    window.addEventListener("message", ({ source, data }) => source === parent && this.hear(data));
    this.ask(); // another view of this page may have changed numbers
  }

  /** A leaf's row; of an array, which of its numbers is in the box is chosen by one index an axis. */
  row(leaf) {
    const { name } = this.run.cards[leaf.card];
    const axes = leaf.shape.map((size, axis) =>
      make("input", { type: "number", min: 0, max: size - 1, value: 0, "aria-label": say`${name}, index ${axis}` }));
    const place = () => leaf.shape.reduce((sum, size, axis) => sum * size + Math.min(size - 1, Math.max(0, Math.trunc(axes[axis].value))), 0);
    const row = new NumberRow(name, leaf.numbers[0] ?? NaN, (x) => this.change(leaf, place(), x));
    const follow = () => row.show(leaf.numbers[place()] ?? NaN);
    axes.forEach((axis) => axis.addEventListener("input", follow));
    const element = axes.length ? make("div", {}, make("div", { class: "index" }, say`The number at`, ...axes), row.element) : row.element;
    return { element, follow };
  }

  change(leaf, place, x) {
    leaf.numbers = leaf.numbers.with(place, x);
    this.waiting.set(`${leaf.card} ${place}`, [leaf.card, place, x]);
    if (!this.isAsking) this.ask();
  }

  /** Sends what has changed: one letter at a time, however fast a slider moves. */
  ask() {
    this.isAsking = true;
    parent.postMessage({ changes: [...this.waiting.values()] }, "*");
    this.waiting.clear();
    this.late = setTimeout(() => put(this.said, say`The kernel has not answered for five seconds: it computes, or has gone.`), 5000);
  }

  hear({ error, leaves, cards, steps, frames }) {
    if (!error && !cards) return;
    clearTimeout(this.late);
    this.isAsking = false;
    put(this.said, error ?? "");
    if (this.waiting.size) this.ask();
    if (error) return;
    cards.forEach((card, i) => Object.assign(this.run.cards[i], card));
    steps.forEach((step, k) => Object.assign(this.run.steps[k], step));
    frames.forEach(({ fold }, f) => fold?.arrows.forEach((arrow, k) => Object.assign(this.run.frames[f].fold.arrows[k], arrow)));
    this.scene.cards.forEach(({ maps }, i) => maps && renewMaps(this.folding.parts[i], maps));
    if (!this.isAsking) this.leaves.forEach((leaf, i) => {
      const numbers = leaves[leaf.card], isMine = numbers.every((x, place) => x === leaf.numbers[place]);
      leaf.numbers = numbers;
      if (!isMine) this.rows[i].follow(); // changed by another view
    });
    this.go(this.step ?? 0);
  }

  /** Follows the page to a step. */
  show(step) {
    this.step = step;
  }
}
