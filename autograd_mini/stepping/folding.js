/** Which scopes of a run are closed, and what then stands on the page: cards, closed scopes as cards, and their arrows. */
class Folding {
  constructor(run) {
    this.run = run;
    const { cards, frames } = run;
    this.parts = [...cards]; // and behind the cards the closed scopes
    this.arrows = [...run.arrows];
    this.frameOf = cards.map((card) => this.around(card.frame)); // of each part the innermost scope around it that folds
    this.partOf = frames.map(() => undefined); // of each frame
    this.closed = new Set();
    frames.forEach(({ fold, around }, f) => {
      if (!fold) return;
      const part = (this.partOf[f] = this.parts.length), output = cards[fold.output];
      this.parts.push(new ClosedScope(fold, output, f));
      this.frameOf.push(this.around(around));
      if (fold.closed) this.closed.add(f);
      for (const arrow of fold.arrows) this.arrows.push(Object.assign(Object.create(arrow), { head: part })); // live numbers show through
    });
    this.into = this.parts.map(() => []); // for each part the arrows that lead to it
    this.arrows.forEach(({ head }, k) => this.into[head].push(k));
    this.replaced = new Map(); // for each scope and arrow into it the arrow of the closed scope
    this.arrows.forEach(({ uses = [], head }, k) => uses.forEach((use) => this.replaced.set(`${head} ${use}`, k)));
    this.folds = frames.flatMap(({ fold }, f) => (fold ? [f] : []));
    this.refresh();
  }

  /** The innermost scope that folds, among a frame and those around it; -1 where there is none. */
  around(frame) {
    let f = frame;
    while (f >= 0 && !this.run.frames[f].fold) f = this.run.frames[f].around;
    return f;
  }

  toggle(frame, isClosed = !this.closed.has(frame)) {
    this.closed[isClosed ? "add" : "delete"](frame);
  }

  /** The scope that a key pressed on a part opens or closes: the closed one itself, else the innermost around a card. */
  frameToToggle(part) {
    return part < 0 ? -1 : part >= this.run.cards.length ? this.parts[part].frame : this.frameOf[part];
  }

  /** Opens what is around a card, so that it is seen. */
  reveal(card) {
    for (let f = this.frameOf[card]; f >= 0; f = this.around(this.run.frames[f].around)) this.closed.delete(f);
  }

  refresh() {
    const shut = []; // for each frame the outermost closed one among it and those around it
    this.run.frames.forEach(({ around, fold }, f) => {
      const outer = around >= 0 ? shut[around] : -1;
      shut[f] = outer >= 0 ? outer : fold && this.closed.has(f) ? f : -1;
    });
    const isIn = (frame) => frame >= 0 && shut[frame] >= 0;
    /** For each card what stands for it: itself, or the closed scope that it is in. */
    this.shown = this.run.cards.map((card, i) => (isIn(card.frame) ? this.partOf[shut[card.frame]] : i));
    const order = new Map(); // of what stands on the page, by its youngest card
    this.shown.forEach((part, i) => {
      order.delete(part);
      order.set(part, i);
    });
    this.onPage = [...order.keys()];
    const isOnPage = new Set(this.onPage);
    this.lines = this.arrows.flatMap(({ tail, head, uses }, k) => {
      const end = isOnPage.has(head) && this.shown[tail] !== head && (uses || this.shown[head] === head);
      return end ? [{ k, tail: this.shown[tail], head }] : [];
    });
    this.bundle();
    const around = new Map(this.folds.map((f) => [f, this.around(this.run.frames[f].around)]));
    const parts = new Map(this.onPage.map((i) => [i, { w: this.parts[i].w, h: this.parts[i].h, frame: this.frameOf[i] }]));
    const boxes = new Boxes(parts, around, this.lines);
    this.places = boxes.places;
    this.open = [...boxes.rects].filter(([frame]) => frame >= 0); // [frame, [left, top, right, bottom]]
    this.lineOf = new Map(this.lines.map(({ k }, i) => [k, boxes.lines[i]]));
    this.youngest = order;
    this.findStops();
  }

  /** Many arrows from one closed scope to one card are one, which says how many uses it stands for. */
  bundle() {
    const groups = new Map();
    for (const line of this.lines) {
      const isFromScope = line.tail >= this.run.cards.length, key = isFromScope ? `${line.tail} ${line.head}` : line.k;
      groups.set(key, [...(groups.get(key) ?? []), line]);
    }
    this.bundles = new Map(); // arrow -> how many uses it stands for
    this.bundleOf = new Map(); // each of these -> the arrow that stands for them
    this.lines = [...groups.values()].flatMap((group) => {
      const isPlain = group.length === 1 || (group[0].head < this.run.cards.length && group.length <= this.run.few);
      if (isPlain) return group;
      this.bundles.set(group[0].k, group.reduce((sum, { k }) => sum + (this.arrows[k].uses?.length ?? 1), 0));
      for (const { k } of group) this.bundleOf.set(k, group[0].k);
      return [group[0]];
    });
  }

  /** The arrow on the page that an arrow of the graph is part of; undefined within a closed scope. */
  arrowOf(k) {
    const head = this.shown[this.run.arrows[k].head];
    const arrow = head === this.run.arrows[k].head ? k : this.replaced.get(`${head} ${k}`);
    return this.bundleOf.get(arrow) ?? arrow;
  }

  /** The closed scope in which a step happens; undefined where it is a card's own. */
  foldOf(k) {
    const step = this.run.steps[k];
    const card = { forward: step.card, backward: this.run.arrows[step.arrow]?.head }[step.kind];
    return card === undefined || this.shown[card] < this.run.cards.length ? undefined : this.shown[card];
  }

  /** The steps at which the walk stops: all but those within a closed scope, which are one. */
  findStops() {
    const { steps } = this.run, unit = steps.map((step, k) => `${step.kind} ${this.foldOf(k) ?? `alone ${k}`}`);
    this.stops = steps.flatMap((_, k) => (unit[k] === unit[k + 1] ? [] : [k]));
    this.stopAt = []; // for each step the place of the stop that it belongs to
    this.stops.forEach((k, place) => { while (this.stopAt.length <= k) this.stopAt.push(place); });
    this.about = this.parts.map(() => []); // for each part on the page the stops about it
    for (const k of this.stops) {
      const { kind, card, arrow } = steps[k], fold = this.foldOf(k);
      const about = { forward: card, seed: this.run.root, backward: this.run.arrows[arrow]?.tail }[kind];
      if (about !== undefined) this.about[fold ?? this.shown[about]].push(k);
    }
    this.run.cards.forEach((card, i) => card.inputs.length || this.shown[i] !== i || this.about[i].unshift(0));
  }
}

/** A scope that is closed, as a card: its numbers are those of its only output. */
class ClosedScope {
  constructor({ name, label, about, w, h, output: place }, output, frame) {
    Object.assign(this, { name: label || name, heading: name, equation: label, about, w, h, frame, output: place, of: output });
    this.inputs = [-1];
    this.operation = say`closed scope`;
  }

  get data() { return this.of?.data ?? []; }
  get exact() { return this.of?.exact ?? ""; }
  get map() { return this.of?.map; }
  get slope() { return this.of?.slope; }
  get maps() { return this.of?.maps; }
}
