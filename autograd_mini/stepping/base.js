"use strict";

const KNOWN = JSON.parse(document.getElementById("sentences").textContent); // {English: the page's language}; none in English

/** A sentence in the page's language: say`${n} uses`, which translations know as "{0} uses". */
const say = (texts, ...given) => {
  const english = texts.reduce((before, text, i) => `${before}{${i - 1}}${text}`).replace(/\s+/g, " ");
  return (KNOWN[english] ?? english).replace(/\{(\d)\}/g, (_, i) => given[i]);
};

const plural = (n) => (n === 1 ? "" : "s"); // of an English word
const signed = (sign) => (sign === "gives" ? say`gives` : sign); // that an equation is true by
const breadth = (text) => text.length + (text.match(/[\uac00-\ud7a3]/g) ?? []).length; // in letters; Korean ones are twice as wide

const make = (tag, attributes = {}, ...children) => {
  const element = tag.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4))
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

const put = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

const mark = (element, name, wanted) => {
  if (element.classList.contains(name) !== wanted) element.classList.toggle(name, wanted);
};
