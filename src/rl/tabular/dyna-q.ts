/**
 * Dyna-Q (Sutton 1990; Sutton & Barto 2018, §8.2): Q-learning that also learns how the environment works, and after each real
 * step learns from so many remembered ones.
 *
 * Departs from the book: its model keeps the last outcome of a state and action, which is right where the environment is
 * deterministic. Ours counts the outcomes and draws them as often as they were seen.
 *
 * Run it: plaudit rl dyna-q --env CliffWalking-v1     Results: docs/algorithms/tabular.md
 */
import { z } from "zod";
import type { Rng } from "../../base/index.ts";
import { exploring, mover, moving, playing } from "./config.ts";
import { learner, type Rule, type Sizes, type Transition } from "./learning.ts";
import { qLearningTarget } from "./q-learning.ts";
import { epsilonGreedy, greedyPolicy, storing, table } from "./table.ts";

export const DynaQConfig = z.object({
  ...playing,
  ...moving,
  ...exploring,
  planningSteps: z.int().min(0).default(10).describe("remembered steps that are learnt from after each real one"),
});
export type DynaQConfig = z.infer<typeof DynaQConfig>;

/** What has been seen to follow a state and action. */
interface Memory {
  readonly s: number;
  readonly a: number;
  seen: number;
  readonly outcomes: { readonly transition: Transition; count: number }[];
}

/** The environment as experience tells it. */
function experience() {
  const memories: Memory[] = [];
  const found = new Map<string, Memory>();
  const memoryOf = (s: number, a: number): Memory => {
    const known = found.get(`${s},${a}`);
    if (known) return known;
    const memory: Memory = { s, a, seen: 0, outcomes: [] };
    memories.push(memory);
    found.set(`${s},${a}`, memory);
    return memory;
  };
  const add = (s: number, a: number, transition: Transition, count = 1): void => {
    const memory = memoryOf(s, a);
    const { next, reward, terminated } = transition;
    const same = memory.outcomes.find(
      ({ transition: t }) => t.next === next && t.reward === reward && t.terminated === terminated,
    );
    memory.seen += count;
    if (same) same.count += count;
    else memory.outcomes.push({ transition, count });
  };
  return {
    add,
    /** A state and action that occurred, and one of its outcomes as often as it did. */
    recall(rng: Rng): readonly [s: number, a: number, Transition] {
      const { s, a, seen, outcomes } = rng.pick(memories);
      let left = rng.integer(seen);
      let i = 0;
      for (; left >= outcomes[i]!.count; i++) left -= outcomes[i]!.count;
      return [s, a, outcomes[i]!.transition];
    },
    /** [s, a, next, reward, terminated, count] of each outcome. */
    save: () =>
      memories.flatMap(({ s, a, outcomes }) =>
        outcomes.map(({ transition: t, count }) => [s, a, t.next, t.reward, Number(t.terminated), count]),
      ),
    load(rows: readonly (readonly number[])[]): void {
      for (const [s, a, next, reward, terminated, count] of rows) {
        add(s!, a!, { next: next!, reward: reward!, terminated: terminated === 1, truncated: false }, count!);
      }
    },
  };
}

function rule(config: DynaQConfig, { states, actions }: Sizes): Rule {
  const Q = table(states, actions, config.initialValue);
  const visits = table(states, actions);
  const move = mover(config, Q, visits);
  const model = experience();
  const stored = storing({ Q, visits });
  return {
    episode({ start, step, epsilon, rng }) {
      let s = start();
      for (;;) {
        const a = epsilonGreedy(Q, s, epsilon, rng);
        const transition = step(a);
        move(s, a, qLearningTarget(Q, transition, config.gamma));
        model.add(s, a, transition);
        for (let i = 0; i < config.planningSteps; i++) {
          const [s, a, remembered] = model.recall(rng);
          move(s, a, qLearningTarget(Q, remembered, config.gamma));
        }
        if (transition.terminated || transition.truncated) return;
        s = transition.next;
      }
    },
    policy: () => greedyPolicy(Q),
    save: () => ({ ...stored.save(), model: model.save() }),
    load(saved) {
      stored.load(saved);
      model.load(saved.model as number[][]);
    },
  };
}

export const dynaQ = learner("dyna-q", DynaQConfig, rule);
