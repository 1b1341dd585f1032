const READABLE = 1; // the scale at which the smallest text has 12 pixels: a graph that is larger is shown in part
const FAR = 0.25; // the scale below which nobody can read

const ROW = 27; // of the two lines of words on an arrow
const MANY = 16; // arrows into one card, beyond which they are thin and without words

const boxOf = ({ w, h }, [x, y]) => [x - w / 2, y - h / 2, x + w / 2, y + h / 2];

const boxAlong = (line) => {
  const [xs, ys] = [0, 1].map((axis) => line.map((point) => point[axis]));
  return [Math.min(...xs), Math.min(...ys) - 30, Math.max(...xs), Math.max(...ys)]; // 30 for the words above it
};

/** Where the words on an arrow begin to have room: between the last two columns that it passes. */
const spotOfLabel = (way) => {
  const [[from, above], [x, y]] = way.slice(-2), a = Math.max(from, x - BETWEEN);
  return { a, b: a > from ? y : above };
};

/** The arrows whose words would lie upon those of another, {arrow: way}: they stay silent unless something happens there alone. */
const findCrowded = (ways) => {
  const taken = new Map(), crowded = new Set(); // for each row of labels where they are
  for (const [k, way] of ways) {
    const { a, b } = spotOfLabel(way), [x, y] = way.at(-1), [middle, height] = [(a + x) / 2, (b + y) / 2];
    const row = Math.floor(height / ROW), near = [row - 1, row, row + 1].flatMap((r) => taken.get(r) ?? []);
    if (near.some(([u, v]) => Math.abs(u - middle) < BETWEEN - 20 && Math.abs(v - height) < ROW)) crowded.add(k);
    else taken.set(row, [...(taken.get(row) ?? []), [middle, height]]);
  }
  return crowded;
};

/** The graph of a run as svg, told what to show at each step; a part is drawn when it first comes in sight. */
class Scene {
  constructor(run, folding, picked, toggled) {
    [this.run, this.folding] = [run, folding];
    this.boxes = make("svg:g");
    this.below = make("svg:g");
    this.above = make("svg:g");
    this.labels = make("svg:g"); // no card hides one
    this.world = make("svg:g", { class: "world" }, this.boxes, this.below, this.above, this.labels);
    this.svg = make("svg:svg", { role: "group", "aria-label": say`Computation graph`, tabindex: "-1" }, this.world);
    this.reachable = 0; // the card that the Tab key comes to
    this.focus = [0]; // the cards to keep in sight
    this.middle = [0, 0];
    this.scale = 1;
    this.pointers = new Map();
    this.arrange();
    this.listen(picked, toggled);
  }

  /** Takes over what is open and closed now: everything is drawn anew, when it comes in sight. */
  arrange() {
    const { folding } = this;
    for (const layer of [this.boxes, this.below, this.above, this.labels]) layer.replaceChildren();
    this.arrows = folding.arrows.map((_, k) => (folding.lineOf.has(k) ? { box: boxAlong(folding.lineOf.get(k)) } : { gone: true }));
    const entering = new Map();
    for (const { head } of folding.lines) entering.set(head, (entering.get(head) ?? 0) + 1);
    this.many = new Set(folding.lines.filter(({ head }) => entering.get(head) > MANY).map(({ k }) => k));
    this.crowded = new Set([...findCrowded(folding.lineOf), ...this.many]);
    this.cards = folding.parts.map(() => ({ gone: true }));
    for (const i of folding.onPage) this.cards[i] = { box: boxOf(folding.parts[i], folding.places.get(i)) };
    this.toggles = new Map(folding.open.map(([frame, box]) => [frame, drawFrame(this.run.frames[frame].fold.name, frame, box, this.boxes, this.above)]));
    const boxes = [...folding.onPage.map((i) => this.cards[i].box), ...folding.open.map(([, box]) => box)];
    const [left, , right, bottom] = [0, 1, 2, 3].map((side) =>
      boxes.reduce((found, box) => Math[side < 2 ? "min" : "max"](found, box[side]), side < 2 ? Infinity : 0));
    [this.left, this.width, this.height] = [left, right, bottom];
    this.reachable = folding.onPage.includes(this.reachable) ? this.reachable : folding.onPage[0];
    this.focus = [this.reachable];
    this.isReadable = false;
  }

  /** Where the corner of a scope stands in the graph, open or closed. */
  cornerOf(frame) {
    const open = this.folding.open.find(([own]) => own === frame), part = this.cards[this.folding.partOf[frame]];
    return (open?.[1] ?? part.box)?.slice(0, 2);
  }

