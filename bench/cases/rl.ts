import { makeVec } from "../../src/envs/index.ts";
import { a2c, dqn, ppo, preset } from "../../src/rl/index.ts";
import type { Case, CaseContext } from "../case.ts";
import { alone, type Contestant, compare, inTurn, type Row, seconds } from "../measure.ts";

const unit = "steps/s";
const vectors = { autoreset: "same-step", copy: false } as const;

/** Trainings with rl-zoo's settings, from making the environments to the last update; steps of the environment a second. */
const trainings = {
  "ppo-cartpole": { algorithm: "ppo", totalTimesteps: 100_000, train: ppo },
  // A part of zoo's budgets: what a step costs does not change along the way, once DQN's memory holds a batch.
  "a2c-cartpole": { algorithm: "a2c", totalTimesteps: 50_000, train: a2c },
  "dqn-cartpole": { algorithm: "dqn", totalTimesteps: 10_000, train: dqn },
} as const;

/** Our training of that name, another seed each time. */
function trained(name: keyof typeof trainings): Contestant {
  const { algorithm, totalTimesteps, train } = trainings[name];
  const { numEnvs, ...settings } = preset("zoo", algorithm, "CartPole-v1");
  let seed = 0;
  return {
    async run() {
      const env = makeVec("CartPole-v1", numEnvs, vectors);
      const spent = await seconds(async () => {
        for await (const _ of train({ ...settings, totalTimesteps, env, seed: seed++ }));
      });
      return totalTimesteps / spent;
    },
  };
}

export const rlCase: Case = async function* (context) {
  const { rounds, startPeer } = context;
  await using sb3 = await startPeer("sb3.py");
  for (const [name, { algorithm, totalTimesteps }] of Object.entries(trainings)) {
    const ours = trained(name as keyof typeof trainings);
    if (sb3 === undefined) yield alone(name, unit, (await inTurn({ ours }, rounds)).ours);
    else {
      let seed = 0;
      const peer: Contestant = {
        async run() {
          const answer = await sb3.ask<{ seconds: number }>("train", {
            algorithm,
            steps: totalTimesteps,
            seed: seed++,
          });
          return totalTimesteps / answer.seconds;
        },
      };
      const speeds = await inTurn({ ours, peer }, rounds);
      yield compare(`${name}/sb3`, unit, speeds.ours, speeds.peer);
    }
  }
  const ours: Contestant = { run: async () => stepping(16, 3_000_000) };
  if (sb3 === undefined) yield alone("cartpole-vector-16", unit, (await inTurn({ ours }, rounds)).ours);
  else {
    const steps = 160_000;
    const peer: Contestant = {
      run: async () => steps / (await sb3.ask<{ seconds: number }>("step", { envs: 16, steps })).seconds,
    };
    const speeds = await inTurn({ ours, peer }, rounds);
    yield compare("cartpole-vector-16/gymnasium", unit, speeds.ours, speeds.peer);
  }
  yield* againstXla(context);
};

/** PPO against one program for XLA: with the time that making it takes, which everyone waits for, and without. */
async function* againstXla({ rounds, startPeer }: CaseContext): AsyncGenerator<Row> {
  await using jax = await startPeer("purejaxrl.py", { optional: true });
  if (jax === undefined) return;
  const name = "ppo-cartpole";
  const { algorithm, totalTimesteps: steps } = trainings[name];
  const { numEnvs: nEnvs, ...zoo } = preset("zoo", algorithm, "CartPole-v1");
  const settings = snakeCase({ ...zoo, nEnvs, clipRange: 0.2 });
  let seed = 0;
  let running = 0;
  const peer: Contestant = {
    async run() {
      const answer = await jax.ask<{ seconds: number; running: number }>("train", { settings, steps, seed: seed++ });
      running = steps / answer.running;
      return steps / answer.seconds;
    },
  };
  const speeds = await inTurn({ ours: trained(name), peer, compiled: { run: async () => running } }, rounds);
  yield compare(`${name}/purejaxrl`, unit, speeds.ours, speeds.peer);
  yield compare(`${name}/purejaxrl-compiled`, unit, speeds.ours, speeds.compiled);
}

/** As Python has them. */
const snakeCase = (settings: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`), value]),
  );

/** Steps through the public vector environment: time limit and resets included, actions drawn beforehand. */
async function stepping(n: number, steps: number): Promise<number> {
  const env = makeVec("CartPole-v1", n, { copy: false });
  env.reset({ seed: 0 });
  const actions = Array.from({ length: 64 }, (_, t) => Int32Array.from({ length: n }, (_, i) => (t * 7 + i * 3) % 2));
  const calls = Math.ceil(steps / n);
  const spent = await seconds(() => {
    for (let t = 0; t < calls; t++) env.step(actions[t % 64]!);
  });
  return (calls * n) / spent;
}
