const WIDEST_MAP = 300, NARROW_MAP = 96, LARGEST_CELL = 26; // pixels, in the panel: of one map, of one among several, of a cell

const imageOf = ({ sheets }) => `data:image/png;base64,${sheets[0]}`;

/** The heat maps on a card: of its data, and beside it of its gradient. */
const drawMaps = ({ map, slope, maps }, left, top, gap) => {
  if (!maps) return [];
  const [width, height] = maps;
  return [map, slope].flatMap((own, i) => (own ? [make("svg:image", {
    class: "map", href: imageOf(own), x: left + i * (width + gap), y: top, width, height, preserveAspectRatio: "none",
  })] : []));
};

/** The same, drawn before, of other numbers. */
const renewMaps = ({ map, slope }, images) => [map, slope].filter(Boolean).forEach((own, i) => images[i]?.setAttribute("href", imageOf(own)));

/** A heat map in the panel: its numbers under the pointer, or by the arrow keys, and lights over a cell, a row or a column. */
class HeatMap {
  constructor({ name, map }, widest) {
    this.map = map;
    const { rows, columns, sheets, more } = map, side = Math.min(LARGEST_CELL, Math.max(widest / Math.max(columns, rows), 1 / 8));
    const width = Math.max(4, Math.round(columns * side)), height = Math.max(4, Math.round(rows * side));
    this.said = make("output", {}, map.range);
    this.sheets = sheets.map((png, sheet) => {
      const image = make("img", { src: `data:image/png;base64,${png}`, alt: "", width, height }), light = make("span", { class: "light" });
      const box = make("span", { class: "sheet", tabindex: sheet ? -1 : 0, role: "img", "aria-label": `${name}: ${rows} × ${columns}, ${map.range}` }, image, light);
      box.addEventListener("pointermove", (event) => {
        const { left, top } = image.getBoundingClientRect();
        this.at(sheet, Math.floor(((event.clientY - top) / height) * rows), Math.floor(((event.clientX - left) / width) * columns));
      });
      for (const end of ["pointerleave", "blur"]) box.addEventListener(end, () => this.leave());
      box.addEventListener("keydown", (event) => {
        const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
        if (!move) return;
        event.preventDefault();
        event.stopPropagation(); // elsewhere arrows walk
        const [i, j] = this.cell ?? [0, 0];
        this.at(sheet, ...(this.cell ? [i + move[0], j + move[1]] : [0, 0]));
      });
      return { box, light, width, height };
    });
    this.element = make("figure", { class: "map" }, make("figcaption", {}, make("b", {}, name), " ", this.said),
      make("div", {}, ...this.sheets.map(({ box }) => box)), ...(more ? [make("small", {}, say`and ${more} more`)] : []));
  }

  at(sheet, row, column) {
    const { rows, columns, numbers } = this.map, clamp = (x, n) => Math.min(n - 1, Math.max(0, x));
    const [i, j] = (this.cell = [clamp(row, rows), clamp(column, columns)]);
    this.leave(true);
    this.light([i, i + 1, j, j + 1], sheet);
    put(this.said, `[${i}, ${j}]${numbers ? ` ${numbers[(sheet * rows + i) * columns + j]}` : ""}`);
    this.touched?.(i, j);
  }

  light([top, bottom, left, right], sheet = 0) {
    const { light, width, height } = this.sheets[sheet], { rows, columns } = this.map;
    const [x, y] = [width / columns, height / rows];
    Object.assign(light.style, { display: "block", left: `${left * x}px`, top: `${top * y}px`, width: `${(right - left) * x}px`, height: `${(bottom - top) * y}px` });
  }

  leave(isMoving) {
    for (const { light } of this.sheets) light.style.display = "none";
    if (isMoving) return;
    this.cell = undefined;
    put(this.said, this.map.range);
    this.left?.();
  }
}

/** Maps beside one another; factors: the places of two factors and of their product, whose entry lights a row and a column. */
const showMaps = (shown, factors) => {
  const maps = shown.map((one) => new HeatMap(one, shown.length > 1 || one.map.sheets.length > 1 ? NARROW_MAP : WIDEST_MAP));
  const [left, right, product] = factors.map((place) => maps[place]);
  if (product) {
    product.touched = (i, j) => {
      left.light([i, i + 1, 0, left.map.columns]);
      right.light([0, right.map.rows, j, j + 1]);
    };
    product.left = () => [left, right].forEach((map) => map.leave());
  }
  const hint = product ? [make("p", { class: "hint" }, say`Point at an entry of the product: the row and the column that it is made of light up.`)] : [];
  return make("div", { class: "maps" }, ...maps.map(({ element }) => element), ...hint);
};
