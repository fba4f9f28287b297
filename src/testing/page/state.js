// What the page knows.

export const state = {
  messages: new Map(),  // by number: messages of the simulator, or callbacks of the receiver
  order: [],            // the numbers that the filter lets through, newest first
  chosen: null,         // a number
  filter: "",
  session: null,        // of the program behind the page: another one begins anew
  about: null,          // what is said of it; null until it is known
};

const names = new Map();  // of brands, recordings and the like, by id

export const name_of = (id) => names.get(id) || id;
export const is_simulator = () => state.about !== null && state.about.role === "simulator";

export async function load_about() {
  state.about = await (await fetch("/page/api/about")).json();
  document.body.dataset.role = state.about.role;
  names.clear();
  for (const [list, id, name] of [["brands", "brand_id", "company_name"], ["recordings", "media_id", "name"],
    ["media", "media_id", "name"], ["pools", "pool_id", "name"], ["lines", "phone_line_id", "name"],
    ["v2_media", "media_id", "name"], ["voices", "voice_id", "name"]]) {
    for (const one of rows_in(state.about[list])) {
      if (one[id]) names.set(one[id], one[name] || one[id]);
    }
  }
}

/// A listing that a test has made up may be anything.
export const rows_in = (value) => Array.isArray(value) ? value : [];
