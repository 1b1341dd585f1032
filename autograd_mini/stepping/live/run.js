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
    if (this.version++ === 0) this.tell();
  }

  tell() {
    this.run.cards.forEach((card, i) => {
      this.word(card, "data", () => [worded(this.data(i))]);
      if (card.numbers) this.word(card, "numbers", () => this.equation(i));
      if (card.right) this.word(card, "right", () => [worded(this.at(this.told.right[i]))]);
    });
    this.run.steps.filter((step) => step.kind === "backward").forEach((step, k) => {
      const [upstream, local, contribution, before, after] = this.told.deliveries[k];
      const part = () => (before === null ? 4 : digitsToAdd(this.at(before), this.at(contribution), this.at(after)));
      this.word(step, "digits", part);
      this.word(step, "factors", () => wordedToGive(
        [this.at(upstream), this.at(local)], OPERATIONS.multiply, this.at(contribution), step.digits));
      this.word(step, "upstream", () => [step.factors[0]]);
      this.word(step, "local", () => [step.factors[1]]);
      this.word(step, "contribution", () => [worded(this.at(contribution), step.digits)]);
      if (before !== null) this.word(step, "before", () => [worded(this.at(before), step.digits)]);
      this.word(step, "after", () => [worded(this.at(after))]);
    });
  }

  /** A card's formula with the numbers of its inputs, in the digits that give its own. */
  equation(card) {
    const [k, ...places] = this.told.forward[card];
    const { inputs } = this.run.cards[card];
    const compute = (...numbers) => {
      const given = numbers.slice();
      return this.program.apply(k, places.map((place) => (place < 0 ? this.at(place) : given.shift())));
    };
    const texts = wordedToGive(inputs.map((i) => this.data(i)), compute, this.data(card));
    const signs = parseInt(texts.map((text) => (text.startsWith("-") ? 1 : 0)).join(""), 2);
    const template = this.told.templates[this.told.wordings[card]][signs];
    return template.replace(/#(\d)/g, (_, i) => texts[i]);
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
