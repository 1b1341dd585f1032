/** A page in a notebook: a frame of its own, and what goes between it and the kernel. */
const render = ({ model, el }) => {
  const frame = document.createElement("iframe");
  Object.assign(frame, { title: model.get("title"), srcdoc: model.get("html"), width: "100%", height: "720" });
  frame.style.border = "0";
  const ask = ({ source, data }) => {
    if (source === frame.contentWindow && data?.changes) model.send({ changes: data.changes });
  };
  const tell = (answer) => frame.contentWindow?.postMessage(answer, "*");
  addEventListener("message", ask);
  model.on("msg:custom", tell);
  el.append(frame);
  return () => {
    removeEventListener("message", ask);
    model.off("msg:custom", tell);
  };
};

export default { render };
