/**
 * What goes wrong in PPO without an error, seen in its metrics. Limits are wide: far outside what sound runs of any
 * size show, for several iterations, since one rollout is noisy. What each means: docs/errors.
 */
import { type Finding, percent } from "./finding.ts";
import { lastValues, type MetricsRow, mean, type Watch } from "./watch.ts";

type Check = Watch["checks"][number];

/** Scores differ by nothing but rounding. */
const isFlat = (rows: readonly MetricsRow[], count: number): boolean => {
  const spreads = lastValues(rows, "objective/scores_std", count);
  const scores = lastValues(rows, "objective/scores", count);
  return spreads?.every((spread, i) => spread <= 1e-6 * Math.max(1, Math.abs(scores?.[i] ?? 0))) ?? false;
};

const sameScores = (level: Finding["level"], iterations: number): Finding => ({
  code: "zero-variance-rewards",
  level,
  number: 0,
  message: `all completions of a rollout got the same score, ${iterations} iterations in a row`,
  cause: "the reward tells no answer from another, so there is nothing to reinforce: only the KL penalty still acts",
  fix: "score some samples with `plaudit score` and look at the reward; a rule that nobody meets yet needs partial credit",
});

/** Three flat rollouts are worth a word: late in a run everything may have been learnt. */
const zeroVariance: Check = (rows) => (isFlat(rows, 3) ? sameScores("warn", 3) : undefined);

/** Flat from the first rollout to the tenth: no answer was ever told from another. */
const neverVaried: Check = (rows) => (rows[0]?.step === 1 && isFlat(rows, 10) ? sameScores("stop", 10) : undefined);

/** KL is estimated from few samples, and near 0 falls below it by chance: five times in a row, by 0.1 nats, it does not. */
const negativeKl: Check = (rows) => {
  const kl = lastValues(rows, "objective/kl", 5);
  if (!kl?.every((value) => value < 0) || mean(kl) > -0.1) return undefined;
  return {
    code: "negative-kl",
    level: "warn",
    number: mean(kl),
    message: `KL from the reference is ${mean(kl).toFixed(2)} nats per completion, negative for 5 iterations`,
    cause:
      "a KL cannot be negative: completions do not come from the policy that is scored, and the penalty pays for going where the reference is likelier",
    fix: "sample at the temperature that scores, without top-k or top-p, and look at sampling/sampling_logp_difference",
  };
};

/** Quickstarts stay near 0; published runs between 0.05 and 0.3. */
const clipFraction: Check = (rows) => {
  const shares = lastValues(rows, "policy/clipfrac_avg", 5);
  if (!shares?.every((share) => share > 0.4)) return undefined;
  return {
    code: "clip-fraction",
    level: "warn",
    number: mean(shares),
    message: `the policy's ratio is clipped at ${percent(mean(shares))} of the tokens, 5 iterations in a row`,
    cause: "each update moves the policy much further than the clip range, and most of its gradient is thrown away",
    fix: "lower --learning-rate or --num-epochs-per-rollout, or raise --batch-size",
  };
};

/** It starts anywhere, far below 0 too, and should be above it long before the thirtieth iteration. */
const explainedVariance: Check = (rows) => {
  const explained = lastValues(rows, "val/explained_var", 10);
  if (explained === undefined || (rows.at(-1)!.step ?? 0) < 30 || mean(explained) >= 0) return undefined;
  return {
    code: "explained-variance",
    level: "warn",
    number: mean(explained),
    message: `the value model explains ${mean(explained).toFixed(2)} of the returns' variance after 30 iterations: a constant would do better`,
    cause: "it has not learnt to foresee the reward, so advantages are noise",
    fix: "start it from the reward model (--value), raise --value-learning-rate, or sample more a rollout",
  };
};

const truncated: Check = (rows) => {
  const shares = lastValues(rows, "completions/clipped_ratio", 5);
  if (!shares?.every((share) => share > 0.25)) return undefined;
  return {
    code: "truncated-completions",
    level: "warn",
    number: mean(shares),
    message: `${percent(mean(shares))} of the completions do not come to their end, 5 iterations in a row`,
    cause: "they are scored as if they were whole, and the end token is hardly ever reinforced",
    fix: "raise --max-completion-length, set --missing-eos-reward -1, or check that sft taught the end token",
  };
};

export const reinforcement: Watch = {
  window: 10,
  checks: [zeroVariance, neverVaried, negativeKl, clipFraction, explainedVariance, truncated],
};
