import { z } from "zod";
import {
  examination,
  type Finding,
  nothingToWatch,
  reinforcement,
  rewardModelling,
  type Watch,
} from "../../doctor/index.ts";
import { readMetrics, readRunInfo } from "../../run/index.ts";
import { defineCommand } from "../frame/index.ts";
import { emitFindings, Findings } from "./findings.ts";

/** What each command is watched for. */
const watches: Readonly<Record<string, Watch<never>>> = { ppo: reinforcement, reward: rewardModelling };

export const doctorRun = defineCommand({
  name: "doctor run",
  summary: "what went wrong in a run, finished or not",
  examples: ["plaudit doctor run runs/ppo-001", "plaudit doctor run runs/reward-001 --json"],
  schema: z.strictObject({ run: z.string().describe("the run's folder").meta({ value: "DIR" }) }),
  positionals: ["run"],
  resultSchema: Findings,
  async run(context, { run }) {
    const { command, findings = [], result } = readRunInfo(run);
    const doctor = examination(watches[command] ?? nothingToWatch, { findings });
    // A run of an older version, or one recorded by the library, was watched by nobody.
    const late: Finding[] = readMetrics(run).flatMap((row) => doctor.row(row));
    if (result !== undefined) late.push(...doctor.result(result as never));
    return emitFindings(context, run, [...findings, ...late]);
  },
});
