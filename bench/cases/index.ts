import type { Case } from "../case.ts";
import { decodeCase } from "./decode.ts";
import { gemmCase } from "./gemm.ts";
import { rlCase } from "./rl.ts";
import { trainStepCase, trainStepSmallCase } from "./train-step.ts";

export const cases: Readonly<Record<string, Case>> = {
  gemm: gemmCase,
  "train-step": trainStepCase,
  "train-step-small": trainStepSmallCase,
  decode: decodeCase,
  rl: rlCase,
};
