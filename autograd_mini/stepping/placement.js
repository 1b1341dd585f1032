const GAP = 18, LANE = 8, BETWEEN = 120, ROUNDS = 12, MOST_LANES = 20000; // as in placement.py, which says what they are
const average = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const range = (from, to) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

/**
 * Where cards stand and how arrows run, as placement.py finds it: columns by age, ordered so that few arrows cross.
 * items: [{w, h, enters, leaves}], inputs first; what enters or leaves is a lane at the left or at the right edge.
 * arrows: [{tail, head, from, to}], from and to how far below the middle of a box its ends are.
 */
const placeCards = (items, arrows) => {
  const column = findColumns(items, arrows), heights = items.map(({ h }) => h), columnOf = [...column];
  const lanes = new Map(); // card and column -> the spot that its arrows share there
  const isSmall = arrows.reduce((sum, { tail, head }) => sum + Math.max(0, column[head] - column[tail]), 0) <= MOST_LANES;
  if (isSmall)
    for (const { tail, head, from = 0 } of arrows)
      for (const c of range(column[tail] + 1, column[head]))
        if (!lanes.has(`${tail} ${from} ${c}`)) {
          lanes.set(`${tail} ${from} ${c}`, columnOf.length);
          columnOf.push(c);
          heights.push(LANE);
        }
  const ways = arrows.map(({ tail, head, from = 0 }) =>
    [tail, ...(isSmall ? range(column[tail] + 1, column[head]).map((c) => lanes.get(`${tail} ${from} ${c}`)) : []), head]);
  const spots = orderSpots(columnOf, ways);
  const y = straighten(spots, ways, heights, arrows);
  const { left, right } = measureColumns(items, column), top = Math.min(...y.map((middle, i) => middle - heights[i] / 2));
  const x = items.map((_, i) => (left[column[i]] + right[column[i]]) / 2);
  const ports = new Map(), entered = new Map(), count = (of, card) => of.set(card, (of.get(card) ?? 0) + 1).get(card);
  arrows.forEach(({ head, to }) => to === undefined && count(ports, head));
  const lines = arrows.map(({ tail, head, from = 0, to }, k) => {
    const port = to ?? heights[head] * (count(entered, head) / (ports.get(head) + 1) - 0.5);
    const middle = ways[k].slice(1, -1).flatMap((lane) => [left, right].map((side) => [side[columnOf[lane]], y[lane] - top]));
    const start = items[tail].enters ? [[0, y[tail] - top], [right[column[tail]], y[tail] - top]] : [[x[tail] + items[tail].w / 2, y[tail] - top + from]];
    const end = items[head].leaves ? [[left[column[head]], y[head] - top], [right.at(-1), y[head] - top]] : [[x[head] - items[head].w / 2, y[head] - top + port]];
    return [...start, ...middle, ...end];
  });
  const bottom = Math.max(...y.map((middle, i) => middle + heights[i] / 2));
  return { cards: items.map((_, i) => [x[i], y[i] - top]), lines, w: right.at(-1), h: bottom - top };
};

/** Each card a column after its last input; one without inputs in the column before its first use. */
const findColumns = (items, arrows) => {
  const column = items.map(() => 0), first = new Map(), ends = new Set(arrows.map(({ head }) => head));
  for (const { tail, head } of [...arrows].sort((a, b) => a.head - b.head)) column[head] = Math.max(column[head], column[tail] + 1);
  for (const { tail, head } of arrows) first.set(tail, Math.min(first.get(tail) ?? column[head], column[head]));
  const found = items.map(({ enters }, i) => (enters ? 0 : ends.has(i) ? column[i] : (first.get(i) ?? 1) - 1));
  const last = found.reduce((a, b) => Math.max(a, b), 0);
  return found.map((c, i) => (items[i].leaves ? last : c));
};

