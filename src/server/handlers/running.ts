/** Runs: watching them, comparing them, starting and stopping them. */
import type { Handlers } from "../call.ts";
import { readLog } from "../runs/jobs.ts";
import { compare, folderOfRun, listRuns, overoptimisation, runPage } from "../runs/view.ts";

export const running: Handlers<
  | "GET /api/runs"
  | "GET /api/runs/:run"
  | "GET /api/runs/:run/metrics"
  | "GET /api/runs/:run/samples"
  | "GET /api/runs/:run/log"
  | "GET /api/compare"
  | "GET /api/overoptimisation"
  | "GET /api/options"
  | "POST /api/plans"
  | "POST /api/runs"
  | "POST /api/runs/:run/stop"
  | "POST /api/runs/:run/resume"
> = {
  "GET /api/runs": (_, { workshop: { project } }) => listRuns(project),
  "GET /api/runs/:run": ({ query: { run } }, { workshop: { project } }) => runPage(project, run),
  "GET /api/runs/:run/metrics": ({ query: { run, names, points, after } }, { workshop: { project, metrics } }) =>
    metrics.read(folderOfRun(project, run), { ...(names && { names: names.split(",") }), points, after }),
  "GET /api/runs/:run/samples": ({ query: { run, step } }, { workshop: { project, samples } }) =>
    samples(folderOfRun(project, run), step),
  "GET /api/runs/:run/log": ({ query: { run } }, { workshop: { project } }) => {
    runPage(project, run); // a run or a job of this name
    return readLog(project, run);
  },
  "GET /api/compare": ({ query: { runs } }, { workshop: { project } }) => compare(project, runs.split(",")),
  "GET /api/overoptimisation": ({ query: { runs } }, { workshop: { project, metrics } }) =>
    overoptimisation(project, runs.split(","), metrics),

  "GET /api/options": (_, { workshop: { trainings } }) => trainings.options,
  "POST /api/plans": ({ body }, { workshop: { trainings } }) => trainings.plan(body),
  "POST /api/runs": async ({ me, body }, { workshop: { trainings }, audit }) => {
    const started = await trainings.start(body, me.name);
    await audit(me.name, "run-start", { run: started.run, command: body.command });
    return started;
  },
  "POST /api/runs/:run/stop": async ({ me, query: { run } }, { workshop: { queue }, audit }) => {
    queue.stop(run);
    await audit(me.name, "run-stop", { run });
    return {};
  },
  "POST /api/runs/:run/resume": async ({ me, query: { run } }, { workshop: { queue }, audit }) => {
    const status = await queue.resume(run, me.name);
    await audit(me.name, "run-resume", { run });
    return { run, status };
  },
};
