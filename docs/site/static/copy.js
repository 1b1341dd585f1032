"use strict";
// A button on each block of code that copies what one would type: without prompts, without what is answered.
const korean = document.documentElement.lang.startsWith("ko");
const [COPY, COPIED] = korean ? ["복사", "복사했습니다"] : ["Copy", "Copied"];

function typed(block) {
  const lines = block.textContent.replace(/\n+$/, "").split("\n");
  if (!lines.some((line) => line.startsWith(">>>"))) return lines.join("\n");
  const kept = lines.filter((line) => /^(>>>|\.\.\.)/.test(line));
  const ends = (k) => kept[k].startsWith(">>>") && k > 0 && kept[k - 1].startsWith("..."); // Python's prompt waits for an empty line
  const last = kept[kept.length - 1].startsWith("...") ? "\n" : "";
  return kept.map((line, k) => (ends(k) ? "\n" : "") + line.slice(4)).join("\n") + last;
}

for (const block of document.querySelectorAll("div.highlight pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = COPY;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(`${typed(block)}\n`);
    button.textContent = COPIED;
    setTimeout(() => (button.textContent = COPY), 1500);
  });
  block.parentElement.append(button);
}
