const LETTER = 9.2; // of a scope's name, in pixels

/** What opens or closes a scope, by a click, Enter or Space: a sign and, where it is open, its name. */
const drawToggle = (name, frame, isOpen, words, [x, y, width]) =>
  make("svg:g", {
    class: "toggle", role: "button", tabindex: 0, "data-frame": frame, "aria-expanded": isOpen,
    "aria-label": isOpen ? say`Close ${name}` : say`Open ${name}`, transform: `translate(${x},${y})`,
  }, make("svg:rect", { width, height: 20, rx: 5 }), make("svg:text", { x: isOpen ? 7 : width / 2, y: 14.5 }, words));

/** The box around an open scope, and its toggle; which of them is below cards and arrows, and which above. */
const drawFrame = (name, frame, [left, top, right, bottom], below, above) => {
  below.append(make("svg:rect", { class: "frame", x: left, y: top, width: right - left, height: bottom - top, rx: 10 }));
  const room = right - left - 10, shown = name.length * LETTER + 26 > room ? `${name.slice(0, Math.max(1, Math.floor((room - 36) / LETTER)))}…` : name;
  const toggle = drawToggle(name, frame, true, `− ${shown}`, [left + 5, top + 5, Math.min(room, shown.length * LETTER + 26)]);
  above.append(toggle);
  return toggle;
};
