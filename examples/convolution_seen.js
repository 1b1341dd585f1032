"use strict";
// Shows the window of the result that is pointed at, tapped or focused.
function show(section, cell) {
  const [i, j] = cell.split(",").map(Number);
  const size = Number(section.dataset.size);
  for (const td of section.querySelectorAll(".grid td")) {
    const [u, v] = td.dataset.cell.split(",").map(Number);
    td.classList.toggle("lit", u >= i && u < i + size && v >= j && v < j + size);
  }
  for (const place of section.querySelectorAll(".result td, li")) place.classList.toggle("lit", place.dataset.cell === cell);
}

for (const section of document.querySelectorAll("section")) {
  for (const place of section.querySelectorAll(".result td, li"))
    for (const event of ["pointerenter", "focusin", "click"])
      place.addEventListener(event, () => show(section, place.dataset.cell));
  show(section, "0,0");
}
