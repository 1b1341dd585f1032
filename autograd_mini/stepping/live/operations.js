/** What operations on numbers need beside JavaScript's own functions, as the engine's tables have it. */
const same = (x, y) => x === y || (x !== x && y !== y);
const flag = (answer) => (answer ? 1 : 0);
const isNegative = (x) => x < 0 || Object.is(x, -0);
const larger = (x, y) => (x > y || x !== x ? x : y);
const smaller = (x, y) => (x < y || x !== x ? x : y);
const largerNumber = (x, y) => (x > y || y !== y ? x : y);
const smallerNumber = (x, y) => (x < y || y !== y ? x : y);
const share = (chosen) => (x, y) => {
  const z = chosen(x, y);
  return flag(same(x, z)) / (flag(same(x, z)) + flag(same(y, z)));
};
const clipped = (x, low, high) => {
  const raised = low === null ? x : Math.max(x, low);
  return high === null ? raised : Math.min(raised, high);
};
const rounded = (x) => {
  const low = Math.floor(x), rest = x - low; // halves go to the even one
  return !Number.isFinite(x) ? x : rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
};
const powered = (x, y) => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : Math.pow(x, y));
const scaled = (x, n) => x * 2 ** Math.trunc(n / 2) * 2 ** (n - Math.trunc(n / 2));
const left = (x, y) => {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
};
const quotient = (x, y) => {
  if (y === 0) return x / y;
  const near = (x - x % y) / y - (left(x, y) === x % y ? 0 : 1), low = Math.floor(near);
  return near - low > 0.5 ? low + 1 : low;
};
const parts = (x) => {
  const high = rounded(x * 1048576) / 1048576; // 26 bits: its products have no rounding error
  return [high, x - high];
};
const bell = (x, sharpness) => {
  const near = smaller(Math.abs(x), 40), [high, low] = parts(near);
  return Math.exp(-sharpness * (high * high)) * Math.exp(-sharpness * (low * (high + near)));
};
const tail = (x) => { // erfc from 2 on, by its continued fraction
  let below = x;
  for (let k = 120; k > 0; k--) below = x + k / 2 / below;
  return bell(x, 1) / Math.sqrt(Math.PI) / below;
};
const erf = (x) => { // of series whose terms are of one sign
  if (Math.abs(x) >= 2) return Math.sign(x) * (1 - tail(Math.abs(x)));
  let term = x, sum = x;
  for (let k = 1; k < 60; k++) sum += term *= (2 * x * x) / (2 * k + 1);
  return ((2 * bell(x, 1)) / Math.sqrt(Math.PI)) * sum;
};
const erfc = (x) => (x >= 2 ? tail(x) : 1 - erf(x));
const ROOT = Math.SQRT1_2, SHORT = Math.round(ROOT * 67108864) / 67108864;
const REST = (0.5 - SHORT * SHORT) / (ROOT + SHORT); // sqrt(1/2) is their sum, to 79 bits
const normal = (given) => {
  const x = Math.max(-40, Math.min(40, given)), t = x * ROOT, [high, low] = parts(x);
  return 0.5 * erfc(-t) + (Math.exp(-t * t) / Math.sqrt(Math.PI)) * (high * SHORT - t + low * SHORT + x * REST);
};
const weight = (exp, rate) => (x, y) => {
  const difference = x === y ? 0 : x - y, moved = difference - x;
  const isNear = Math.abs(difference) < 1200 && Number.isFinite(x);
  const lost = isNear ? x - (difference - moved) - (y + moved) : 0; // by rounding, which exp would amplify
  const e = exp(-Math.abs(difference)) * (1 - Math.sign(difference) * lost * rate);
  return (difference >= 0 ? 1 : e) / (1 + e);
};
const exp2 = (x) => 2 ** x;
const logsum = (exp, rate) => (x, y) =>
  x === y ? x + Math.LN2 / rate : larger(x, y) + Math.log1p(exp(-Math.abs(x - y))) / rate;
const inRange = (x, y) => { // a point divided by its longer side, which is given too
  if (Math.abs(x) === Infinity || Math.abs(y) === Infinity) {
    const far = (a) => (Math.abs(a) === Infinity ? Math.sign(a) : 0);
    return [far(x), far(y), Infinity];
  }
  const side = Math.max(Math.abs(x), Math.abs(y)) || 1;
  return [x / side, y / side, side];
};
const direction = (x, y) => {
  const [u, v] = inRange(x, y);
  return u / (Math.hypot(u, v) || (u === u && v === v ? 1 : NaN));
};
const inversion = (x, y) => {
  const [u, v, side] = inRange(x, y);
  return side === Infinity ? 0 : u / (u * u + v * v || (u === u && v === v ? 1 : NaN)) / side;
};
const bessel = (n, x) => { // jₙ(πx): by its series near 0, farther out by the recurrence from sin and cos
  const t = Math.PI * x;
  if (Math.abs(t) < n + 1) {
    let series = 1, factor = 1;
    for (let k = 19 + n; k > 0; k--) series = 1 - t * t / 2 / (k * (2 * n + 2 * k + 1)) * series;
    for (let k = 1; k < 2 * n + 2; k += 2) factor *= k;
    return (t ** n / factor) * series;
  }
  const turns = rounded(x), rest = x - turns, side = 1 - 2 * (Math.abs(turns) % 2);
  let before = (side * Math.sin(Math.PI * (0.5 - Math.abs(rest)))) / t, after = (side * Math.sin(Math.PI * rest)) / t;
  for (let k = 0; k < n; k++) [before, after] = [after, ((2 * k + 1) / t) * after - before];
  return after;
};

