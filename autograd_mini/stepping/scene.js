"use strict";

const make = (tag, attributes = {}, ...children) => {
  const element = tag.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4))
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

const put = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

const mark = (element, name, wanted) => {
  if (element.classList.contains(name) !== wanted) element.classList.toggle(name, wanted);
};

const READABLE = 0.66; // the scale below which a graph does not begin as a whole
const FAR = 0.25; // the scale below which nobody can read

const boxOf = (card) => [card.x - card.w / 2, card.y - card.h / 2, card.x + card.w / 2, card.y + card.h / 2];

const boxAlong = (line) => {
  const [xs, ys] = [0, 1].map((axis) => line.map((point) => point[axis]));
  return [Math.min(...xs), Math.min(...ys) - 30, Math.max(...xs), Math.max(...ys)]; // 30 for the words above it
};

/** The graph of a run as svg, told what to show at each step; a part is drawn when it first comes in sight. */
class Scene {
  constructor(run, picked) {
    this.run = run;
    this.below = make("svg:g");
    this.above = make("svg:g");
    this.labels = make("svg:g"); // no card hides one
    this.world = make("svg:g", { class: "world" }, this.below, this.above, this.labels);
    this.into = run.cards.map(() => []); // for each card the arrows that lead to it
    run.arrows.forEach((arrow, k) => this.into[arrow.head].push(k));
    this.svg = make("svg:svg", { role: "group", "aria-label": "Computation graph", tabindex: "-1" }, this.world);
    this.arrows = run.arrows.map((arrow) => ({ box: boxAlong(arrow.line) }));
    this.cards = run.cards.map((card) => ({ box: boxOf(card) }));
    this.reachable = 0; // the card that the Tab key comes to
    const [left, , right, bottom] = [0, 1, 2, 3].map((side) =>
      this.cards.reduce((found, { box }) => Math[side < 2 ? "min" : "max"](found, box[side]), side < 2 ? Infinity : 0));
    [this.left, this.width, this.height] = [left, right, bottom];
    this.focus = [0]; // the cards to keep in sight
    this.middle = [0, 0];
    this.scale = 1;
    this.pointers = new Map();
    this.listen(picked);
  }

  drawArrow(k) {
    const arrow = this.run.arrows[k];
    const [start, ...rest] = arrow.line;
    const bends = rest.map(([x, y], i) => {
      const [a, b] = arrow.line[i];
      return `C${(a + x) / 2},${b} ${(a + x) / 2},${y} ${x},${y}`;
    });
    const [[a, b], [x, y]] = arrow.line.slice(-2);
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
    this.below.append(group);
    this.labels.append(label);
    const steep = Math.abs(y - b) < 14 ? 0 : Math.sign(y - b); // the side on which the curve leaves room
    Object.assign(this.arrows[k], { group, label, lines, middle: (a + x) / 2 - 4, room: x - a, steep });
    this.showArrow(k);
  }

  drawCard(i) {
    const card = this.run.cards[i];
    const left = -card.w / 2 + 9, right = card.w / 2 - 9, top = -card.h / 2;
    const heading = make("svg:text", { x: left, y: top + 17 }, make("svg:tspan", { class: "name" }, card.heading));
    if (card.equation) heading.append(make("svg:tspan", { class: "equation" }, ` = ${card.equation}`));
    const rows = (kind, first) =>
      card.data.map((_, k) => make("svg:text", { class: kind, x: right, y: top + 33 + this.run.line * (first + k) }));
    const data = rows("number", 0), grad = rows("number gradient", card.data.length);
    const word = (text, first) => make("svg:text", { class: "word", x: left, y: top + 33 + this.run.line * first }, text);
    const group = make(
      "svg:g",
      { class: "card", transform: `translate(${card.x},${card.y})`, role: "button", tabindex: i === this.reachable ? 0 : -1 },
      make("svg:rect", { x: -card.w / 2, y: top, width: card.w, height: card.h, rx: 7 }),
      heading, word("data", 0), word("grad", card.data.length), ...data, ...grad,
    );
    mark(group, "leaf", !card.inputs.length);
    mark(group, "root", i === this.run.root);
    this.above.append(group);
    const digits = group.appendChild(make("svg:title")); // on hover
    Object.assign(this.cards[i], { group, data, grad, digits });
    this.showCard(i);
  }

  /** Shows a state: what is computed, what gradients have grown to, what just happens where. */
  show(state) {
    const [cards, arrows] = state.changed === undefined ? [this.cards.keys(), this.arrows.keys()] : this.findChanged(this.state, state);
    this.state = state;
    for (const i of cards) if (this.cards[i].group && !this.cards[i].away) this.showCard(i);
    for (const k of arrows) if (this.arrows[k].group && !this.arrows[k].away) this.showArrow(k);
    this.reach(state.now ?? 0);
    if (state.now !== undefined) this.follow([state.now, ...state.from]);
  }

  /** The cards and arrows that two states one step apart are about. */
  findChanged(...states) {
    const cards = new Set(), arrows = new Set();
    for (const { now, from, flows, returns } of states) {
      for (const i of [now, ...from]) if (i !== undefined) cards.add(i);
      for (const k of [returns, ...(this.into[flows] ?? [])]) if (k !== undefined) arrows.add(k);
    }
    return [cards, arrows];
  }