  drawArrow(k) {
    const arrow = this.folding.arrows[k], way = this.folding.lineOf.get(k);
    const [start, ...rest] = way;
    const bends = rest.map(([x, y], i) => {
      const [a, b] = way[i];
      return `C${(a + x) / 2},${b} ${(a + x) / 2},${y} ${x},${y}`;
    });
    const [x, y] = way.at(-1), { a, b } = spotOfLabel(way);
    const lines = [-18, -5].map((dy) => make("svg:tspan", { y: (b + y) / 2 + dy }));
    const group = make(
      "svg:g",
      { class: "arrow", "aria-hidden": "true" },
      make("svg:path", { d: `M${start}${bends.join("")}` }),
      make("svg:path", { class: "tip", d: `M${x - 8},${y - 4}L${x},${y}L${x - 8},${y + 4}Z` }),
      make("svg:path", { class: "tip back", d: `M${start[0] + 8},${start[1] - 4}L${start}L${start[0] + 8},${start[1] + 4}Z` }),
    );
    const label = make("svg:g", { class: "label", "aria-hidden": "true" }, make("svg:text", {}, ...lines));
    mark(group, "step", Boolean(arrow.step)); // over which nothing comes back
    mark(group, "many", this.many.has(k));
    this.below.append(group);
    this.labels.append(label);
    const steep = Math.abs(y - b) < 14 ? 0 : Math.sign(y - b); // the side on which the curve leaves room
    Object.assign(this.arrows[k], { group, label, lines, middle: (a + x) / 2 - 4, room: x - a, steep });
    this.showArrow(k);
  }

  drawCard(i) {
    const card = this.folding.parts[i], [x, y] = this.folding.places.get(i), { about = [] } = card;
    const { side, name, first, line, maps: below, gap } = this.run.spots;
    const left = -card.w / 2 + side, right = card.w / 2 - side, top = -card.h / 2;
    const heading = make("svg:text", { x: left, y: top + name }, make("svg:tspan", { class: "name" }, card.heading));
    if (card.equation) heading.append(make("svg:tspan", { class: "equation" }, ` = ${card.equation}`));
    const rows = (kind, row) =>
      card.data.map((_, k) => make("svg:text", { class: kind, x: right, y: top + first + line * (row + k) }));
    const data = rows("number", about.length), grad = rows("number gradient", about.length + card.data.length);
    const word = (text, row) => make("svg:text", { class: "word", x: left, y: top + first + line * row }, text);
    const words = card.data.length ? [word("data", about.length), word("grad", about.length + card.data.length)] : [];
    const group = make(
      "svg:g",
      { class: "card", transform: `translate(${x},${y})`, role: "button", tabindex: i === this.reachable ? 0 : -1 },
      make("svg:rect", { x: -card.w / 2, y: top, width: card.w, height: card.h, rx: 7 }),
      heading, ...about.map(word), ...words, ...data, ...grad,
    );
    const maps = drawMaps(card, left, top + below + line * (about.length + data.length + grad.length), gap);
    group.append(...maps);
    mark(group, "leaf", !card.inputs.length);
    mark(group, "root", i === this.folding.shown[this.run.root]);
    this.above.append(group);
    if (i >= this.run.cards.length) {
      mark(group, "closed", true);
      const toggle = drawToggle(card.name, card.frame, false, "+", [x + card.w / 2 - 25, y + top + 5, 20]);
      this.above.append(toggle);
      this.toggles.set(card.frame, toggle);
      this.cards[i].toggle = toggle;
    }
    const digits = group.appendChild(make("svg:title")); // on hover
    Object.assign(this.cards[i], { group, data, grad, digits, maps });
    this.showCard(i);
  }

  /** Shows a state: what is computed, what gradients have grown to, what just happens where. */
  show(state) {
    const { shown } = this.folding, isNew = state.changed === undefined || this.isArranged !== this.folding.stops;
    this.isArranged = this.folding.stops;
    const latest = [this.now, ...(this.from ?? [])], returned = [...(this.state?.returns ?? []), ...(this.folding.into[this.state?.flows] ?? [])];
    this.state = state;
    this.now = shown[state.now];
    this.from = state.from.map((i) => shown[i]);
    const cards = isNew ? this.cards.keys() : new Set([...latest, this.now, ...this.from, ...state.cards].filter((i) => i !== undefined));
    const arrows = isNew ? this.arrows.keys() : new Set([...returned, ...state.returns, ...(this.folding.into[state.flows] ?? []), ...state.arrows]);
    for (const i of cards) if (this.cards[i].group && !this.cards[i].away) this.showCard(i);
    for (const k of arrows) if (this.arrows[k]?.group && !this.arrows[k].away) this.showArrow(k);
    this.reach(this.now ?? this.folding.onPage[0]);
    if (this.now !== undefined) this.follow([this.now, ...this.from]);
  }

