"use strict";
// Makes each frame as high as the page in it, again when its width changes; pages that fill whatever they get are left.
function fit(frame) {
  const page = frame.contentDocument;
  if (page?.body) frame.style.height = `${page.body.getBoundingClientRect().height + 4}px`;
}

for (const frame of document.querySelectorAll("iframe.fit")) {
  frame.addEventListener("load", () => fit(frame));
  new ResizeObserver(() => fit(frame)).observe(frame);
}
