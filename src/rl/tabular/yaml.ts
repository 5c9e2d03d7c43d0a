/**
 * A process from a small YAML file. States are top keys, or stand below `states`; names are any text:
 * ```yaml
 * gamma: 0.8
 * rewardOn: leaving # or entering
 * 吃饭: { reward: 6, next: { 喝酒: 0.5, 喝茶: 0.5 } }
 * 喝酒: { reward: 3, next: 睡觉 }
 * ```
 * A state has a `reward` and where it leads (`next`: a name, or names with probabilities, `1/3` too), or actions, each with
 * its own: `s: { a: { reward, next }, b: … }`. One that leads nowhere is an end.
 *
 * With `rewardOn: leaving` (the default) a state's reward is had on the way out: V(s) = R(s) + γ Σ P(s′|s) V(s′), at an end
 * V = R. With `entering` it is had on arrival: V(s) = Σ P(s′|s) (R(s′) + γ V(s′)), at an end V = 0. An action's reward is
 * had when it is taken. Episodes begin in the state that `start` names, by default the first.
 */
import type { LineCounter, Node, Pair, YAMLMap } from "yaml";
import { nearest, type Problem } from "../../base/index.ts";
import type { Outcome } from "../../envs/index.ts";
import { type Mdp, mdp, outcomeProblems, problemsError } from "./mdp.ts";

type Yaml = typeof import("yaml");

/** A choice as the file has it, before names are looked up. */
interface Choice {
  readonly name: string;
  readonly reward: number;
  readonly next: readonly (readonly [state: string, p: number, at: Node | null])[];
  /** What is named when its row is wrong. */
  readonly at: Node | null;
}
interface State {
  readonly name: string;
  readonly reward: number;
  readonly choices: readonly Choice[];
}

const settings = ["gamma", "rewardOn", "start", "states"];

/**
 * `where` is the file's name, for messages; `gamma` wins over the file's, which is 1 where neither says anything.
 *
 * @throws DataError `bad-mdp`, `unknown-state` or `probability-sum` with file and line, all problems at once.
 */
export async function mdpFromYaml(text: string, where: string, gamma?: number): Promise<Mdp> {
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader = new Reader(yaml, lines, where);
  for (const error of document.errors) reader.problem(error.message.replace(/\.$/, ""), error.pos[0]);
  reader.throwProblems();
  const { contents } = document;
  if (!yaml.isMap(contents)) {
    reader.problem("wanted states, one `name: { reward: …, next: … }` a line", contents);
    reader.throwProblems();
  }
  const top = reader.entries(contents as YAMLMap);
  const listed = top.find(({ name }) => name === "states");
  const others = top.filter(({ name }) => !settings.includes(name));
  const fields = listed && others.length === 0 ? reader.entriesOf(listed.value, "states") : others;
  const states = fields.map(({ name, value }) => reader.state(name, value));
  const setting = (key: string) => top.find(({ name }) => name === key);
  const rewardOn = reader.oneOf(setting("rewardOn")?.value, "rewardOn", ["leaving", "entering"]);
  const ownGamma = reader.number(setting("gamma")?.value, "gamma", 1);
  const start = reader.text(setting("start")?.value, "start") ?? states[0]?.name;
  if (states.length === 0) reader.problem("there is no state", contents);
  reader.throwProblems();
  return reader.process(states, { gamma: gamma ?? ownGamma, entering: rewardOn === "entering", start: start! });
}

/** Reads nodes and remembers what was wrong with them, each with its line. */
class Reader {
  readonly #problems: Problem[] = [];
  readonly #yaml: Yaml;
  readonly #lines: LineCounter;
  readonly #where: string;

  constructor(yaml: Yaml, lines: LineCounter, where: string) {
    this.#yaml = yaml;
    this.#lines = lines;
    this.#where = where;
  }

  problem(message: string, at: Node | number | null, { code = "bad-mdp", help }: Partial<Problem> = {}): void {
    this.#problems.push({ code, message, where: this.#place(at), help });
  }

  throwProblems(): void {
    if (this.#problems.length > 0) throw problemsError(this.#problems);
  }

  #place(at: Node | number | null): string {
    const offset = typeof at === "number" ? at : (at?.range?.[0] ?? 0);
    return `${this.#where}:${this.#lines.linePos(offset).line}`;
  }

