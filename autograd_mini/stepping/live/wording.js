const DIGITS = 4, MOST_TO_TELL = 9, ALL = 17; // of a number by itself; before it is said to be nearly whole; of any
const EXACT = 100; // digits, among which all of a half are: what seems one and is none shows it long before
const INSIDE = 0.999999; // of half a last digit: in the middle a float may lie on either side

/** A number in so many significant digits, as drawing/formatting.py writes them: none looks whole that is not. */
const worded = (x, digits = DIGITS) => {
  const size = Math.abs(x), sign = x < 0 ? "-" : "";
  if (x !== x) return "nan";
  if (size === Infinity) return `${sign}inf`;
  if (digits === ALL) return (size && (size < 1e-4 || size >= 1e16) ? x.toExponential() : String(x + 0)).replace("e+", "e");
  if (size < 1e6 && Number.isInteger(x)) return String(x + 0); // which makes -0 a plain 0
  if (size >= 1e6 || size < 1e-4) {
    const [mantissa, exponent] = writeEven(digits, (n) => x.toExponential(n - 1)).split("e"), shortest = stripped(mantissa);
    const isExact = Number(`${shortest}e${exponent}`) === x;
    return `${isExact ? shortest : mantissa}e${Number(exponent)}`;
  }
  const least = size >= 1e5 ? Math.max(digits, 7) : size >= 1e4 ? Math.max(digits, 6) : digits;
  for (let more = least; more <= Math.max(least, MOST_TO_TELL); more++) {
    const text = writeEven(more, (n) => x.toPrecision(n));
    if (!text.includes("e") && stripped(text).includes(".")) return stripped(text);
  }
  return `≈${x.toFixed(0)}`;
};

/** What `write` gives in so many digits, but halves go to the even digit, as in Python: JavaScript takes the larger. */
const writeEven = (digits, write) => {
  if (!/5(e|$)/.test(write(digits + 1))) return write(digits); // no half, told sooner: frames are made of this
  const half = new RegExp(`^(-?[0.]*[1-9](?:\\.?\\d){${digits - 1}}(?<=[02468]))\\.?50*(e.*)?$`);
  const [, even, exponent = ""] = write(EXACT).match(half) ?? [];
  return even ? even + exponent : write(digits);
};

const stripped = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
const readBack = (text) => ({ nan: NaN, inf: Infinity, "-inf": -Infinity })[text] ?? Number(text);

/** Whether a text is what a number rounds to, in its last digit; a whole number is what it says, to the last. */
const isGiven = (x, text, digits) => {
  if (text.startsWith("≈")) return false;
  const shown = readBack(text);
  if (x === shown || (x !== x && shown !== shown)) return true;
  if (!Number.isFinite(x) || !Number.isFinite(shown) || !/[.e]/.test(text)) return false;
  const [mantissa, exponent = "0"] = text.split("e");
  const written = Number(exponent) - (mantissa.split(".")[1]?.length ?? 0);
  return Math.abs(x - shown) * 2 < INSIDE * 10 ** Math.min(written, Math.floor(Math.log10(Math.abs(shown))) - digits + 1);
};

/** An equation, true as it is shown: the fewest digits with which its numbers give the result, else another sign. */
const wordEquation = (numbers, compute, result) => {
  const slack = Math.max(...numbers.map(Math.abs)) * 2 ** -50; // what a sum that cancels may lose
  let nearly = null;
  for (const kept of [DIGITS, DIGITS + 1]) { // one more where the result lies in the middle between two
    const shown = worded(result, kept);
    for (let digits = kept; digits <= ALL; digits++) {
      const operands = numbers.map((x) => worded(x, digits));
      if (operands.some((text) => text.startsWith("≈"))) continue;
      const found = compute(...operands.map(readBack));
      if (isGiven(found, shown, kept)) return { operands, sign: "=", result: shown };
      const off = Math.abs(found - readBack(shown.replace("≈", "")));
      if (off <= 0.005 * Math.abs(result) + slack) nearly ??= operands;
    }
    if (!nearly && !shown.startsWith("≈")) break;
  }
  const text = worded(result);
  if (nearly) return { operands: nearly, sign: text.startsWith("≈") ? "" : "≈", result: text };
  return { operands: numbers.map((x) => worded(x)), sign: "gives", result: text };
};
