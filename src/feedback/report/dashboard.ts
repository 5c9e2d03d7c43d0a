/** What a labelling effort looks like at this moment, computed anew from what people said. */
import { isDecision, subjectOf } from "../decision.ts";
import type { JudgementEntry, Person, Text, WordEntry } from "../entry.ts";
import type { Form } from "../form.ts";
import type { TaskState } from "../store/store.ts";
import { agreementsByPerson, isOurs, medianSeconds, type PersonReport, personReport } from "./people.ts";
import { type QuestionAgreement, questionAgreement } from "./questions.ts";
import { meanTau, type RankedTask, type RankingAgreement, rankingAgreement, rankingOf } from "./rankings.ts";
import { resampleTasks } from "./resampling.ts";

export interface Dashboard {
  tasks: { open: number; done: number; closed: number };
  words: { judgement: number; demonstration: number; conversation: number; skip: number };
  /** Words of simulated annotators; they count above and below only if asked for. */
  synthetic: number;
  /** Answers a day (UTC), the last 30 days with any. */
  days: { day: string; count: number }[];
  medianSeconds: number | null;
  agreement: RankingAgreement;
  questions: QuestionAgreement[];
  people: PersonReport[];
  /** Tasks on which people disagree most and nobody has decided, the worst first: mean τ-b over each two people. */
  disputed: { task: string; prompt: string; tau: number; people: number }[];
}

export interface DashboardOptions {
  /** Whether simulated annotators count. Default false. */
  readonly synthetic?: boolean;
  /** Of the bootstrap. Default 0. */
  readonly seed?: number;
}

/** `words`: what counts (`Store.words`, synthetic ones too if there are any). Intervals are 95 % bootstraps over tasks. */
export function dashboardOf(
  words: readonly WordEntry[],
  tasks: readonly TaskState[],
  people: readonly Person[],
  form: Form,
  { synthetic = false, seed = 0 }: DashboardOptions = {},
): Dashboard {
  const simulated = new Set(people.flatMap((person) => (person.synthetic ? [person.name] : [])));
  const decided = new Set(words.filter(isDecision).map(subjectOf));
  const independent = words.filter((word) => !isDecision(word));
  const counted = synthetic ? independent : independent.filter(({ by }) => !simulated.has(by));
  const judgements = counted.filter((word): word is JudgementEntry => word.kind === "judgement");
  const byTask = [...groupBy(judgements, ({ data }) => data.task)];
  const ranked = byTask.flatMap(([task, given], index): RankedTask[] => {
    const compared = given.filter(({ data: { groups } }) => groups.length > 1 || (groups[0]?.length ?? 0) > 1);
    const completions = compared[0]?.data.completions.length;
    return completions === undefined ? [] : [{ task, index, completions, rankings: compared.map(rankingOf) }];
  });
  const shared = ranked.filter(({ rankings }) => rankings.length > 1);
  const resampling = resampleTasks(byTask.length, seed);
  const known = new Map(tasks.map((task) => [task.task, task]));
  const agreements = agreementsByPerson(ranked, known, resampling);
  const wordsBy = groupBy(counted, ({ by }) => by);
  const prompts = new Map(byTask.map(([task, [first]]) => [task, first!.data.prompt]));

  return {
    tasks: {
      open: tasks.filter((task) => stateOf(task) === "open").length,
      done: tasks.filter((task) => stateOf(task) === "done").length,
      closed: tasks.filter((task) => stateOf(task) === "closed").length,
    },
    words: countWords(counted),
    synthetic: words.filter(({ by }) => simulated.has(by)).length,
    days: daysOf(counted),
    medianSeconds: medianSeconds(counted),
    agreement: rankingAgreement(shared, resampling),
    questions: questionAgreement(
      byTask.map(([, given]) => given),
      form,
      resampling,
    ),
    people: namesOf(people, wordsBy.keys(), synthetic)
      .map((name) => {
        const who = { name, synthetic: simulated.has(name) };
        return personReport(who, wordsBy.get(name) ?? [], agreements.get(name), resampling);
      })
      .sort((a, b) => b.judgements - a.judgements || (a.name < b.name ? -1 : 1)),
    disputed: shared
      .map(({ task, rankings }) => ({ task, tau: meanTau(rankings), people: rankings.length }))
      .filter(({ task, tau }) => tau < 1 && !decided.has(task))
      .sort((a, b) => a.tau - b.tau)
      .slice(0, 20)
      .map(({ task, ...rest }) => {
        const prompt = known.get(task)?.prompt ?? prompts.get(task)!;
        return { task, prompt: beginningOf(prompt), ...rest };
      }),
  };
}

const stateOf = ({ closed, answered, wanted }: TaskState) => (closed ? "closed" : answered >= wanted ? "done" : "open");

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function countWords(words: readonly WordEntry[]): Dashboard["words"] {
  const counts = { judgement: 0, demonstration: 0, conversation: 0, skip: 0 };
  for (const { kind } of words) if (kind !== "retraction") counts[kind]++;
  return counts;
}

/** Everybody who may work or has worked; who was taken off the list only with what is left of the work. */
function namesOf(people: readonly Person[], active: Iterable<string>, synthetic: boolean): string[] {
  const present = people.filter((person) => !person.removed && (synthetic || !person.synthetic));
  return [...new Set([...present.map(({ name }) => name), ...active])];
}

function daysOf(words: readonly WordEntry[]): Dashboard["days"] {
  const answers = words.filter(({ data }) => "ui" in data && isOurs(data));
  const days = [...groupBy(answers, ({ at }) => at.slice(0, 10))].map(([day, given]) => ({ day, count: given.length }));
  return days.sort((a, b) => (a.day < b.day ? -1 : 1)).slice(-30);
}

/** What was asked last, in at most 200 characters. */
function beginningOf(prompt: Text): string {
  const text = typeof prompt === "string" ? prompt : prompt.at(-1)!.content;
  const characters = [...text.slice(0, 400)];
  return characters.length > 200 ? `${characters.slice(0, 199).join("")}…` : characters.join("");
}
