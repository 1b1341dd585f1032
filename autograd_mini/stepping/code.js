/** The code that made a run's graph: the line of the card where something happens is lit, and a click goes there. */
class Code {
  constructor(run, picked) {
    const { lines, cards } = run.code;
    this.of = cards;
    this.rows = lines.map(({ number, text }, i) => {
      const first = cards.indexOf(i);
      const words = [make("span", { class: "number", "aria-hidden": "true" }, number || ""), text || " "];
      const row = make(first < 0 ? "span" : "button", first < 0 ? { class: "line" } : { class: "line", type: "button" }, ...words);
      if (first >= 0) row.addEventListener("click", () => picked(this.nextOf(i)));
      return row;
    });
    const files = [...new Set(lines.map(({ file }) => file).filter(Boolean))];
    this.list = make("div", { class: "lines" }, ...this.rows);
    this.element = make("details", { class: "code live", open: "" }, make("summary", {}, say`The code: ${files.join(", ")}`), this.list);
  }

  /** A card of a line: the next one after the card that is shown, or the first. */
  nextOf(line) {
    const cards = this.of.flatMap((own, card) => (own === line ? [card] : []));
    return cards.find((card) => card > this.card) ?? cards[0];
  }

  show({ now, from }) {
    this.card = now;
    const lit = this.of[now] ?? this.of[from.find((card) => this.of[card] !== null)];
    this.rows.forEach((row, i) => mark(row, "lit", i === lit));
    if (lit === undefined || lit === null) return;
    const row = this.rows[lit];
    this.list.scrollTop = row.offsetTop - this.list.offsetTop - this.list.clientHeight / 2;
  }
}
