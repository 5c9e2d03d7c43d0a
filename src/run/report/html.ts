/** A piece of HTML that is safe to put into a page: made by {@link html} only, which escapes every text. */
export interface Html {
  readonly html: string;
}
type Child = Html | string | number | undefined | readonly Child[];

/** `` html`<p>${text}</p>` ``: texts are escaped, pieces of HTML and lists of them go in as they are. */
export function html(parts: TemplateStringsArray, ...children: readonly Child[]): Html {
  return { html: parts.map((part, i) => (i === 0 ? part : render(children[i - 1]) + part)).join("") };
}

function render(child: Child): string {
  if (child === undefined) return "";
  if (typeof child === "object") return "html" in child ? child.html : child.map(render).join("");
  return escaped(String(child));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
/** Control characters, which a sampled text may hold and HTML may not, are shown as U+FFFD. */
const escaped = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[&<>"']/g, (c) => entities[c]!).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "\ufffd");
