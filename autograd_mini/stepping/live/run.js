/** A run whose numbers are computed here: from the first change on, its cards and steps say what the program gives. */
class LiveRun {
  constructor(run) {
    this.run = run;
    this.told = run.live;
    this.program = new Program(this.told);
    this.leaves = run.cards.flatMap((card, i) => (card.inputs.length ? [] : [i]));
    this.given = this.leaves.map((i) => this.data(i));
    this.version = 0; // of the numbers
    this.program.run();
  }

  at(place) {
    return this.program.at(place);
  }

  data(card) {
    return this.program.at(card);
  }

  gradient(card) {
    const place = this.told.gradients[card];
    return place === null ? 0 : this.at(place);
  }

  /** How much the end changes where a card is raised. */
  raise(card, h) {
    return this.program.ask(this.run.root, card, this.data(card) + h) - this.data(this.run.root);
  }

  /** Gives leaves other numbers, {card: number}, and computes all again. */
  set(numbers) {
    for (const [card, x] of numbers) this.program.set(card, x);
    this.program.run();
    if (this.version++ > 0) return;
    this.tell();
    this.tellFolds();
  }

  tell() {
    this.run.cards.forEach((card, i) => {
      const isComputed = Boolean(card.numbers);
      this.word(card, "worded", () => (isComputed ? this.equation(i) : { result: worded(this.data(i)) }));
      this.word(card, "data", () => [card.worded.result]);
      this.word(card, "exact", () => worded(this.data(i), ALL));
      if (isComputed) for (const name of ["numbers", "sign"]) this.word(card, name, () => card.worded[name]);
      if (card.size !== undefined) this.word(card, "size", () => Math.abs(this.gradient(i)) || 0);
      if (card.right) this.word(card, "right", () => [worded(this.at(this.told.right[i]))]);
    });
    this.run.steps.filter((step) => step.kind === "backward").forEach((step, k) => {
      const [upstream, local, contribution, before, after] = this.told.deliveries[k].map((place) => () => this.at(place));
      this.word(step, "product", () => wordEquation([upstream(), local()], OPERATIONS.multiply, contribution()));
      this.word(step, "upstream", () => [step.product.operands[0]]);
      this.word(step, "local", () => [step.product.operands[1]]);
      this.word(step, "sign", () => step.product.sign);
      this.word(step, "contribution", () => [step.product.result]);
      this.word(step, "exact", () => worded(contribution(), ALL));
      this.word(step, "exactly", () => worded(after(), ALL));
      this.word(step, "after", () => [step.before ? step.sum.result : worded(after())]);
      if (!step.before) return;
      this.word(step, "sum", () => wordEquation([before(), contribution()], OPERATIONS.add, after()));
      this.word(step, "before", () => [step.sum.operands[0]]);
      this.word(step, "added", () => [step.sum.operands[1]]);
      this.word(step, "total", () => step.sum.sign);
    });
  }

  /** What a closed scope hands to each of its inputs: the sum over its uses, and the derivative that gives it. */
  tellFolds() {
    const backward = this.run.steps.filter((step) => step.kind === "backward").map((step) => step.arrow);
    const places = new Map(backward.map((arrow, k) => [arrow, this.told.deliveries[k][2]]));
    for (const { fold } of this.run.frames)
      for (const arrow of fold?.arrows ?? []) {
        if (arrow.local === undefined) continue;
        const total = () => arrow.uses.reduce((sum, use) => sum + (places.has(use) ? this.at(places.get(use)) : 0), 0);
        this.word(arrow, "product", () => {
          const [upstream, handed] = [this.gradient(fold.output), total()];
          return wordEquation([upstream, handed / upstream], OPERATIONS.multiply, handed);
        });
        this.word(arrow, "upstream", () => arrow.product.operands[0]);
        this.word(arrow, "local", () => (this.gradient(fold.output) ? arrow.product.operands[1] : "?"));
        this.word(arrow, "sign", () => arrow.product.sign);
        this.word(arrow, "contribution", () => arrow.product.result);
      }
  }

  /** A card's formula with the numbers of its inputs, in the digits that give its own. */
  equation(card) {
    const [k, ...places] = this.told.forward[card];
    const numbers = places.map((place) => this.at(place));
    const isOpen = places.map((place, i) => place >= 0 || !(Number.isInteger(numbers[i]) && Math.abs(numbers[i]) < 1e6));
    const equation = wordEquation(numbers, (...given) => this.program.apply(k, given), this.data(card));
    const signs = equation.operands.filter((_, i) => isOpen[i]).map((text) => (text.startsWith("-") ? 1 : 0));
    const template = this.told.templates[this.told.wordings[card]][parseInt(signs.join("") || "0", 2)];
    return { ...equation, numbers: template.replace(/#(\d)/g, (_, i) => equation.operands[i]) };
  }

  /** Has a property worded when it is asked for, once for each version of the numbers. */
  word(object, name, find) {
    let version, words;
    const get = () => {
      if (version !== this.version) [version, words] = [this.version, find()];
      return words;
    };
    Object.defineProperty(object, name, { get });
  }
}