/** The spots of each column from above: each near the middle of its neighbours, which leaves few crossings. */
const orderSpots = (columnOf, ways) => {
  const before = columnOf.map(() => []), after = columnOf.map(() => []), rank = [];
  for (const way of ways)
    for (let i = 1; i < way.length; i++) {
      before[way[i]].push(way[i - 1]);
      after[way[i - 1]].push(way[i]);
    }
  const spots = range(0, columnOf.reduce((a, b) => Math.max(a, b), 0) + 1).map(() => []);
  for (const spot of readBackwards(columnOf, before)) spots[columnOf[spot]].push(spot);
  for (const column of spots) column.forEach((spot, i) => { rank[spot] = i; });
  for (const turn of range(0, ROUNDS)) {
    const near = turn % 2 ? after : before;
    for (const column of turn % 2 ? [...spots].reverse() : spots) {
      const wanted = new Map(column.map((spot) => [spot, near[spot].length ? average(near[spot].map((n) => rank[n])) : rank[spot]]));
      column.sort((a, b) => wanted.get(a) - wanted.get(b));
      column.forEach((spot, i) => { rank[spot] = i; });
    }
  }
  return spots;
};

/** Every spot, from the last back along its inputs, the first input first: a tree is then free of crossings. */
const readBackwards = (columnOf, before) => {
  const seen = new Set();
  for (const last of range(0, columnOf.length).sort((a, b) => columnOf[b] - columnOf[a])) {
    const waiting = [last];
    while (waiting.length) {
      const spot = waiting.pop();
      if (seen.has(spot)) continue;
      seen.add(spot);
      for (let i = before[spot].length - 1; i >= 0; i--) waiting.push(before[spot][i]);
    }
  }
  return [...seen];
};

/** Heights at which arrows run as straight as the cards of a column leave room for. */
const straighten = (spots, ways, heights, arrows) => {
  const near = heights.map(() => []);
  ways.forEach((way, k) => {
    for (let i = 1; i < way.length; i++) {
      const from = i === 1 ? arrows[k].from ?? 0 : 0, to = i === way.length - 1 ? arrows[k].to ?? 0 : 0;
      near[way[i - 1]].push([way[i], to - from]);
      near[way[i]].push([way[i - 1], from - to]);
    }
  });
  const y = heights.map(() => 0);
  for (const turn of range(0, ROUNDS))
    for (const column of turn % 2 ? [...spots].reverse() : spots) {
      const wanted = column.map((spot) => (near[spot].length ? average(near[spot].map(([n, shift]) => y[n] + shift)) : y[spot]));
      keepApart(wanted, column.map((spot) => heights[spot])).forEach((place, i) => { y[column[i]] = place; });
    }
  return y;
};

/** Places near those wanted, in their order, so that nothing overlaps: neighbours that collide share a mean. */
const keepApart = (wanted, heights) => {
  const offsets = [0], blocks = []; // [mean of what is wanted for the block's first place, how many]
  for (let i = 1; i < heights.length; i++) offsets.push(offsets[i - 1] + (heights[i - 1] + heights[i]) / 2 + GAP);
  wanted.forEach((place, i) => {
    let [mean, count] = [place - offsets[i], 1];
    while (blocks.length && blocks.at(-1)[0] > mean) {
      const [above, many] = blocks.pop();
      [mean, count] = [(above * many + mean * count) / (many + count), many + count];
    }
    blocks.push([mean, count]);
  });
  return blocks.flatMap(([mean, count]) => Array(count).fill(mean)).map((start, i) => start + offsets[i]);
};

/** The left and the right edge of each column; of one that is only left through, hardly any room before it. */
const measureColumns = (items, column) => {
  const widest = [], left = [], isPlain = [];
  items.forEach(({ w, leaves }, i) => {
    widest[column[i]] = Math.max(widest[column[i]] ?? 0, w);
    isPlain[column[i]] ||= !leaves;
  });
  range(0, widest.length).forEach((c) => left.push(c ? left[c - 1] + (widest[c - 1] ?? 0) + (isPlain[c] ? BETWEEN : GAP) : 0));
  return { left, right: left.map((a, c) => a + (widest[c] ?? 0)) };
};
