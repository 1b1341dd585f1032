"use strict";
// Checks the answers of the questions on a page; a number may be a fraction, and is right to three digits.
function numberOf(text) {
  const parts = text.trim().replace("−", "-").replace(",", ".").split("/");
  if (parts.length > 2 || parts.some((part) => part.trim() === "")) return NaN;
  return parts.length === 2 ? Number(parts[0]) / Number(parts[1]) : Number(parts[0]);
}

function isRight(given, answer) {
  if (given === answer) return true;
  const [a, b] = [numberOf(given), numberOf(answer)];
  return Math.abs(a - b) <= 1e-3 * Math.abs(b) || a === b;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.classList.contains("question")) return;
  event.preventDefault();
  const field = form.querySelector("input:checked, input[type=text]");
  const right = field !== null && isRight(field.value, form.dataset.answer);
  form.querySelector("output").textContent = right ? form.dataset.right : form.dataset.wrong;
  form.classList.toggle("right", right);
});
