import type { Commands } from "./frame/dispatch.ts";
import { rlCommands } from "./rl/commands.ts";

/** Every command. Its code is loaded when it runs, so that `plaudit help` stays instant. */
export const commands: Commands = {
  quickstart: {
    summary: "the whole pipeline on a made-up town: pretraining to chat in minutes",
    load: async () => (await import("./quickstart/quickstart.ts")).quickstart,
  },
  init: {
    summary: "a project: the folder where people's feedback is kept",
    load: async () => (await import("./project/init.ts")).init,
  },
  pretrain: {
    summary: "train a language model on text, from nothing or from a model",
    load: async () => (await import("./train/pretrain.ts")).pretrain,
  },
  sft: {
    summary: "fine-tune a model on demonstrations",
    load: async () => (await import("./train/sft.ts")).sft,
  },
  reward: {
    summary: "train a reward model on rankings or pairs",
    load: async () => (await import("./train/reward.ts")).reward,
  },
  ppo: {
    summary: "reinforce a model with a reward: PPO with pretraining mix",
    load: async () => (await import("./train/ppo.ts")).ppo,
  },
  sample: {
    summary: "several answers to each prompt, as ranking tasks",
    load: async () => (await import("./use/sample.ts")).sample,
  },
  label: {
    summary: "rank answers in the terminal, or let simulated annotators do it",
    load: async () => (await import("./label/label.ts")).label,
  },
  studio: {
    summary: "label and watch in the browser: one address, offline, no account on one's own machine",
    load: async () => (await import("./studio/studio.ts")).studio,
  },
  generate: {
    summary: "continue a text, or answer a conversation",
    load: async () => (await import("./use/generate.ts")).generate,
  },
  chat: {
    summary: "talk with a model, or with two side by side",
    load: async () => (await import("./use/chat.ts")).chat,
  },
  score: {
    summary: "what a reward model thinks of each completion",
    load: async () => (await import("./use/score.ts")).score,
  },
  eval: {
    summary: "loss, reward, and win rate against another model",
    load: async () => (await import("./use/eval.ts")).evaluate,
  },
  mdp: {
    summary: "values and best actions of a Markov decision process, computed",
    load: async () => (await import("./mdp/mdp.ts")).planning,
  },
  ...rlCommands,
  clips: {
    summary: "reinforcement learning from preferences over pairs of clips, without a reward",
    load: async () => (await import("./clips/clips.ts")).clips,
  },
  "data check": {
    summary: "every row that cannot be used, and why",
    load: async () => (await import("./data/check.ts")).dataCheck,
  },
  "data convert": {
    summary: "published datasets and other kinds of rows as ours",
    load: async () => (await import("./data/convert.ts")).dataConvert,
  },
  "data stats": {
    summary: "rows, duplicates, lengths, scripts",
    load: async () => (await import("./data/stats.ts")).dataStats,
  },
  "data tokens": {
    summary: "rows as tokens, with those that are learnt in colour",
    load: async () => (await import("./data/tokens.ts")).dataTokens,
  },
  "data import": {
    summary: "feedback from another tool's file into a project",
    load: async () => (await import("./data/import.ts")).dataImport,
  },
  "data export": {
    summary: "a project's feedback as rows to train on, or as its journal",
    load: async () => (await import("./data/export.ts")).dataExport,
  },
  "data rebuild": {
    summary: "make a project's database anew from its journal",
    load: async () => (await import("./data/rebuild.ts")).dataRebuild,
  },
  "data forget": {
    summary: "take everything that a person said out of a project, for good",
    load: async () => (await import("./data/forget.ts")).dataForget,
  },
  "world make": {
    summary: "write the quickstart's town as files: text, demonstrations, prompts",
    load: async () => (await import("./world/make.ts")).worldMake,
  },
  "world rank": {
    summary: "six townspeople rank sampled answers, each with an own taste, mistakes and habits",
    load: async () => (await import("./world/rank.ts")).worldRank,
  },
  "runs list": {
    summary: "the runs of a folder, the last one first",
    load: async () => (await import("./runs/list.ts")).runsList,
  },
  "runs show": {
    summary: "one run: settings, status, last metrics",
    load: async () => (await import("./runs/show.ts")).runsShow,
  },
  "runs compare": {
    summary: "runs side by side: what differs, what came of it",
    load: async () => (await import("./runs/compare.ts")).runsCompare,
  },
  "runs resume": {
    summary: "go on with an unfinished run, whatever its command",
    load: async () => (await import("./runs/resume.ts")).runsResume,
  },
  "runs delete": {
    summary: "delete runs for good",
    load: async () => (await import("./runs/delete.ts")).runsDelete,
  },
  "doctor machine": {
    summary: "what this machine offers, and every path in use",
    load: async () => (await import("./doctor/machine.ts")).doctorMachine,
  },
  "doctor data": {
    summary: "what would go wrong in silence if a model learnt these rows",
    load: async () => (await import("./doctor/data.ts")).doctorData,
  },
  "doctor model": {
    summary: "what is wrong with a model's tokenizer or weights",
    load: async () => (await import("./doctor/model.ts")).doctorModel,
  },
  "doctor run": {
    summary: "what went wrong in a run, finished or not",
    load: async () => (await import("./doctor/run.ts")).doctorRun,
  },
};
