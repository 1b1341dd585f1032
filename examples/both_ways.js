"use strict";
// Walks through both runs together, a multiplication at a time, and counts.
const told = JSON.parse(document.getElementById("data").textContent);
const { words, names, inputs, runs } = told;
const slider = document.getElementById("slider");
const play = document.getElementById("play");
const last = Math.max(runs.forward.length, runs.reverse.length);
slider.max = last;
let playing = null;

function reached(name, done) {
  // What each card holds: of the walk that is under way where one goes forward, of the one walk in reverse.
  const walk = done.length ? done[done.length - 1][1] : 0;
  const start = name === "forward" ? inputs[walk] : names.length - 1;
  const held = new Map(done.length ? [[start, "1"]] : []);
  for (const [, of, , card, sum] of done) if (of === walk) held.set(card, sum);
  return held;
}

function show(name, k) {
  const steps = runs[name];
  const done = steps.slice(0, Math.min(k, steps.length));
  const here = k > 0 && k <= steps.length ? done[done.length - 1] : null;
  const section = document.querySelector(`[data-run=${name}]`);
  const walks = name === "forward" ? inputs.length : 1;
  const begun = done.length ? done[done.length - 1][1] + 1 : 0;
  section.querySelector(".count").textContent =
    `${words.walks} ${begun} ${words.of} ${walks} · ${words.products} ${done.length} ${words.of} ${steps.length}` +
    (k >= steps.length ? ` · ${words.finished}` : "");
  const held = reached(name, done);
  for (const card of section.querySelectorAll(".card")) {
    const i = Number(card.dataset.card);
    card.classList.toggle("reached", held.has(i));
    card.classList.toggle("lit", here !== null && here[3] === i);
    const by = name === "forward" ? `\u2202/\u2202${names[inputs[Math.max(begun - 1, 0)]]}` : "grad";
    card.querySelector(".flow").textContent = held.has(i) ? `${by} = ${held.get(i)}` : "";
  }
  for (const arrow of section.querySelectorAll(".arrow"))
    arrow.classList.toggle("lit", here !== null && here[0] === Number(arrow.dataset.arrow));
  section.querySelector(".said").textContent = here === null ? "" : `${here[2]} \u2192 ${names[here[3]]}`;
}

function go(k) {
  slider.value = Math.max(0, Math.min(last, k));
  for (const name of Object.keys(runs)) show(name, Number(slider.value));
}

function stop() {
  clearInterval(playing);
  playing = null;
  play.textContent = words.play;
}

play.addEventListener("click", () => {
  if (playing !== null) return stop();
  if (Number(slider.value) === last) go(0);
  play.textContent = words.pause;
  playing = setInterval(() => (Number(slider.value) < last ? go(Number(slider.value) + 1) : stop()), 700);
});
document.getElementById("back").addEventListener("click", () => go(Number(slider.value) - 1));
document.getElementById("next").addEventListener("click", () => go(Number(slider.value) + 1));
slider.addEventListener("input", () => go(Number(slider.value)));
go(0);
