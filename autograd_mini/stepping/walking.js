const PAUSES = { [say`slow`]: 2800, [say`medium`]: 1400, [say`fast`]: 500, [say`very fast`]: 120 }; // milliseconds between the steps of play
const STEPS = { arrow: say`arrow`, node: say`node`, pass: say`pass` }; // what one step may be, besides a kind of scope

/** What a step of the walk belongs to, so that a stride goes to the end of the next such stretch. */
class Stride {
  constructor(run, folding) {
    [this.run, this.folding] = [run, folding];
    this.kinds = [...new Set(run.frames.map((frame) => frame.kind))];
  }

  /** The card that a step is about: the one computed, or the one that hands on. */
  cardOf(k) {
    const step = this.run.steps[k];
    return { forward: step.card, seed: this.run.root, backward: this.run.arrows[step.arrow]?.head }[step.kind];
  }

  unit(k, by) {
    const { kind } = this.run.steps[k], card = this.cardOf(k);
    if (by === "arrow" || card === undefined) return k;
    if (by === "pass") return kind;
    const frame = by === "node" ? undefined : this.framesOf(card).find((i) => this.run.frames[i].kind === by);
    return `${kind} ${frame === undefined ? `card ${card}` : `frame ${frame}`}`;
  }

  /** The frames around a card, innermost first. */
  framesOf(card) {
    const found = [];
    for (let i = this.run.cards[card].frame; i >= 0; i = this.run.frames[i].around) found.push(i);
    return found;
  }

  after(k, by) {
    const { stops, stopAt } = this.folding, end = stops.length - 1, unit = (place) => this.unit(stops[place], by);
    let next = Math.min(stopAt[k] + 1, end);
    while (next < end && unit(next + 1) === unit(next)) next += 1;
    return stops[next];
  }

  before(k, by) {
    const { stops, stopAt } = this.folding, unit = (place) => this.unit(stops[place], by);
    let previous = stopAt[k];
    while (previous > 0 && unit(previous - 1) === unit(stopAt[k])) previous -= 1;
    return stops[Math.max(previous - 1, 0)];
  }
}

/** The cards that somebody looks for: by name, operation, scope or number, "nan", or "largest gradient". */
const search = ({ run, stride, words }, wanted) => {
  const text = wanted.trim().toLowerCase();
  if (!text) return [];
  if ([say`largest gradient`, "largest gradient", "largest grad", "max grad"].includes(text)) {
    const sizes = run.cards.map((card) => card.size ?? -1), most = Math.max(...sizes);
    return sizes.flatMap((size, i) => (size === most && most >= 0 ? [i] : []));
  }
  const ends = words.ends(), isNumber = /^[-\d.e]+$/.test(text);
  const named = (card, i) => [card.name, card.operation, ...stride.framesOf(i).map((f) => run.frames[f].name)];
  const shown = (card, i) => [...card.data, ...(ends.get(i) ?? [])].join(" ").replace(/[[\],]/g, " ").split(/\s+/);
  const find = (has) => run.cards.flatMap((card, i) => (has(card, i) ? [i] : []));
  if (isNumber || ["nan", "inf", "-inf"].includes(text))
    return find((card, i) => shown(card, i).includes(text) || card.name.toLowerCase() === text);
  const called = find((card, i) => named(card, i).some((name) => name.toLowerCase() === text));
  return called.length ? called : find((card, i) => named(card, i).some((name) => name.toLowerCase().includes(text)));
};