  showCard(i) {
    const card = this.folding.parts[i], { state } = this, isClosed = i >= this.run.cards.length;
    const node = isClosed ? (card.output < 0 ? this.folding.youngest.get(i) : card.output) : i;
    const { group, data, grad, digits } = this.cards[i];
    const numbers = state.data[node] ? card.data : null, gradient = state.grad[node];
    if (this.isReadable) data.forEach((line, k) => put(line, numbers ? numbers[k] : k ? "" : state.asked === i ? "?" : " "));
    if (this.isReadable) grad.forEach((line, k) => put(line, gradient ? gradient[k] ?? "" : k ? "" : "–"));
    put(digits, `${card.name}: ${[...(numbers ? [`data ${card.exact}`] : []), ...(state.exactly[node] ? [`grad ${state.exactly[node]}`] : [])].join("; ")}`);
    this.cards[i].maps.forEach((map, k) => mark(map, "hidden", k ? !state.whole.has(node) : !numbers));
    mark(group, "waiting", !numbers);
    mark(group, "from", this.from.includes(i));
    mark(group, "now", this.now === i);
    const known = card.data.length
      ? say`data ${numbers ? inline(numbers) : say`not yet known`}, gradient ${gradient ? inline(gradient) : say`none yet`}` : say`several outputs`;
    const said = `${card.name}, ${card.inputs.length ? card.operation : say`leaf`}, ${known}`;
    if (group.getAttribute("aria-label") !== said) group.setAttribute("aria-label", said);
  }

  showArrow(k) {
    const { group, label, lines, middle, room, steep } = this.arrows[k], { state } = this, uses = this.folding.bundles.get(k);
    const isReturning = state.returns.includes(k), isSilent = this.crowded.has(k) && !(isReturning && state.returns.length === 1);
    const texts = (this.isReadable && !isSilent && (uses ? ["", say`${uses} uses`] : state.flow[k])) || [];
    const width = this.run.digit * Math.max(0, ...texts.map(breadth));
    const aside = Math.max(0, Math.min(width / 2 + 12, (room - width) / 2 - 8)) * steep;
    lines.forEach((line, i) => {
      put(line, texts[i] ?? "");
      if (this.arrows[k].aside !== aside) line.setAttribute("x", middle + aside);
    });
    this.arrows[k].aside = aside;
    mark(group, "flows", state.flows === this.folding.arrows[k].head);
    mark(group, "returns", isReturning);
    mark(label, "returns", isReturning);
    mark(label, "forth", Boolean(texts[0]) && !texts[1]);
    if (isReturning) this.below.append(group); // above the other arrows
  }

  reach(card) {
    this.cards[this.reachable].group?.setAttribute("tabindex", "-1");
    this.reachable = card;
    this.cards[card].group?.setAttribute("tabindex", "0");
  }

