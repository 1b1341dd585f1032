const inline = (lines) => (lines.length > 1 && lines[0].startsWith("[") ? `[${lines.join(" ")}]` : lines.join(", "));
const stacked = (lines) => (lines.length > 1 && lines[0].startsWith("[") ? `\n${lines.join("\n")}` : inline(lines));
const bracketed = (text) => (text.startsWith("-") ? `(${text})` : text);
const fitting = (text, most) => (breadth(text) > most ? "" : text); // beside an arrow
const brief = (lines, most) => fitting(lines.length > 1 && lines[0].startsWith("[") ? "" : lines.at(-1), most);
const told = (sign) => ({ "=": "", gives: say`, as the rule says` })[sign] ?? say`, but for rounding`; // of arrays
const NONE = [say`none: only steps and choices lead there`];
const whole = (name) => (/[^\p{L}\p{N}_.#]/u.test(name.replace(/\([^()]*\)/g, "")) ? `(${name})` : name); // of what is an expression
const partial = (of, by) => `∂${whole(of.name)}/∂${whole(by.name)}`;
/** What all gradients are of: the end, or the end times its seed where that is not 1, for an array the sum of this. */
const differentiated = ({ seed, cards, root }) => {
  const { name, scalar } = cards[root];
  if (!scalar) return { name: `sum(seed × ${whole(name)})` };
  return { name: seed[0] === "1" ? name : `${seed[0]} × ${whole(name)}` };
};

/** What the steps of a run say: title, sentence, rows of [term, formula, number], remark; and what they ask. */
class Words {
  constructor(run, folding) {
    [this.run, this.folding] = [run, folding];
    [this.root, this.end] = [run.cards[run.root], differentiated(run)];
    this.leaves = run.cards.filter((card) => !card.inputs.length);
    const visits = run.steps.map((step) => (step.kind === "backward" ? run.arrows[step.arrow].head : -1));
    this.handedOn = new Map(visits.map((head, k) => [head, k]).reverse()); // each node's first delivery
  }

  of(k, isHidden) {
    const { kind } = this.run.steps[k], fold = this.folding.foldOf(k);
    if (fold !== undefined) return kind === "forward" ? this.foldForward(fold) : this.foldBackward(fold);
    return this[kind](this.run.steps[k], isHidden, k);
  }

  foldForward(fold) {
    const scope = this.folding.parts[fold];
    return {
      pass: say`Forward`,
      title: say`${scope.name} is computed`,
      text: scope.about.join("; "),
      rows: scope.of ? [[say`Its numbers`, "", stacked(scope.data).trimStart()]] : [],
      exact: scope.exact,
      maps: scope.map ? [{ name: scope.name, map: scope.map }] : [],
      remark: say`All that is in it is one step here; open it to walk through it.`,
    };
  }

  foldBackward(fold) {
    const { parts, into, arrows } = this.folding, scope = parts[fold];
    const ends = this.ends();
    const leaves = this.run.cards.flatMap((card, i) => (!card.inputs.length && this.folding.shown[i] === fold && ends.has(i) ? [[card, i]] : []))
      .slice(0, 12).map(([card, i]) => [say`In it, ${card.name}`, `${partial(this.end, card)} =`, stacked(ends.get(i))]);
    const gradient = scope.of && (ends.get(scope.output) ?? NONE);
    const handed = into[fold].map((k) => arrows[k]).filter((arrow) => !arrow.step);
    const rows = handed.slice(0, 12).map(({ tail, upstream, local, sign, formula, contribution }) => [
      say`To ${this.run.cards[tail].name}${local === undefined ? say`; g is the upstream` : ""}`,
      local === undefined ? `${formula ?? ""} =` : `${upstream} × ${bracketed(local)} ${signed(sign)}`, contribution,
    ]);
    return {
      pass: say`Backward`,
      title: say`${scope.name} hands back`,
      text: handed.length ? say`To each of its inputs what comes to ${scope.name}, times its own derivative${handed.length > 12 ? say` (the first twelve)` : ""}.` : "",
      maps: scope.slope ? [{ name: say`gradient of ${scope.name}`, map: scope.slope }] : [],
      rows: [...(gradient ? [[say`Upstream`, `${partial(this.end, scope)} =`, stacked(gradient)]] : []), ...rows, ...leaves],
      remark: say`All that is in it is one step here; open it to walk through it.`,
    };
  }

  /** What each card's gradient ends with. */
  ends() {
    const delivered = this.run.steps.filter((step) => step.kind === "backward");
    return new Map([[this.run.root, this.run.seed], ...delivered.map((step) => [this.run.arrows[step.arrow].tail, step.after])]);
  }

  given() {
    const some = this.leaves.slice(0, 8).map((leaf) => `${leaf.name} = ${inline(leaf.data)}`);
    const more = this.leaves.length > 8 ? say`, and ${this.leaves.length - 8} more` : "";
    return {
      title: say`What is given`,
      text: say`The leaves hold what was chosen: ${some.join(", ")}${more}.`,
      remark: say`First forward: each node is computed from its inputs, up to ${this.root.name}. Then backward: each arrow
        hands back how much ${this.root.name} changes when its start does.`,
    };
  }

  forward(step, isHidden) {
    const card = this.run.cards[step.card];
    const result = isHidden ? "?" : stacked(card.data);
    return {
      pass: say`Forward`,
      title: say`${card.name} is computed`,
      text: card.computes ? `${card.name} = ${card.computes}` : "",
      rows: [card.numbers ? [say`With their numbers`, `${card.numbers} ${isHidden ? "=" : signed(card.sign)}`, result] : [say`Its numbers`, "", result.trimStart()]],
      exact: isHidden ? "" : card.exact,
      ...(isHidden ? {} : this.mapsOf(card)),
      remark: card.brief ? say`Of a large array the shape and the norm are shown.` : "",
    };
  }

  /** The heat maps of a card that was computed: its own, or, of a matrix product, those of its factors before it. */
  mapsOf(card) {
    const own = card.map ? [{ name: card.name, map: card.map }] : [];
    if (!card.factors) return { maps: own };
    const factors = card.factors.map(({ card: i, map, name }) => ({ name: name ?? this.run.cards[i].name, map: map ?? this.run.cards[i].map }));
    return factors.every(({ map }) => map) ? { maps: [...factors, ...own], factors: [0, 1, 2] } : { maps: own };
  }

  seed() {
    const root = this.root;
    const seed = inline(this.run.seed);
    return {
      pass: say`Turning round`,
      title: say`The gradient starts at ${root.name}`,
      text: say`The forward pass is done: ${root.name} = ${inline(root.data)}.`,
      rows: [[seed === "1" ? say`How it changes with itself` : say`Its seed, with which the sweep begins`, `${partial(this.end, root)} =`, seed]],
      remark: say`From here every arrow multiplies what comes from its end by its own local derivative.`,
    };
  }

  backward(step, isHidden, k) {
    const { arrow, head, tail, local } = this.back(step);
    const number = (lines) => (isHidden ? "?" : stacked(lines));
    const upstream = inline(step.upstream);
    const ofNumbers = `${upstream} × ${isHidden ? "? =" : `${bracketed(inline(step.local ?? []))} ${signed(step.sign)}`}`;
    const product = step.scalar ? ofNumbers : say`element by element${told(step.sign)}:`;
    const sumOf = `${inline(step.before ?? [])} + ${isHidden ? "? =" : `${bracketed(inline(step.added ?? []))} ${signed(step.total)}`}`;
    const added = step.scalar ? sumOf : say`with what was there${told(step.total)}:`;
    const sum = step.before ? added : say`the first to arrive:`;
    return {
      pass: say`Backward`,
      title: say`${head.name} hands on to ${tail.name}`,
      text: isHidden || !step.scalar ? "" : say`The arrow hands ${inline(step.contribution)} to ${tail.name}.`,
      rows: [
        [say`Upstream, at the arrow's end`, `${partial(this.end, head)} =`, stacked(step.upstream)],
        ...(step.local ? [[say`Local derivative`, step.scalar ? `${local} =` : say`${local}, for each element:`, number(step.local)]] : []),
        [step.local ? say`Upstream × local derivative` : say`Carried back; g is the upstream`, step.local ? product : local, number(step.contribution)],
        [say`The sum in ${tail.name}`, sum, number(step.after)],
      ],
      exact: isHidden ? "" : say`handed on: ${step.exact}; the sum: ${step.exactly}`,
      maps: !isHidden && !step.pending && tail.slope ? [{ name: say`gradient of ${tail.name}`, map: tail.slope }] : [],
      ...this.remark(step, arrow, head, tail, k),
    };
  }

  back(step) {
    const arrow = this.run.arrows[step.arrow];
    const head = this.run.cards[arrow.head], tail = this.run.cards[arrow.tail];
    const isSaid = arrow.formula && Number.isNaN(Number(arrow.formula)); // 1 = 1 would say nothing
    const local = `${partial(head, tail)}${isSaid ? ` = ${arrow.formula}` : ""}`;
    return { arrow, head, tail, local: step.local ? local : `${arrow.formula} =` };
  }

  remark(step, arrow, head, tail, k) {
    const again = head.inputs.filter((input) => input === arrow.tail).length > 1;
    const twice = again ? say`${head.name} takes ${tail.name} more than once; this is its input ${arrow.position + 1}. ` : "";
    if (step.awaited)
      return { isWrong: true, remark: say`Too early: ${head.name} still waits for ${step.awaited} arrow${plural(step.awaited)}. What it
        hands on is not its whole gradient.` };
    if (this.handedOn.get(arrow.tail) < k)
      return { isWrong: true, remark: say`Too late: ${tail.name} has handed its gradient on already; this part goes no further.` };
    if (step.pending) return { remark: twice + say`${step.pending} more arrow${plural(step.pending)} will add to ${tail.name}'s gradient.` };
    const isStepped = this.run.arrows.some((other) => other.step && other.tail === arrow.tail);
    return { remark: twice + (isStepped ? say`Over dashed arrows nothing comes back: its gradient is complete.`
      : say`No other arrow leaves ${tail.name}: its gradient is complete.`) };
  }

  done() {
    const last = this.ends();
    const shown = this.run.cards.map((card, i) => ({ card, i })).filter(({ card }) => !card.inputs.length);
    const wrong = this.run.cards.filter((card) => card.right);
    const rows = shown.slice(0, 12).map(({ card, i }) => [
      card.name, `${partial(this.end, card)} =`,
      `${stacked(last.get(i) ?? NONE)}${card.right ? say` (right: ${inline(card.right)})` : ""}`,
    ]);
    return {
      title: say`Done`,
      text: say`How much ${this.end.name} changes with each leaf${shown.length > 12 ? say` (the first twelve)` : ""}:`,
      rows,
      isWrong: wrong.length > 0,
      remark: wrong.length
        ? say`Wrong: ${wrong.map((card) => card.name).join(", ")}. A gradient was handed on before its sum was complete.`
        : say`Each gradient is the sum over all the paths that lead from it to the end.`,
    };
  }

  /** What a learner is asked at a step: the question and its answer; null where nothing is to be found out. */
  question(k) {
    const step = this.run.steps[k];
    if (this.folding.foldOf(k) !== undefined) return null;
    if (step.kind === "forward") {
      const card = this.run.cards[step.card];
      if (!card.numbers || !card.scalar) return null;
      const [answer] = card.data, size = Math.abs(numeral(answer));
      const hints = [answer.startsWith("-") ? say`It is below 0.` : say`It is 0 or above.`, say`Its size, to one digit, is ${size ? Number(size.toPrecision(1)) : size}.`];
      return { ask: say`What is ${card.name}?`, answer, explain: () => say`${card.name} is ${card.numbers}.`, hints };
    }
    if (step.kind !== "backward" || !step.scalar || !step.local) return null;
    const { head, tail, local } = this.back(step);
    const [upstream, slope, answer] = [step.upstream[0], step.local[0], step.contribution[0]];
    const explain = (typed) => {
      const slips = [
        [slope, say`That is the local derivative; multiply it by the upstream ${upstream}.`],
        [upstream, say`That is the upstream; multiply it by the local derivative.`],
        [step.after[0], say`That is the sum in ${tail.name}; asked is what this arrow alone hands on.`],
        [answer.startsWith("-") ? answer.slice(1) : `-${answer}`, say`The size is right; look at the sign again.`],
      ];
      const slip = slips.find(([text]) => isNear(typed, text));
      return `${slip ? `${slip[1]} ` : ""}${say`${local} = ${slope}, and the upstream is ${upstream}.`}`;
    };
    const hints = [
      say`The chain rule: what ${head.name} has, the upstream, times ${head.name}'s own derivative by ${tail.name}.`,
      say`That local derivative: ${local} = ?${head.numbers ? say` Here ${head.name} = ${head.numbers}.` : ""}`,
      say`It is ${slope}. So ${upstream} × ${bracketed(slope)} = ?`,
    ];
    return { ask: say`What does the arrow hand to ${tail.name}?`, answer, explain, hints };
  }
}
