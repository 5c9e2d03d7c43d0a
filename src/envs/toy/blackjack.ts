/**
 * Blackjack (Sutton & Barto, example 5.1; gymnasium/envs/toy_text/blackjack.py): cards from an endless deck, stick (0) or hit
 * (1) against a dealer who draws below 17. Observation: own sum (an ace that may count 11 does), the dealer's card (ace = 1),
 * whether such an ace is held. Reward ±1 or 0 at the end.
 */
import type { Env, Outcome, Tabular } from "../env.ts";
import type { Generator, GeneratorState } from "../random/generator.ts";
import { ownedGenerator } from "../random/owned.ts";
import { discrete, tuple } from "../spaces/build.ts";
import type { Discrete, Tuple } from "../spaces/space.ts";
import { blackjackScene } from "./blackjack-scene.ts";
import { rendering, type Shown } from "./render-mode.ts";
import { tabulate } from "./tabular.ts";

export interface BlackjackOptions extends Shown {
  /** A win with ace and ten at once pays 1.5; not with `sab`. Default false. */
  readonly natural?: boolean | undefined;
  /** Sutton & Barto's rules: ace and ten at once win against all but the same. Default true, as `make` has it. */
  readonly sab?: boolean | undefined;
}

type Hand = readonly number[];
export type BlackjackSpace = Tuple<readonly [Discrete, Discrete, Discrete]>;
export type BlackjackEnv = Env<BlackjackSpace, Discrete> & Tabular;

const deck = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10];
const hard = (hand: Hand): number => hand.reduce((a, b) => a + b, 0);
const usableAce = (hand: Hand): boolean => hand.includes(1) && hard(hand) <= 11;
const sum = (hand: Hand): number => hard(hand) + (usableAce(hand) ? 10 : 0);
const score = (hand: Hand): number => (sum(hand) > 21 ? 0 : sum(hand));
const isNatural = (hand: Hand): boolean => hand.length === 2 && sum(hand) === 21;

type Saved = {
  readonly player: Hand;
  readonly dealer: Hand;
  readonly isOpen: boolean;
  readonly rng: GeneratorState | null;
};

export function blackjack({ natural = false, sab = true, renderMode }: BlackjackOptions = {}): BlackjackEnv {
  const rng = ownedGenerator();
  let player: number[] = [];
  let dealer: number[] = [];
  /** Whether the dealer's cards are all seen: after sticking. */
  let isOpen = false;
  const observe = () => [sum(player), dealer[0]!, usableAce(player) ? 1 : 0] as const;
  const draw = (random: Generator) => random.choice(deck);
  const pay = payment(natural, sab);
  return {
    name: "BlackjackEnv",
    renderFps: 4,
    observationSpace: tuple([discrete(32), discrete(11), discrete(2)]),
    actionSpace: discrete(2),
    ...tableOf(natural, sab),
    reset({ seed } = {}) {
      const random = rng.reseed(seed);
      isOpen = false;
      dealer = [draw(random), draw(random)];
      player = [draw(random), draw(random)];
      // Gymnasium draws a suit, and for a ten a face: for its pictures only, but the stream goes on behind them.
      random.integers(4);
      if (dealer[0] === 10) random.integers(3);
      return [observe(), {}];
    },
    step(action) {
      if (action === 1) {
        player.push(draw(rng.current));
        const bust = sum(player) > 21;
        return [observe(), bust ? -1 : 0, bust, false, {}];
      }
      isOpen = true;
      while (sum(dealer) < 17) dealer.push(draw(rng.current));
      return [observe(), pay(score(player), score(dealer), isNatural(player), isNatural(dealer)), true, false, {}];
    },
    render: rendering(
      { renderMode },
      {
        ansi: () => `player ${player.join(" ")} (${sum(player)}), dealer ${dealer[0]}\n`,
        rgb_array: () => blackjackScene(player, isOpen ? dealer : dealer.slice(0, 1)),
      },
    ),
    random: () => rng.current,
    snapshot: (): Saved => ({ player: [...player], dealer: [...dealer], isOpen, rng: rng.save() }),
    restore(saved) {
      const state = saved as Saved;
      player = [...state.player];
      dealer = [...state.dealer];
      isOpen = state.isOpen === true;
      rng.load(state.rng);
    },
  };
}

type Payment = (player: number, dealer: number, playerNatural: boolean, dealerNatural: boolean) => number;