  entries(map: YAMLMap): { readonly name: string; readonly value: Node | null; readonly key: Node }[] {
    return (map.items as Pair<Node, Node | null>[]).map(({ key, value }) => ({ name: this.#name(key), value, key }));
  }

  /** As it is written: `1` and `01` are two names, `yes` is one. */
  #name(key: Node | null): string {
    return this.#yaml.isScalar(key) ? (key.source ?? String(key.value)) : String(key);
  }

  entriesOf(node: Node | null | undefined, what: string) {
    if (this.#yaml.isMap(node)) return this.entries(node);
    this.problem(`${what}: wanted \`{ … }\``, node ?? null);
    return [];
  }

  number(node: Node | null | undefined, what: string, fallback: number): number {
    if (node === undefined) return fallback;
    const value = this.#yaml.isScalar(node) ? asNumber(node.value) : Number.NaN;
    if (!Number.isFinite(value)) this.problem(`${what}: wanted a number, got ${shown(node)}`, node);
    return value;
  }

  text(node: Node | null | undefined, what: string): string | undefined {
    if (node === undefined) return undefined;
    if (this.#yaml.isScalar(node) && node.value !== null) return this.#name(node);
    this.problem(`${what}: wanted a name, got ${shown(node)}`, node);
    return undefined;
  }

  oneOf(node: Node | null | undefined, what: string, allowed: readonly string[]): string | undefined {
    const value = this.text(node, what);
    if (value !== undefined && !allowed.includes(value)) {
      this.problem(`${what}: wanted ${allowed.join(" or ")}, got ${value}`, node ?? null);
    }
    return value;
  }

  /** `{ reward?, next? }`, `{ reward?, action: { reward?, next? }, … }`, or nothing: an end. */
  state(name: string, node: Node | null): State {
    if (node === null || (this.#yaml.isScalar(node) && node.value === null)) return { name, reward: 0, choices: [] };
    const fields = this.entriesOf(node, name);
    const reward = this.number(fields.find((field) => field.name === "reward")?.value, `${name}: reward`, 0);
    const others = fields.filter((field) => field.name !== "reward");
    const next = others.find((field) => field.name === "next");
    if (next === undefined) {
      return { name, reward, choices: others.map(({ name: action, value }) => this.#choice(name, action, value)) };
    }
    for (const { name: other, key } of others) {
      if (other !== "next") this.problem(`${name} has both next and ${other}: give next to each action`, key);
    }
    return { name, reward, choices: [{ name: "", reward: 0, next: this.#next(next.value, name), at: next.key }] };
  }

  #choice(state: string, name: string, node: Node | null): Choice {
    const what = `${state}, ${name}`;
    const fields = this.entriesOf(node, what);
    for (const field of fields) {
      if (field.name === "reward" || field.name === "next") continue;
      this.problem(`${what}: an action has reward and next, not ${field.name}`, field.key);
    }
    const field = (key: string) => fields.find((one) => one.name === key);
    const next = field("next");
    if (next === undefined) this.problem(`${what}: next is missing`, node);
    return {
      name,
      reward: this.number(field("reward")?.value, `${what}: reward`, 0),
      next: next ? this.#next(next.value, what) : [],
      at: next?.key ?? node,
    };
  }

  #next(node: Node | null, what: string): Choice["next"] {
    if (this.#yaml.isScalar(node) && node.value !== null) return [[this.#name(node), 1, node]];
    return this.entriesOf(node, `${what}: next`).map(({ name, value, key }) => [
      name,
      this.number(value ?? null, `${what}: next: ${name}`, 0),
      key,
    ]);
  }

  /** Names become numbers; a reward of states becomes one of transitions. */
  process(
    states: readonly State[],
    { gamma, entering, start }: { readonly gamma: number; readonly entering: boolean; readonly start: string },
  ): Mdp {
    const names = states.map(({ name }) => name);
    const find = (name: string, at: Node | null): number => {
      const index = names.indexOf(name);
      if (index >= 0) return index;
      const near = nearest(name, names);
      const help = near ? `did you mean ${near}?` : "give it a line of its own; `name: {}` is an end";
      this.problem(`no state is called ${name}`, at, { code: "unknown-state", help });
      return 0;
    };
    const transitions = states.map(({ reward, choices }, s) => {
      // An end is left too where leaving pays.
      if (choices.length === 0) return entering || reward === 0 ? [] : [[[1, s, reward, true] as const]];
      return choices.map((choice): readonly Outcome[] =>
        choice.next.map(([name, p, at]) => {
          const next = find(name, at);
          return [p, next, choice.reward + (entering ? states[next]!.reward : reward), false];
        }),
      );
    });
    states.forEach(({ name, choices }, s) => {
      choices.forEach((choice, a) => {
        const what = choice.name === "" ? name : `${name}, ${choice.name}`;
        for (const { code, message, help } of outcomeProblems(transitions[s]![a]!, states.length, what)) {
          this.problem(`${what}: ${message}`, choice.at, { code, help });
        }
      });
    });
    const first = find(start, null);
    if (!(gamma >= 0 && gamma <= 1)) this.problem(`gamma must lie between 0 and 1, got ${gamma}`, null);
    this.throwProblems();
    const actions = states.map(({ choices }, s) =>
      choices.length === 0 ? transitions[s]!.map(() => "") : choices.map(({ name }) => name),
    );
    const initial = Float64Array.from(names, (_, s) => Number(s === first));
    return mdp({ states: names, actions, transitions, gamma, initial });
  }
}

/** Numbers, and fractions that decimals cannot say: `1/3`. */
function asNumber(value: unknown): number {
  if (typeof value === "number") return value;
  const [, above, below] = (typeof value === "string" && /^\s*(\d+)\s*\/\s*(\d+)\s*$/.exec(value)) || [];
  return below === undefined ? Number.NaN : Number(above) / Number(below);
}

const shown = (node: Node | null): string => (node === null ? "nothing" : String(node).trim());
