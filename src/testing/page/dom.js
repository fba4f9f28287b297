// Makes elements. Whatever comes from a request or a callback is put in as text, never as markup:
// element() is the only maker, and it knows textContent only.

export const $ = (id) => document.getElementById(id);

export function element(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  const {text, on, ...attributes} = options;
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) made.setAttribute(name, value);
  }
  for (const [name, listener] of Object.entries(on || {})) made.addEventListener(name, listener);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export const tag = ({word, kind}) => element("span", {class: "tag " + kind, text: word, title: word});
export const note = (text) => element("p", {class: "note", text});

export function section(title, ...children) {
  return element("section", {}, element("h3", {text: title}), ...children);
}

export function button(text, act, title) {
  return element("button", {type: "button", text, title, on: {click: act}});
}

/// A list of names and values; what has no value is left out.
export function facts(rows) {
  const list = element("dl");
  for (const [name, value, remark] of rows) {
    if (value === undefined || value === null || value === "") continue;
    const parts = Array.isArray(value) ? value : [element("span", {text: String(value)})];
    list.append(element("dt", {text: name}),
      element("dd", {}, ...parts, remark ? element("div", {class: "note", text: remark}) : null));
  }
  return list;
}

export function copier(text) {
  return button("Copy", async (event) => {
    await navigator.clipboard.writeText(text);
    event.target.textContent = "Copied";
  });
}

/// JSON with a line for a member; what is no JSON stays as it is.
export function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}