/** The forward of every operation on numbers, by the name of its primitive: inputs first, then its parameters. */
const OPERATIONS = {
  positive: (x) => x,
  negative: (x) => -x,
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  power: powered,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  exp2,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  logaddexp: logsum(Math.exp, 1),
  logaddexp2: logsum(exp2, Math.LN2),
  weight: weight(Math.exp, 1),
  weight2: weight(exp2, Math.LN2),
  ldexp: scaled,
  xlogy: (x, y) => (x === 0 && y === y ? 0 : x * Math.log(y)),
  lowered: (x, y) => (y === 0 && Math.abs(x) <= 2 ** -128 ? 0 : y - 1),
  stays_zero: (x, y) => flag(x === 0 && y >= 0),
  are_zero: (x, y) => flag(x === 0 && y === 0),
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  arcsin: Math.asin,
  arccos: Math.acos,
  arctan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  arcsinh: Math.asinh,
  arccosh: Math.acosh,
  arctanh: Math.atanh,
  hypot: Math.hypot,
  arctan2: Math.atan2,
  direction,
  inversion,
  pole: (x, y) => (x === 0 && y === 0 ? NaN : 1),
  sinc: (x) => bessel(0, x),
  bessel: (x, n) => bessel(n, x),
  sign: Math.sign,
  abs: Math.abs,
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  rint: rounded,
  round: (x, n = 0) => (n < 0 ? rounded(x / 10 ** -n) * 10 ** -n : rounded(x * 10 ** n) / 10 ** n),
  fraction: (x) => (Math.abs(x) === Infinity ? 0 : x - Math.trunc(x)),
  floor_divide: quotient,
  remainder: left,
  fmod: (x, y) => x % y,
  copysign: (x, y) => (isNegative(x) === isNegative(y) ? x : -x),
  heaviside: (x, y) => (x < 0 ? 0 : x > 0 ? 1 : x === 0 ? y : x),
  maximum: larger,
  minimum: smaller,
  fmax: largerNumber,
  fmin: smallerNumber,
  share_of_larger: share(larger),
  share_of_smaller: share(smaller),
  share_of_fmax: share(largerNumber),
  share_of_fmin: share(smallerNumber),
  clip: (x, low = null, high = null) => clipped(x, low, high),
  inside: (x, low = null, high = null) => flag(same(x, clipped(x, low, high))),
  where: (condition, x, y) => (condition ? x : y),
  keep: (x, condition) => (condition ? x : 0),
  equals: (x, y) => flag(same(x, y)),
  is_number: (x) => flag(x === x),
  less: (x, y) => flag(x < y),
  less_equal: (x, y) => flag(x <= y),
  greater: (x, y) => flag(x > y),
  greater_equal: (x, y) => flag(x >= y),
  equal: (x, y) => flag(x === y),
  not_equal: (x, y) => flag(x !== y),
  logical_and: (x, y) => flag(x !== 0 && y !== 0),
  logical_or: (x, y) => flag(x !== 0 || y !== 0),
  logical_xor: (x, y) => flag((x !== 0) !== (y !== 0)),
  logical_not: (x) => flag(x === 0),
  isfinite: (x) => flag(Number.isFinite(x)),
  isinf: (x) => flag(Math.abs(x) === Infinity),
  isnan: (x) => flag(x !== x),
  signbit: (x) => flag(isNegative(x)),
  sigmoid: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  sigmoid_slope: (x) => {
    const e = Math.exp(-Math.abs(x));
    return e / (1 + e) / (1 + e);
  },
  sech_squared: (x) => (1 / Math.cosh(x)) ** 2,
  softplus: (x) => larger(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  relu: (x) => larger(x, 0),
  leaky_relu: (x, slope = 0.01) => (x > 0 ? x : slope * x),
  leaky_slope: (x, slope) => (x > 0 ? 1 : slope),
  is_above: (x) => flag(x > 0),
  elu: (x, alpha = 1) => (x > 0 ? x : alpha * Math.expm1(x)),
  erf,
  erfc,
  gaussian: (x) => bell(x, 1),
  normal_density: (x) => bell(x, 0.5),
  normal_cdf: normal,
  over_length: (x, z) => (z === 0 ? 0 : x / z),
  times: (x, y) => (y === 0 ? 0 : x * y),
};