  showCard(i) {
    const card = this.run.cards[i], { state } = this;
    const { group, data, grad, digits } = this.cards[i];
    const numbers = state.data[i] ? card.data : null, gradient = state.grad[i];
    if (this.isReadable) data.forEach((line, k) => put(line, numbers ? numbers[k] : k ? "" : state.asked === i ? "?" : " "));
    if (this.isReadable) grad.forEach((line, k) => put(line, gradient ? gradient[k] ?? "" : k ? "" : "–"));
    put(digits, `${card.name}: ${[...(numbers ? [`data ${card.exact}`] : []), ...(state.exactly[i] ? [`grad ${state.exactly[i]}`] : [])].join("; ")}`);
    mark(group, "waiting", !numbers);
    mark(group, "from", state.from.includes(i));
    mark(group, "now", state.now === i);
    const said = `${card.name}, ${card.inputs.length ? card.operation : "leaf"}, data ${
      numbers ? inline(numbers) : "not yet known"}, gradient ${gradient ? inline(gradient) : "none yet"}`;
    if (group.getAttribute("aria-label") !== said) group.setAttribute("aria-label", said);
  }

  showArrow(k) {
    const { group, label, lines, middle, room, steep } = this.arrows[k], { state } = this;
    const texts = (this.isReadable && state.flow[k]) || [];
    const width = this.run.digit * Math.max(0, ...texts.map((text) => text.length));
    const aside = Math.max(0, Math.min(width / 2 + 12, (room - width) / 2 - 8)) * steep;
    lines.forEach((line, i) => {
      put(line, texts[i] ?? "");
      if (this.arrows[k].aside !== aside) line.setAttribute("x", middle + aside);
    });
    this.arrows[k].aside = aside;
    mark(group, "flows", state.flows === this.run.arrows[k].head);
    mark(group, "returns", state.returns === k);
    mark(label, "returns", state.returns === k);
    mark(label, "forth", Boolean(texts[0]) && !texts[1]);
    if (state.returns === k) this.below.append(group); // above the other arrows
  }

  reach(card) {
    this.cards[this.reachable].group?.setAttribute("tabindex", "-1");
    this.reachable = card;
    this.cards[card].group?.setAttribute("tabindex", "0");
  }

  listen(picked) {
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
      const card = cardAt(event);
      if (card >= 0 && this.travelled < 6) picked(card);
    });
    svg.addEventListener("keydown", (event) => {
      const card = cardAt(event);
      if (card < 0) return;
      const move = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (event.key !== "Enter" && event.key !== " " && !move) return;
      event.preventDefault();
      event.stopPropagation(); // elsewhere Space plays
      if (!move) picked(card);
      else {
        this.reach((card + move + this.cards.length) % this.cards.length);
        this.follow([this.reachable]);
        this.cards[this.reachable].group.focus({ preventScroll: true });
      }
    });
    new ResizeObserver(() => this.size() && this.begin()).observe(svg);
  }

  size() {
    const { clientWidth: width, clientHeight: height } = this.svg;
    const isNew = width !== this.clientWidth || height !== this.clientHeight;
    [this.clientWidth, this.clientHeight] = [width, height];
    return isNew && width > 0;
  }

  /** The whole graph where it can be read, else a readable part around what happens. */
  begin() {
    if (this.whole() >= READABLE) return this.fit();
    this.scale = 0.9;
    const now = this.run.cards[this.focus[0]];
    this.look(this.within([now.x, now.y]));
    this.follow(this.focus);
  }

  fit() {
    this.scale = this.whole();
    this.look([(this.width + this.left) / 2, this.height / 2]);
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
        const away = isAway(part.box);
        if (!away && !part.group) this[draw](i);
        else if (!away && (part.away || isNew)) this[show](i);
        part.away = away;
        for (const shown of [part.group, part.label]) if (shown) mark(shown, "away", away);
      });
  }

  /** Zooms so that what is under the pointer stays there; without a pointer, about the middle. */
  zoom(factor, pointer) {
    const box = this.svg.getBoundingClientRect();
    const dx = pointer ? pointer.clientX - box.left - box.width / 2 : 0;
    const dy = pointer ? pointer.clientY - box.top - box.height / 2 : 0;
    const scale = Math.min(4, Math.max(0.02, this.scale * factor));
    const shift = 1 / this.scale - 1 / scale;
    this.scale = scale;
    this.look([this.middle[0] + dx * shift, this.middle[1] + dy * shift]);
  }

  /** Moves the picture where the cards are not all in sight; the first matters most. */
  follow(indices) {
    this.focus = indices;
    if (!this.clientWidth) return;
    const cards = indices.map((i) => this.run.cards[i]);
    const side = (pick, better) => better(...cards.map(pick));
    const x = [side((c) => c.x - c.w / 2, Math.min), side((c) => c.x + c.w / 2, Math.max)];
    const y = [side((c) => c.y - c.h / 2, Math.min), side((c) => c.y + c.h / 2, Math.max)];
    const wide = this.clientWidth / this.scale, high = this.clientHeight / this.scale;
    const hidden = ([low, up], middle, room) => low < middle - room / 2 || up > middle + room / 2;
    if (!hidden(x, this.middle[0], wide) && !hidden(y, this.middle[1], high)) return;
    const centre = ([low, up], own, room) => (up - low <= room ? (low + up) / 2 : own);
    this.look(this.within([centre(x, cards[0].x, wide), centre(y, cards[0].y, high)]));
  }

  /** The middle nearest to the one wanted from which no more emptiness is in sight than must be. */
  within([x, y]) {
    const clamp = (wanted, low, high, room) =>
      high - low <= room ? (low + high) / 2 : Math.min(high - room / 2, Math.max(low + room / 2, wanted));
    const wide = this.clientWidth / this.scale, high = this.clientHeight / this.scale;
    return [clamp(x, this.left - 20, this.width + 20, wide), clamp(y, -20, this.height + 20, high)];
  }
}
