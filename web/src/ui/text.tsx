/** A text of a task: plain or Markdown, or the messages of a conversation. HTML in it stays text. */
import { memo } from "react";
import { useTranslation } from "react-i18next";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import type { Text } from "../api/types.ts";
import { langOf } from "./wording.ts";
import "./text.css";

/** Headings of a text are none of the page's; pictures would be fetched from elsewhere and are links. */
const components: Components = {
  ...Object.fromEntries(
    (["h1", "h2", "h3", "h4", "h5", "h6"] as const).map((level) => [
      level,
      ({ children }: { children?: React.ReactNode }) => <p className={`heading ${level}`}>{children}</p>,
    ]),
  ),
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  img: ({ src, alt }) => (
    <a href={typeof src === "string" ? src : undefined} target="_blank" rel="noopener noreferrer nofollow">
      {alt || "image"}
    </a>
  ),
  pre: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre tabIndex={0}>{children}</pre>
  ),
  input: ({ checked }) => <span>{checked ? "☑" : "☐"}</span>,
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="scrolls" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
};
const plugins = [remarkGfm];

export const Prose = memo(function Prose({ children, lang }: { children: string; lang?: string | undefined }) {
  const { t } = useTranslation();
  if (children.trim() === "")
    return (
      <div className="prose">
        <p className="quiet">{t("noWords")}</p>
      </div>
    );
  return (
    <div className="prose" lang={langOf(children, lang)}>
      <Markdown remarkPlugins={plugins} components={components}>
        {children}
      </Markdown>
    </div>
  );
});

export function TextView({ text, lang }: { text: Text; lang?: string | undefined }) {
  const { t } = useTranslation();
  if (typeof text === "string") return <Prose lang={lang}>{text}</Prose>;
  return (
    <ol className="turns">
      {text.map(({ role, content }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: turns have no other identity and never move
        <li key={i} className={`turn ${role === "user" ? "from-user" : ""}`}>
          <span className="speaker">{t(`speaker.${isKnown(role) ? role : "other"}`, { role })}</span>
          <Prose lang={lang}>{content}</Prose>
        </li>
      ))}
    </ol>
  );
}

const isKnown = (role: string): role is "system" | "user" | "assistant" =>
  role === "system" || role === "user" || role === "assistant";
