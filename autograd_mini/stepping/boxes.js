const PAD = 14, HEAD = 30; // of a box around an open scope: at its sides, and above for its name

/** Open scopes as boxes within boxes: what stands in one is placed as a graph of its own, and takes a card's place outside. */
class Boxes {
  /** parts: {key: {w, h, frame}} in the order of age, frame the innermost box around it or -1; boxes: {frame: around}. */
  constructor(parts, around, arrows) {
    [this.around, this.arrows] = [around, arrows];
    this.places = new Map(); // of each card its middle
    this.rects = new Map(); // of each box [left, top, right, bottom]
    this.laid = new Map(); // of each box what `place` found
    this.chain = new Map(); // for each card the boxes around it, outermost first
    this.children = new Map([[-1, []]]);
    for (const [key, { frame }] of parts) {
      const chain = [];
      for (let f = frame; f >= 0; f = around.get(f)) chain.unshift(f);
      this.chain.set(key, chain);
      [-1, ...chain].forEach((f, depth) => {
        if (!this.children.has(f)) this.children.set(f, []);
        const child = depth < chain.length ? { box: chain[depth] } : { card: key };
        const own = this.children.get(f), known = own.findIndex(({ box }) => box !== undefined && box === child.box);
        if (known >= 0) own.splice(known, 1); // a box stands where its youngest card does
        own.push(child);
      });
    }
    this.parts = parts;
    this.place(-1, 0, arrows.map((_, k) => k));
    this.settle(-1, 0, 0);
    this.lines = arrows.map((arrow, k) => this.route(arrow, k));
  }

  /** Places what stands in a box, relative to its corner: inner boxes first, whose sizes and ports are needed. */
  place(box, depth, within) {
    const children = this.children.get(box) ?? [], of = new Map(); // the child of each card
    const find = (card) => {
      const chain = this.chain.get(card);
      if (depth && chain[depth - 1] !== box) return undefined;
      return of.get(chain.length > depth ? `b${chain[depth]}` : `c${card}`);
    };
    children.forEach(({ box: inner, card }, i) => of.set(inner === undefined ? `c${card}` : `b${inner}`, i));
    const touching = children.map(() => []);
    for (const k of within)
      for (const i of new Set([find(this.arrows[k].tail), find(this.arrows[k].head)])) if (i !== undefined) touching[i].push(k);
    const inner = children.map(({ box: own }, i) => own !== undefined && this.place(own, depth + 1, touching[i]));
    const items = children.map(({ card }, i) => (inner[i] ? inner[i].size : this.parts.get(card)));
    const enters = new Map(), leaves = new Map(), edges = [], into = [];
    const port = (ports, tail, kind) => {
      if (!ports.has(tail)) ports.set(tail, items.push({ w: 0, h: LANE, [kind]: true }) - 1);
      return ports.get(tail);
    };
    const left = new Set(); // arrows that leave from one port share their way
    for (const k of within) {
      const { tail, head } = this.arrows[k], from = find(tail), to = find(head);
      if (from !== undefined && from === to) continue;
      if (to === undefined && left.has(tail)) continue;
      if (to === undefined) left.add(tail);
      const edge = { tail: from ?? port(enters, tail, "enters"), head: to ?? port(leaves, tail, "leaves") };
      if (inner[from]) edge.from = inner[from].exits.get(tail) - inner[from].size.h / 2;
      if (inner[to]) edge.to = inner[to].entries.get(tail) - inner[to].size.h / 2;
      edges.push(edge);
      into.push(k);
    }
    const spot = placeCards(items, edges);
    const [dx, dy] = box < 0 ? [0, 0] : [PAD, HEAD];
    const shift = ([x, y]) => [x + dx, y + dy];
    const size = { w: spot.w + 2 * dx, h: spot.h + dy + dx };
    const paths = new Map(edges.map((edge, i) => [into[i], edge.tail >= children.length || edge.head >= children.length
      ? this.reach(spot.lines[i].map(shift), edge, children.length, size.w) : spot.lines[i].map(shift)]));
    const exitPaths = new Map(into.flatMap((k, i) => (edges[i].head >= children.length ? [[this.arrows[k].tail, paths.get(k)]] : [])));
    const laid = { children, inner, size, find, paths, exitPaths, middles: spot.cards.slice(0, children.length).map(shift) };
    laid.entries = new Map([...enters].map(([tail, i]) => [tail, spot.cards[i][1] + dy]));
    laid.exits = new Map([...leaves].map(([tail, i]) => [tail, spot.cards[i][1] + dy]));
    this.laid.set(box, laid);
    return laid;
  }

  /** A way that begins or ends at the edge of its box. */
  reach(line, { tail, head }, count, width) {
    return [...(tail >= count ? [[0, line[0][1]]] : []), ...line, ...(head >= count ? [[width, line.at(-1)[1]]] : [])];
  }

  /** Where everything in a box stands, once its corner is known. */
  settle(box, x, y) {
    const { children, inner, middles, size } = this.laid.get(box);
    this.rects.set(box, [x, y, x + size.w, y + size.h]);
    children.forEach(({ box: own, card }, i) => {
      const [mx, my] = [middles[i][0] + x, middles[i][1] + y];
      if (own === undefined) this.places.set(card, [mx, my]);
      else this.settle(own, mx - inner[i].size.w / 2, my - inner[i].size.h / 2);
    });
  }

  /** The way of an arrow, piece by piece through the boxes that it leaves and enters. */
  route({ tail, head }, k) {
    const a = this.chain.get(tail), b = this.chain.get(head);
    let shared = 0;
    while (shared < a.length && a[shared] === b[shared]) shared++;
    const piece = (box, path) => path.map(([x, y]) => [x + this.rects.get(box)[0], y + this.rects.get(box)[1]]);
    const out = a.slice(shared).reverse().map((box) => piece(box, this.laid.get(box).exitPaths.get(tail)));
    const common = shared ? a[shared - 1] : -1;
    const line = [...out.flat(), ...piece(common, this.laid.get(common).paths.get(k)), ...b.slice(shared).flatMap((box) => piece(box, this.laid.get(box).paths.get(k)))];
    return line.filter(([x, y], i) => !i || Math.abs(x - line[i - 1][0]) > 0.5 || Math.abs(y - line[i - 1][1]) > 0.5).map((point) => point.map(Math.round));
  }
}
