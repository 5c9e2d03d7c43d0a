/** What people said of a task, to be read: rankings by the letters of the answers, replies by the words of the questions. */
import { useTranslation } from "react-i18next";
import type { ReplyOf, Word } from "../../../src/server/protocol.ts";
import type { Settings } from "../api/types.ts";
import { Prose, TextView } from "../ui/text.tsx";
import { minutes, useTime } from "../ui/time.ts";
import { useWording } from "../ui/wording.ts";
import "./discussion.css";

type Form = Settings["form"];
type Judgement = Extract<Word, { kind: "judgement" }>;
type Given = ReplyOf<"GET /api/tasks/:task">["words"][number];

interface Reading {
  readonly form: Form;
  /** The letter under which the reader sees an answer. */
  readonly letterOf: (completion: number) => string;
}

export function SaidList({ words, lang, ...reading }: Reading & { words: readonly Given[]; lang: string | undefined }) {
  const { t } = useTranslation();
  const time = useTime();
  return words.map(({ at, by, word, messages }) => (
    <article key={word.id} className="panel">
      <p className="row">
        <strong>{by}</strong>
        <span className="badge">{t(`word.${word.kind}`)}</span>
        <span className="quiet">
          {time(at)}
          {"seconds" in word && ` · ${minutes(word.seconds)}`}
        </span>
      </p>
      <Said word={word} {...reading} />
      {messages && <TextView text={messages} lang={lang} />}
    </article>
  ));
}

/** `B > A = C`, and by how much. */
export function Order({
  groups,
  strength,
  letterOf,
}: Pick<Judgement, "groups" | "strength"> & Pick<Reading, "letterOf">) {
  const { t } = useTranslation();
  return (
    <p className="said-order">
      {groups.map((group) => group.map(letterOf).sort().join(" = ")).join(" > ")}
      {strength !== undefined && <span className="quiet"> {t("task.by", { strength })}</span>}
    </p>
  );
}

export const Note = ({ children }: { children: string | undefined }) =>
  children ? <p className="quiet">“{children}”</p> : null;

function Said({ word, form, letterOf }: Reading & { word: Word }) {
  const { t } = useTranslation();
  switch (word.kind) {
    case "demonstration":
      return <Prose>{word.completion}</Prose>;
    case "skip":
      return word.reason ? <SkipReason reason={word.reason} /> : null;
    case "conversation":
      return (
        <>
          {word.rating !== undefined && <p>{t("conversation.rate", { rating: word.rating })}</p>}
          <Note>{word.note}</Note>
        </>
      );
    case "judgement":
      return (
        <>
          {word.groups.length > 0 && <Order {...word} letterOf={letterOf} />}
          <Replies word={word} form={form} letterOf={letterOf} />
          <Note>{word.note}</Note>
        </>
      );
    case "retraction":
      return null;
  }
}

const reasons = ["before", "uncomfortable", "competence", "language", "broken", "cannot-tell"] as const;

/** One of the reasons to choose from, with one's own words behind it, or these alone. */
function SkipReason({ reason }: { reason: string }) {
  const { t } = useTranslation();
  const known = reasons.find((one) => reason === one || reason.startsWith(`${one}: `));
  if (!known) return <p>{reason}</p>;
  return (
    <p>
      {t(`skip.${known}`)}
      {reason.slice(known.length)}
    </p>
  );
}

function Replies({ word: { labels = {}, ratings, flags }, form, letterOf }: Reading & { word: Judgement }) {
  const { t } = useTranslation();
  const say = useWording();
  const questionOf = (name: string) => [...form.prompt, ...form.answer].find((one) => one.name === name);
  const reply = (name: string, value: unknown): string => {
    if (typeof value === "boolean") return value ? t("question.yes") : t("question.no");
    const question = questionOf(name);
    const option = question?.kind === "choice" ? question.options.find((one) => one.value === value) : undefined;
    return option ? say(option.text) : value === null ? "–" : String(value);
  };
  const rows = [
    ...Object.entries(labels).map(([name, value]) => [name, reply(name, value)] as const),
    ...Object.entries({ ...ratings, ...flags }).map(
      ([name, column]) => [name, column.map((value, i) => `${letterOf(i)} ${reply(name, value)}`).join(", ")] as const,
    ),
  ];
  if (rows.length === 0) return null;
  return (
    <dl className="replies-list">
      {rows.map(([name, value]) => {
        const question = questionOf(name);
        return (
          <div key={name}>
            <dt>{question ? say(question.text) : name === "bothBad" ? t("verdict.neither") : name}</dt>
            <dd>{value}</dd>
          </div>
        );
      })}
    </dl>
  );
}
