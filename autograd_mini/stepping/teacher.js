/** One card lies about a local derivative: the learner walks, nudges and accuses, until it is found. */
class Teacher {
  constructor(run) {
    this.run = run;
    this.tries = 0;
    const computed = run.cards.flatMap((card, i) => (card.inputs.length ? [[card, i]] : []));
    this.name = make("select", { "aria-label": say`The card that lies` }, ...computed.map(([card, i]) => make("option", { value: i }, card.name)));
    this.said = make("p", { class: "verdict", role: "status" });
    const accuse = make("button", { type: "button" }, say`This one lies`);
    accuse.addEventListener("click", () => this.judge(Number(this.name.value)));
    this.element = make("section", { class: "live teacher", "aria-label": say`Which card lies?` },
      make("p", {}, make("b", {}, say`One card lies `), say`about its own derivative by one of its inputs. Walk back and check each product, or nudge: the lie is where the measured slope and the chain rule begin to differ.`),
      make("p", {}, this.name, " ", accuse), this.said);
  }

  judge(card) {
    const { cards, arrows, wrong } = this.run;
    this.tries++;
    if (card !== wrong.card) return put(this.said, say`${cards[card].name} tells the truth. Look further.`);
    const by = cards[arrows[wrong.arrow].tail].name;
    put(this.said, say`Found, ${this.tries === 1 ? say`at once` : say`at try ${this.tries}`}: of ∂${cards[card].name}/∂${by} ${wrong.words}.`);
  }

  /** Follows the page: at a step backward the card that hands on. */
  show({ now, from }) {
    const card = from.find((head) => this.run.cards[head].inputs.length) ?? now;
    if (this.run.cards[card]?.inputs.length) this.name.value = card;
  }
}
