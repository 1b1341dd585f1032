"use strict";
// A picture that is drawn smaller than it is has a button to see it at its own size; an image opens by itself.
const SIZES = document.documentElement.lang.startsWith("ko") ? ["원래 크기로", "화면에 맞게"] : ["Full size", "Fit the page"];

for (const figure of document.querySelectorAll("figure.picture")) {
  const drawn = figure.querySelector("svg");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "size";
  const tell = () => {
    const whole = figure.classList.contains("whole");
    button.textContent = SIZES[whole ? 1 : 0];
    button.hidden = !whole && drawn.width.baseVal.value <= drawn.getBoundingClientRect().width + 1;
  };
  button.addEventListener("click", () => (figure.classList.toggle("whole"), tell()));
  new ResizeObserver(tell).observe(figure);
  figure.after(button);
}

for (const image of document.querySelectorAll("article img")) {
  const link = document.createElement("a");
  link.href = image.src;
  image.replaceWith(link);
  link.append(image);
}
