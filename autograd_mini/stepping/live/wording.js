/** A number in so many significant digits, as the page writes them; none looks whole that is not. */
const worded = (x, digits = 4) => {
  if (x !== x) return "nan";
  if (Math.abs(x) === Infinity) return x > 0 ? "inf" : "-inf";
  if (Number.isInteger(x) && Math.abs(x) < 1e6) return String(x + 0); // which makes -0 a plain 0
  let text = written(x, digits);
  for (let more = digits + 1; more <= 17 && !Number.isInteger(x) && Number.isInteger(Number(text)); more++) text = written(x, more);
  return text;
};

const written = (x, digits) => {
  const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
  const plain = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (exponent < -4 || exponent >= Math.max(digits, 6)) return `${plain(mantissa)}e${Number(exponent)}`;
  return plain(x.toFixed(Math.max(0, digits - 1 - exponent)));
};

const MOST_DIGITS = 12; // beyond, all 17

/** The inputs in as many digits as it takes for what is shown to give the result in so many digits. */
const wordedToGive = (inputs, compute, result, digits = 4, start = 4) => {
  const wanted = worded(result, digits);
  for (let more = start; more <= MOST_DIGITS; more++) {
    const texts = inputs.map((x) => worded(x, more));
    if (worded(compute(...texts.map(readBack)), digits) === wanted) return texts;
  }
  return inputs.map((x) => worded(x, 17));
};

const readBack = (text) => ({ nan: NaN, inf: Infinity, "-inf": -Infinity })[text] ?? Number(text);

/** A sum in which a number is the second part: how many digits that one needs. */
const digitsToAdd = (before, part, after) => {
  for (let digits = 4; digits <= MOST_DIGITS; digits++)
    if (worded(readBack(worded(before, digits)) + readBack(worded(part, digits))) === worded(after)) return digits;
  return 17;
};
