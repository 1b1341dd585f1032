const plain = (text) => text.trim().replace(",", ".").replace("−", "-").replace("≈", "").toLowerCase();

/** A number as people type it: 0.5, 0,5, 1/2, inf. */
const numeral = (text) => {
  const parts = plain(text).split("/").map((part) => part.trim());
  const [top, bottom = 1] = parts.map((part) => ({ inf: Infinity, "-inf": -Infinity })[part] ?? (part === "" ? NaN : Number(part)));
  return parts.length > 2 ? NaN : top / bottom;
};

/** Whether a typed number is the one shown, to three significant digits. */
const isNear = (typed, shown) => {
  if (shown === "nan") return plain(typed) === "nan";
  const x = numeral(typed), y = numeral(shown);
  return x === y || (Number.isFinite(y) && Math.abs(x - y) <= 0.005 * Math.abs(y));
};

/** Asks for the next number: hints one by one, a verdict, and a score of how it was found. */
class Learner {
  constructor() {
    this.found = new Map(); // for each step how its number was found the first time: "alone", "helped" or "shown"
    this.score = make("p", { class: "score" });
  }

  /** The form of a question; reveal(words) shows the numbers and says so. */
  form(step, { ask, answer, explain, hints }, reveal) {
    const input = make("input", { type: "text", inputmode: "text", autocomplete: "off", "aria-label": ask });
    const verdict = make("p", { class: "verdict", role: "status" });
    const give = make("button", { type: "button" }, say`Show me`);
    const hint = make("button", { type: "button" }, say`Hint`);
    const given = make("ol", { class: "hints" });
    let isHelped = false;
    const close = (how, words) => {
      if (!this.found.has(step)) this.found.set(step, how);
      this.count();
      reveal(words);
    };
    hint.addEventListener("click", () => {
      isHelped = true;
      given.append(make("li", {}, hints[given.children.length]));
      hint.disabled = given.children.length === hints.length;
      input.focus();
    });
    give.addEventListener("click", () => close("shown", say`It is ${answer}.`));
    const form = make("form", {}, make("label", {}, ask), input, make("button", { type: "submit" }, say`Check`), hint, give, verdict, given, this.score);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (isNear(input.value, answer)) return close(isHelped ? "helped" : "alone", say`Right: ${answer}.`);
      if (Number.isNaN(numeral(input.value))) return put(verdict, say`Type a number, such as -0.25 or 1/3; three digits are enough.`);
      isHelped = true;
      put(verdict, say`Not ${input.value.trim()}. ${explain(input.value)}`);
    });
    return form;
  }

  count() {
    const ways = [...this.found.values()], of = (how) => ways.filter((way) => way === how).length;
    put(this.score, say`Score: ${of("alone")} of ${ways.length} by yourself, ${of("helped")} with help, ${of("shown")} shown.`);
  }
}
