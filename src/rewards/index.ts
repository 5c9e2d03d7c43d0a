export { learnedReward, type Scorer, scoreBatch, scorer } from "./learned.ts";
export { type RewardFunction, type RewardInput, weightedRewards } from "./reward.ts";
