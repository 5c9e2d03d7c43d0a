/** Models: what there are, what they answer, what a reward model thinks, which of two is better to it and to people. */
import { isDeepStrictEqual } from "node:util";
import { Judgement, type JudgementEntry, type Store, subjectOf } from "../../feedback/index.ts";
import type { Handlers } from "../call.ts";
import { listModels } from "../models/list.ts";
import { promptsFrom } from "../models/prompts.ts";
import { disagreements, groupsOfScores, scoreCompletions } from "../models/score.ts";
import { misfit, Refusal } from "../refusal.ts";
import { dataFiles } from "../runs/files.ts";
import { isJudgement } from "../workshop.ts";

/** Judgements that a reward model is compared with: scoring takes time, and the newest tell most. */
const newest = 300;

export const modelling: Handlers<
  | "GET /api/models"
  | "POST /api/samples"
  | "GET /api/samples"
  | "POST /api/samples/:sampling/stop"
  | "POST /api/trials"
  | "GET /api/trials"
  | "GET /api/trials/:trial"
  | "POST /api/trials/:trial/stop"
  | "GET /api/files"
  | "POST /api/score"
  | "GET /api/disagreements"
  | "POST /api/chat-votes"
> = {
  "GET /api/models": (_, { workshop: { project } }) => listModels(project),

  "POST /api/samples": async ({ me, body }, { store, workshop: { samplings }, audit }) => {
    const asked = await promptsFrom({ project: store.project, tasks: () => store.tasks() }, body);
    const job = samplings.start({ ...body, prompts: asked }, me.name);
    await audit(me.name, "sample", { model: body.model, prompts: asked.length, k: body.k, seed: body.seed });
    return job;
  },
  "GET /api/samples": (_, { workshop: { samplings } }) => samplings.list(),
  "POST /api/samples/:sampling/stop": async ({ me, query: { sampling } }, { workshop: { samplings }, audit }) => {
    samplings.stop(sampling);
    await audit(me.name, "sample-stop", { sampling });
    return {};
  },

  "POST /api/trials": async ({ me, body }, { store, workshop: { trials }, audit }) => {
    const asked = await promptsFrom({ project: store.project, tasks: () => store.tasks() }, body);
    const job = trials.start({ ...body, prompts: asked });
    await audit(me.name, "trial", { models: body.models, judge: job.judge, prompts: asked.length, seed: body.seed });
    return job;
  },
  "GET /api/trials": (_, { workshop: { trials } }) => trials.list(),
  "GET /api/trials/:trial": ({ query: { trial } }, { workshop: { trials } }) => trials.find(trial),
  "POST /api/trials/:trial/stop": async ({ me, query: { trial } }, { workshop: { trials }, audit }) => {
    trials.stop(trial);
    await audit(me.name, "trial-stop", { trial });
    return {};
  },

  "GET /api/files": (_, { workshop: { project } }) => dataFiles(project),

  "POST /api/score": async ({ body: { model, prompt, completions } }, { workshop: { models } }) => {
    const judge = models.judge(model);
    try {
      const scores = await scoreCompletions(judge, prompt, completions);
      return { scores, groups: groupsOfScores(scores) };
    } finally {
      judge.release();
    }
  },
  "GET /api/disagreements": async ({ query: { model, limit } }, { store, workshop: { models } }) => {
    const judge = models.judge(model);
    try {
      return await disagreements(judge, await judgementsOfTexts(store), limit);
    } finally {
      judge.release();
    }
  },

  "POST /api/chat-votes": async ({ me, body }, { store, append, entry }) => {
    const { id, messages, completions, models, seed, ...rest } = body;
    const judgement = Judgement.safeParse({
      ...rest,
      ...{ task: `chat/${id}`, prompt: messages, ui: "chat", models },
      completions: completions.map((content) => [{ role: "assistant", content }]),
      ...(seed !== undefined && { sampling: seed }),
    });
    if (!judgement.success) throw misfit(judgement.error, "body");
    const before = await store.entry(id);
    if (before === undefined) await append({ ...entry("judgement", me.name, judgement.data), id });
    else if (before.by !== me.name || !isDeepStrictEqual(before.data, judgement.data))
      throw new Refusal("another entry has this id", { code: "id-taken", status: 409 });
    return {};
  },
};

/** The newest judgements, without those of clips of behaviour, of which a model that reads texts has no opinion. */
async function judgementsOfTexts(store: Store): Promise<JudgementEntry[]> {
  const words = await store.words({ kinds: ["judgement"], newestFirst: true, limit: newest });
  const found: JudgementEntry[] = [];
  for (const word of words.filter(isJudgement))
    if ((await store.task(subjectOf(word)))?.type !== "clips") found.push(word);
  return found;
}
