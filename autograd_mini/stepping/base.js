"use strict";

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
