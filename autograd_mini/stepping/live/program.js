const number = (told) => ({ nan: NaN, inf: Infinity, "-inf": -Infinity })[told] ?? told;

/** The recorded operations of a run, run again from other numbers of its leaves, each in the order of birth. */
class Program {
  constructor({ constants, functions, forward, sweep }) {
    this.base = constants.length; // a constant's place is ~place: they stand before the others, the last one first
    this.functions = functions.map(([name, ...parameters]) => [OPERATIONS[name], parameters.map(number)]);
    this.values = new Float64Array(this.base + forward.length + sweep.length);
    constants.forEach((x, i) => this.set(~i, number(x)));
    this.forward = forward.map((code, i) => (Array.isArray(code) ? this.made(code) : this.set(i, number(code))));
    this.sweep = sweep.map((code) => this.made(code));
  }

  made([k, ...inputs]) {
    const [apply, parameters] = this.functions[k];
    const [a, b, c] = inputs.map((place) => this.base + place);
    if (parameters.length) return (v) => this.apply(k, inputs.map((place) => v[this.base + place]));
    if (inputs.length === 1) return (v) => apply(v[a]);
    return inputs.length === 2 ? (v) => apply(v[a], v[b]) : (v) => apply(v[a], v[b], v[c]);
  }

  apply(k, inputs) {
    const [apply, parameters] = this.functions[k];
    return apply(...inputs, ...parameters);
  }

  at(place) {
    return this.values[this.base + place];
  }

  set(place, x) {
    this.values[this.base + place] = x;
  }

  /** Computes all cards, and all that goes back. */
  run() {
    this.runForward();
    this.sweep.forEach((compute, k) => (this.values[this.base + this.forward.length + k] = compute(this.values)));
  }

  runForward(held) {
    this.forward.forEach((compute, i) => {
      if (compute && i !== held) this.values[this.base + i] = compute(this.values);
    });
  }

  /** The number of one card where another is held at x, whatever is computed there; all stays as it was. */
  ask(wanted, held, x) {
    const before = this.values;
    this.values = before.slice();
    this.set(held, x);
    this.runForward(held);
    const found = this.at(wanted);
    this.values = before;
    return found;
  }
}