/** The reward for sticking, from both scores (0 is bust). */
const payment =
  (natural: boolean, sab: boolean): Payment =>
  (player, dealer, playerNatural, dealerNatural) => {
    const compared = Math.sign(player - dealer);
    if (sab) return playerNatural && !dealerNatural ? 1 : compared;
    return natural && playerNatural && compared === 1 ? 1.5 : compared;
  };

const naturals = 704;
const over = naturals + 11;

/**
 * The process as a table. State (sum·11 + dealer)·2 + usable, as the observation counts; 704 + dealer is the same with a
 * natural, which the observation does not tell; the last state is the end.
 */
function process(pay: Payment): Tabular {
  const share = 1 / deck.length;
  /** Probabilities of the dealer's final score, 0 … 21, and of a natural, after the cards shown. */
  const finals = Array.from({ length: 11 }, (_, card) => (card === 0 ? [] : dealerScores(card)));
  const hit = (total: number, dealer: number, usable: boolean): Outcome[] =>
    deck.map((card) => {
      const ace = usable || (card === 1 && total + 11 <= 21);
      const raw = total + (card === 1 && !usable && ace ? 11 : card);
      const soft = raw > 21 && ace;
      const next = soft ? raw - 10 : raw;
      const stillUsable = ace && !soft;
      return next > 21 ? [share, over, -1, true] : [share, (next * 11 + dealer) * 2 + (stillUsable ? 1 : 0), 0, false];
    });
  const stick = (total: number, dealer: number, playerNatural: boolean): Outcome[] =>
    finals[dealer]!.map(([p, final, dealerNatural]) => [
      p,
      over,
      pay(total, final, playerNatural, dealerNatural),
      true,
    ]);

  const transitions = tabulate(over + 1, 2, (state, action): Outcome[] => {
    const isNat = state >= naturals;
    const cell = Math.floor(state / 2);
    const [total, dealer, usable] = isNat
      ? [21, state - naturals, true]
      : [Math.floor(cell / 11), cell % 11, state % 2 === 1];
    const real = state < over && dealer > 0 && total <= 21 && (!usable || total >= 12);
    if (!real) return [[1, over, 0, true]]; // what no game reaches
    return merge(action === 1 ? hit(total, dealer, usable) : stick(total, dealer, isNat));
  });

  const initial = new Float64Array(over + 1);
  for (const first of deck) {
    for (const second of deck) {
      for (const dealer of deck) {
        const hand = [first, second];
        const state = isNatural(hand) ? naturals + dealer : (sum(hand) * 11 + dealer) * 2 + (usableAce(hand) ? 1 : 0);
        initial[state] = initial[state]! + share ** 3;
      }
    }
  }
  return { transitions, initial };
}

const tables = new Map<string, Tabular>();

/** Of these rules; made once, because many environments of a vector have the same. */
function tableOf(natural: boolean, sab: boolean): Tabular {
  const key = `${natural} ${sab}`;
  const table = tables.get(key) ?? process(payment(natural, sab));
  tables.set(key, table);
  return table;
}

type Final = readonly [probability: number, score: number, natural: boolean];

/** How the dealer ends who shows this card. */
function dealerScores(showing: number): Final[] {
  const scores = new Map<string, Final>();
  const add = (p: number, final: number, natural: boolean) => {
    const key = `${final} ${natural}`;
    scores.set(key, [(scores.get(key)?.[0] ?? 0) + p, final, natural]);
  };
  const play = (hand: Hand, p: number): void => {
    if (hand.length > 1 && sum(hand) >= 17) add(p, score(hand), isNatural(hand));
    else for (const [card, share] of cards) play([...hand, card], p * share);
  };
  play([showing], 1);
  return [...scores.values()];
}

/** The values of cards with their share of the deck. */
const cards = Array.from({ length: 10 }, (_, i) => [i + 1, (i === 9 ? 4 : 1) / deck.length] as const);

/** Outcomes that differ in nothing but their probability, as one. */
function merge(outcomes: readonly Outcome[]): Outcome[] {
  const merged = new Map<string, Outcome>();
  for (const [p, next, reward, terminated] of outcomes) {
    const key = `${next} ${reward}`;
    merged.set(key, [(merged.get(key)?.[0] ?? 0) + p, next, reward, terminated]);
  }
  return [...merged.values()];
}
