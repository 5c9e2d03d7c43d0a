// A project that many have worked in, made through the journal alone: the tables come to be when it is opened.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { stream } from "../../src/base/index.ts";
import { type Entry, type Form, isAsked, openJournal, type Reply, shownOrder } from "../../src/feedback/index.ts";
import { entry, person, settings, task } from "./entries.ts";

export interface Crowd {
  readonly judgements: number;
  readonly tasks: number;
  readonly people: number;
  readonly form: Form;
  readonly seed: number;
}

const words =
  "the shop opens at eight in the morning and closes when the last guest has paid for tea 店 八点 开门".split(" ");

/** Four answers a task, some 600 characters in all; every person agrees with a hidden order more or less. */
export function makeCrowd(folder: string, { judgements, tasks, people, form, seed }: Crowd): void {
  mkdirSync(folder, { recursive: true });
  const journal = openJournal(join(folder, "journal.jsonl"));
  const random = stream(seed, "crowd");
  const text = (length: number) => Array.from({ length }, () => words[random.integer(words.length)]).join(" ");
  const each = Math.ceil(judgements / tasks);
  const all = Array.from({ length: tasks }, (_, i) => {
    const completions = Array.from({ length: 4 }, () => text(25));
    return { id: `task-${i}`, prompt: text(20), completions };
  });
  const batch: Entry[] = [settings({ form, overlap: each + 1, leaseSeconds: 60 })];
  for (let i = 0; i < people; i++) batch.push(person(`person-${i}`));
  for (const { id, ...texts } of all) batch.push(task(id, texts));
  for (let i = 0; i < judgements; i++) {
    const { id, prompt, completions } = all[i % tasks]!;
    const by = `person-${(Math.floor(i / tasks) + 7 * (i % tasks)) % people}`;
    const noisy = completions.map((_, k) => ({ k, at: k + 2 * random.normal() })).sort((a, b) => a.at - b.at);
    const groups = noisy.map(({ k }) => [k]);
    if (random.integer(5) === 0) groups.splice(0, 2, [groups[0]![0]!, groups[1]![0]!]);
    const order = shownOrder({ by, seed }, { id, prompt, completions });
    const given = { task: id, prompt, completions, groups, order, seconds: 5 + random.integer(60), ui: "studio" };
    batch.push(entry("judgement", by, { ...given, ...repliesTo(form, completions.length, random) }));
    if (batch.length < 5000) continue;
    journal.append(batch);
    batch.length = 0;
  }
  journal.append(batch);
  journal.close();
}

/** What the form asks of a judgement besides the ranking, answered at random. */
export function repliesTo(form: Form, completions: number, random: ReturnType<typeof stream>) {
  const reply = (question: Form["prompt"][number]): Reply => {
    switch (question.kind) {
      case "yesNo":
        return random.integer(8) === 0;
      case "choice":
        return question.options[random.integer(question.options.length)]!.value;
      case "rating":
        return question.min + random.integer(question.max - question.min + 1);
      case "text":
        return "because";
    }
  };
  const labels: Record<string, Reply> = {};
  for (const question of form.prompt) if (isAsked(question, labels)) labels[question.name] = reply(question);
  const columns = (rated: boolean) => {
    const asked = form.answer.filter((question) => (question.kind === "rating") === rated && isAsked(question, labels));
    const column = (question: Form["answer"][number]) => Array.from({ length: completions }, () => reply(question));
    return Object.fromEntries(asked.map((question) => [question.name, column(question)]));
  };
  const [ratings, flags] = [columns(true) as Record<string, number[]>, columns(false)];
  const some = (record: object) => Object.keys(record).length > 0;
  return { ...(some(labels) && { labels }), ...(some(ratings) && { ratings }), ...(some(flags) && { flags }) };
}
