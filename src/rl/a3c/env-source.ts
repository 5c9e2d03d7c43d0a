import { UsageError } from "../../base/index.ts";
import { type Env, makeVec, maskedObservation, type VectorEnv } from "../../envs/index.ts";

/** Where a thread finds its environments: functions do not travel between threads. */
export type EnvSource = NamedEnv | EnvModule;

export interface NamedEnv {
  /** Of the registry: `CartPole-v1`. */
  readonly id: string;
  /** Of `make` and of the environment itself. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Only actions that `info.actionMask` allows are chosen. Default false. */
  readonly useMasking?: boolean;
}

export interface EnvModule {
  /** Address of a module, `file:///…/maze.js`, as `import` takes it. */
  readonly module: string;
  /** The function of it that makes one environment. Default `default`. */
  readonly export?: string;
}

/** n environments that reset in the same step. @throws UsageError `bad-env-module`, and those of `makeVec` */
export async function openEnvs(source: EnvSource, numEnvs: number): Promise<VectorEnv> {
  const how = { autoreset: "same-step", copy: false } as const;
  if ("id" in source) {
    const wrappers = source.useMasking ? [maskedObservation] : [];
    return makeVec(source.id, numEnvs, { ...source.options, ...how, wrappers });
  }
  const { module, export: name = "default" } = source;
  let makeOne: unknown;
  try {
    makeOne = ((await import(module)) as Readonly<Record<string, unknown>>)[name];
  } catch (cause) {
    throw new UsageError(`${module} cannot be imported: ${(cause as Error).message}`, {
      code: "bad-env-module",
      cause,
    });
  }
  if (typeof makeOne === "function") return makeVec(makeOne as () => Env, numEnvs, how);
  throw new UsageError(`${module} exports no function ${name}`, {
    code: "bad-env-module",
    help: `export const ${name === "default" ? "makeEnv" : name} = () => ({ observationSpace, actionSpace, reset, step })`,
  });
}
