/** Which of two clips does better what is wanted: one press answers, and the next two are there. */
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { wordOf } from "../label/draft.ts";
import { Shortcuts } from "../label/shortcuts.tsx";
import { newUlid } from "../label/ulid.ts";
import { type PaneProps, useDraft } from "../label/use-draft.ts";
import { type Bindings, useShortcuts } from "../ui/keys.ts";
import { TextView } from "../ui/text.tsx";
import { TwoClips } from "./two-clips.tsx";

/** In the order of the buttons. `cannot-tell` is the reason of a skip. */
const verdicts = [
  { name: "left", key: "←", code: "arrowleft" },
  { name: "equal", key: "↑", code: "arrowup" },
  { name: "cannot-tell", key: "↓", code: "arrowdown" },
  { name: "right", key: "→", code: "arrowright" },
] as const;
type Verdict = (typeof verdicts)[number]["name"];

/** `beside`: what stands beside the clips. */
export function ClipsPane({ beside, ...props }: PaneProps & { beside: ReactNode }) {
  const { form, task, onWord, keys } = props;
  const { t } = useTranslation();
  const { draft, clock, close } = useDraft(props);
  const [help, setHelp] = useState(false);
  const pane = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    scrollTo({ top: 0 });
    pane.current?.focus({ preventScroll: true }); // a screen reader says the question of the new task
  }, []);

  const { better } = draft.choice ?? {};
  const said: Verdict | undefined =
    task.said?.kind === "skip" ? "cannot-tell" : better === "neither" ? undefined : better;
  const say = (verdict: Verdict) => {
    close();
    onWord(
      verdict === "cannot-tell"
        ? { id: newUlid(), task: task.task, kind: "skip", reason: verdict }
        : wordOf(form, task, { ...draft, choice: { better: verdict }, seconds: clock.read() }, newUlid()),
    );
  };
  const back = once(keys.z);
  useShortcuts({
    ...keys,
    ...Object.fromEntries(verdicts.map(({ name, code }) => [code, once(() => say(name))])),
    ...{ z: back, u: back, backspace: back },
    "?": () => setHelp(true),
  });

  return (
    <>
      <section ref={pane} tabIndex={-1} className="work clips-work" aria-label={t("clips.title")}>
        <div className="panel prompt">
          <TextView text={task.prompt} lang={task.language} />
        </div>
        {task.clips && <TwoClips clips={task.clips} order={task.order} chosen={placesOf(said)} />}
        <fieldset className="clips-verdicts">
          <legend className="hidden">{t("verdict.which")}</legend>
          {verdicts.map(({ name, key }) => (
            <button key={name} type="button" aria-pressed={said === name} onClick={() => say(name)}>
              <kbd>{key}</kbd> {name === "cannot-tell" ? t("clips.cannotTell") : t(`verdict.${name}`)}
            </button>
          ))}
        </fieldset>
      </section>
      <aside className="task-side" aria-label={t("clips.asking")}>
        {beside}
        <p>
          <button type="button" className="plain" onClick={() => setHelp(true)}>
            {t("keys.title")} <kbd>?</kbd>
          </button>
        </p>
      </aside>
      {help && <Shortcuts of="clips" asks={false} onClose={() => setHelp(false)} />}
    </>
  );
}

/** A key that is held down answers one task, not all that follow. */
const once = (run: Bindings[string]): Bindings[string] => run && ((event) => event.repeat || run(event));

const placesOf = (said: Verdict | undefined): number[] =>
  said === "left" ? [0] : said === "right" ? [1] : said === "equal" ? [0, 1] : [];
