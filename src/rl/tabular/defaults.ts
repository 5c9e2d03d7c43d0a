/**
 * Settings with which the learners reach what their environment allows, and why these. Found by trying a handful for ten
 * seeds each; docs/algorithms/tabular.md has what they give.
 */
export type Control = "q-learning" | "sarsa" | "expected-sarsa" | "double-q-learning" | "dyna-q" | "monte-carlo";
export type Defaults = Readonly<Record<string, number | boolean>>;

/**
 * Slippery ice: a step goes where it was meant to in one case of three, so values are means over many outcomes, and the
 * rate has to fall. All rewards are 0 but one: a table of 1s, the best that can come, sends it where it has not been, so
 * little ε is needed. It ends at 0, since on-policy learners value what they do.
 */
const ice = {
  episodes: 20_000,
  gamma: 0.99,
  learningRate: 1,
  learningRatePower: 0.6,
  explorationInitialEps: 0.1,
  explorationFinalEps: 0,
  explorationFraction: 0.5,
  initialValue: 1,
};
/** Twice as far to the goal: a higher γ, or the way home is worth less than standing still. */
const wideIce = { ...ice, episodes: 50_000, gamma: 0.999, explorationInitialEps: 0.02 };

/**
 * The book's example 6.6. Q-learning has its α = 0.5 and ε = 0.1 and walks along the edge (−13). What on-policy learners
 * think of the edge depends on ε: computed, the best ε-greedy path is the upper one (−17) from ε = 0.2 and the middle one
 * (−15) at 0.1, where the book's SARSA takes the upper one only because α = 0.5 never settles. So they have ε = 0.2 and a
 * falling rate.
 */
const edge = { episodes: 1000, learningRate: 0.5 };
const upper = {
  episodes: 2000,
  learningRate: 1,
  learningRatePower: 0.6,
  explorationInitialEps: 0.2,
  explorationFinalEps: 0.2,
};

/**
 * 500 states of which some are rarely met: a table of 20s, what a delivery pays, sends it to all of them. The world is
 * certain, so a constant rate does.
 */
const city = {
  episodes: 20_000,
  learningRate: 0.4,
  explorationInitialEps: 0.05,
  explorationFinalEps: 0,
  initialValue: 20,
};
/** SARSA's targets are as noisy as its behaviour: a lower rate, for longer. */
const cityOnPolicy = { ...city, episodes: 40_000, learningRate: 0.1 };

/** Cards: ±1 with a spread of almost 1 about means that differ by hundredths. Many hands, a falling rate. */
const cards = {
  episodes: 500_000,
  episodesPerStep: 5000,
  learningRate: 1,
  learningRatePower: 0.7,
  explorationInitialEps: 1,
  explorationFinalEps: 0.05,
  explorationFraction: 0.8,
};

const defaults: Readonly<Record<string, Readonly<Partial<Record<Control, Defaults>> & { readonly all: Defaults }>>> = {
  "FrozenLake-v1": {
    all: ice,
    // Two tables see half of the steps each, and a high entry of one is soon judged low by the other: more ε, for longer.
    "double-q-learning": { ...ice, episodes: 50_000, explorationInitialEps: 1, explorationFraction: 0.8 },
    // A return is what the whole policy gives: more of them, and a policy that changes for longer.
    "monte-carlo": {
      ...ice,
      episodes: 50_000,
      learningRatePower: 0.7,
      explorationInitialEps: 0.5,
      explorationFraction: 0.8,
    },
  },
  "FrozenLake8x8-v1": { all: wideIce },
  "CliffWalking-v1": {
    all: edge,
    sarsa: upper,
    "monte-carlo": upper,
    // Ten planned steps for each real one: a tenth of the episodes.
    "dyna-q": { ...edge, episodes: 100, episodesPerStep: 10 },
  },
  "Taxi-v4": {
    all: city,
    sarsa: cityOnPolicy,
    "double-q-learning": { ...city, episodes: 40_000, learningRate: 0.2, explorationInitialEps: 0.1 },
    "monte-carlo": { episodes: 50_000, learningRatePower: 0.6, explorationInitialEps: 0.5, explorationFinalEps: 0 },
    "dyna-q": { ...city, episodes: 5000 },
  },
  "Blackjack-v1": {
    all: cards,
    // The book's example 5.3: the deal gives every state, the first action any action.
    "monte-carlo": { episodes: 500_000, episodesPerStep: 5000, exploringStarts: true },
  },
};

/** What differs from the general defaults for an algorithm on an environment; nothing where nobody looked. */
export const tabularDefaults = (algorithm: Control, env: string): Defaults =>
  defaults[env]?.[algorithm] ?? defaults[env]?.all ?? {};
