// Language and elements for the page that checks a copy of the access journal. Text goes in as text, never as markup.

const LANGUAGES = ["ru", "en"];

export const language = () => document.documentElement.lang;

export function setLanguage(chosen) {
  document.documentElement.lang = chosen;
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === chosen));
  }
}

/** One of [Russian, English], with its {values}. */
export function text(both, values = {}) {
  return both[LANGUAGES.indexOf(language())].replace(/\{([a-z]+)\}/g, (_, name) => String(values[name]));
}

export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export const clear = (parent) => parent.replaceChildren();
export const put = (parent, ...children) => parent.replaceChildren(...children);
