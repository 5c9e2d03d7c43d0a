export type { Checkpoint, CheckpointFile, CheckpointFiles, Finished, Trainer, TrainerStep } from "./types.ts";