  listen(picked, toggled) {
    const svg = this.svg;
    const cardAt = (event) => this.cards.findIndex(({ group }) => group === event.target.closest?.(".card"));
    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 400), event);
    }, { passive: false });
    svg.addEventListener("pointerdown", (event) => {
      this.pointers.set(event.pointerId, event);
      if (this.pointers.size === 1) this.travelled = 0;
    });
    window.addEventListener("pointermove", (event) => {
      const last = this.pointers.get(event.pointerId);
      if (!last) return;
      const other = [...this.pointers.values()].find((pointer) => pointer.pointerId !== event.pointerId);
      const dx = event.clientX - last.clientX, dy = event.clientY - last.clientY;
      if (other) {
        const far = (p) => Math.hypot(p.clientX - other.clientX, p.clientY - other.clientY) || 1;
        this.zoom(far(event) / far(last), other);
      } else {
        this.look([this.middle[0] - dx / this.scale, this.middle[1] - dy / this.scale]);
      }
      this.travelled += Math.hypot(dx, dy);
      this.pointers.set(event.pointerId, event);
    });
    for (const end of ["pointerup", "pointercancel"])
      window.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
    svg.addEventListener("click", (event) => {
      const card = cardAt(event), toggle = event.target.closest(".toggle");
      if (this.travelled >= 6) return;
      if (toggle) toggled(Number(toggle.dataset.frame));
      else if (card >= 0) picked(card);
    });
    svg.addEventListener("keydown", (event) => {
      const card = cardAt(event), toggle = event.target.closest(".toggle");
      const frame = toggle ? Number(toggle.dataset.frame) : this.folding.frameToToggle(card);
      const wanted = toggle ? ["Enter", " "] : ["f"];
      if (frame >= 0 && wanted.includes(event.key)) {
        event.preventDefault();
        event.stopPropagation();
        return toggled(frame);
      }
      if (card < 0) return;
      const move = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (event.key !== "Enter" && event.key !== " " && !move) return;
      event.preventDefault();
      event.stopPropagation(); // elsewhere Space plays
      if (!move) picked(card);
      else {
        const { onPage } = this.folding;
        this.reach(onPage[(onPage.indexOf(card) + move + onPage.length) % onPage.length]);
        this.follow([this.reachable]);
        this.cards[this.reachable].group.focus({ preventScroll: true });
      }
    });
    new ResizeObserver(() => this.size() && this.fit()).observe(svg);
  }

  size() {
    const { clientWidth: width, clientHeight: height } = this.svg;
    const isNew = width !== this.clientWidth || height !== this.clientHeight;
    [this.clientWidth, this.clientHeight] = [width, height];
    return isNew && width > 0;
  }

  /** The whole graph where it can be read, else a readable part around what happens. */
  fit() {
    const whole = this.whole();
    this.scale = Math.max(whole, READABLE);
    if (whole >= READABLE) return this.look([(this.width + this.left) / 2, this.height / 2]);
    this.look(this.within(this.folding.places.get(this.focus[0])));
    this.follow(this.focus);
  }

  whole() {
    return Math.min(1.5, this.clientWidth / (this.width - this.left + 40), this.clientHeight / (this.height + 40));
  }

  look(middle) {
    this.middle = middle;
    const width = this.clientWidth / this.scale, height = this.clientHeight / this.scale;
    if (!width) return;
    const [left, top] = [middle[0] - width / 2, middle[1] - height / 2];
    const shift = `translate(${-left * this.scale}px, ${-top * this.scale}px)`;
    this.world.style.transform = `${shift} scale(${this.scale})`; // a new viewBox would lay out every text again
    mark(this.svg, "far", this.scale < FAR);
    const isAway = (box) => box[2] < left || box[3] < top || box[0] > left + width || box[1] > top + height;
    const isReadable = this.scale >= FAR, isNew = isReadable && !this.isReadable; // texts have not been kept up to date
    this.isReadable = isReadable;
    for (const [parts, draw, show] of [[this.arrows, "drawArrow", "showArrow"], [this.cards, "drawCard", "showCard"]])
      parts.forEach((part, i) => {
        if (part.gone) return;
        const away = isAway(part.box);
        if (!away && !part.group) this[draw](i);
        else if (!away && (part.away || isNew)) this[show](i);
        part.away = away;
        for (const shown of [part.group, part.label, part.toggle]) if (shown) mark(shown, "away", away);
      });
  }

  /** Zooms so that what is under the pointer stays there; without a pointer, about the middle. */
  zoom(factor, pointer) {
    const box = this.svg.getBoundingClientRect();
    const dx = pointer ? pointer.clientX - box.left - box.width / 2 : 0;
    const dy = pointer ? pointer.clientY - box.top - box.height / 2 : 0;
    const scale = Math.min(4, Math.max(Math.min(0.02, this.whole()), this.scale * factor));
    const shift = 1 / this.scale - 1 / scale;
    this.scale = scale;
    const middle = [this.middle[0] + dx * shift, this.middle[1] + dy * shift];
    this.look(pointer ? middle : this.within(middle));
  }

  /** Moves the picture where the cards are not all in sight; the first matters most. */
  follow(indices) {
    this.focus = indices;
    if (!this.clientWidth) return;
    const boxes = indices.map((i) => this.cards[i].box), own = this.folding.places.get(indices[0]);
    const side = (axis, better) => better(...boxes.map((box) => box[axis]));
    const x = [side(0, Math.min), side(2, Math.max)], y = [side(1, Math.min), side(3, Math.max)];
    const wide = this.clientWidth / this.scale, high = this.clientHeight / this.scale;
    const hidden = ([low, up], middle, room) => low < middle - room / 2 || up > middle + room / 2;
    if (!hidden(x, this.middle[0], wide) && !hidden(y, this.middle[1], high)) return;
    const centre = ([low, up], own, room) => (up - low <= room ? (low + up) / 2 : own);
    this.look(this.within([centre(x, own[0], wide), centre(y, own[1], high)]));
  }

  /** The middle nearest to the one wanted from which no more emptiness is in sight than must be. */
  within([x, y]) {
    const clamp = (wanted, low, high, room) =>
      high - low <= room ? (low + high) / 2 : Math.min(high - room / 2, Math.max(low + room / 2, wanted));
    const wide = this.clientWidth / this.scale, high = this.clientHeight / this.scale;
    return [clamp(x, this.left - 20, this.width + 20, wide), clamp(y, -20, this.height + 20, high)];
  }
}
