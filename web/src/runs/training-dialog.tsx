/** Starting a training: what it learns from, the options that matter, first the arithmetic, then the run. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BodyOf, ReplyOf } from "../../../src/server/protocol.ts";
import { call } from "../api/client.ts";
import { useReply } from "../api/use-reply.ts";
import { useTry } from "../api/use-try.ts";
import { go } from "../app/router.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FileField, type FileKind } from "../ui/file-field.tsx";
import { useQuantity } from "../ui/quantity.ts";
import { Await, Failure } from "../ui/states.tsx";
import { FindingCard } from "./findings.tsx";
import { pathOfRun } from "./lineage-line.tsx";
import { type ModelRow, sortModels } from "./models.tsx";
import { OptionField, useOptionName } from "./option-field.tsx";
import { type Option, optionsOf } from "./training-options.ts";

type Command = BodyOf<"POST /api/plans">["command"];
type Plan = ReplyOf<"POST /api/plans">;
const commands: readonly Command[] = ["sft", "reward", "ppo"];

/** What is asked first; the rest stands under "all options". */
const first: Readonly<Record<Command, readonly string[]>> = {
  sft: ["model", "numTrainEpochs", "batchSize", "learningRate"],
  reward: ["model", "numTrainEpochs", "batchSize", "learningRate"],
  ppo: ["policy", "reward", "value", "maxSteps", "rolloutSize", "klCoef", "learningRate", "ptxCoef", "pretrain"],
};

/** What the data of each may be. */
const dataKinds: Readonly<Record<Command, readonly FileKind[]>> = {
  sft: ["prompt-completion", "messages", "classification"],
  reward: ["ranking", "preference", "feedback"],
  ppo: ["prompt"],
};
/** γ where text was chosen and nothing else said: as the quickstart has it. Without it none of the text would be learnt. */
const usualPtxCoef = "0.2";

export function TrainingDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const options = useReply("GET /api/options");
  const models = useReply("GET /api/models");
  const files = useReply("GET /api/files");
  return (
    <Dialog title={t("training.title")} onClose={onClose} side>
      <Await of={options}>
        {(known) => (
          <Await of={models}>
            {(found) => (
              <Await of={files}>{(rows) => <Form options={known} models={sortModels(found)} files={rows} />}</Await>
            )}
          </Await>
        )}
      </Await>
    </Dialog>
  );
}

interface FormProps {
  readonly options: ReplyOf<"GET /api/options">;
  readonly models: readonly ModelRow[];
  readonly files: ReplyOf<"GET /api/files">;
}

function Form({ options, models, files }: FormProps) {
  const { t } = useTranslation();
  const [command, setCommand] = useState<Command>("sft");
  const [name, setName] = useState("");
  /** Undefined: the project's own data. */
  const [file, setFile] = useState<string>();
  /** By command, so that going to and fro loses nothing. */
  const [typed, setTyped] = useState<Readonly<Record<Command, Record<string, string>>>>({
    sft: {},
    reward: {},
    ppo: {},
  });
  const [plan, setPlan] = useState<Plan>();
  const planning = useTry();
  const starting = useTry();

  const mine = options[command];
  const changed =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setPlan(undefined); // it is of other settings
    };
  const field = (option: Option) => (
    <OptionField
      key={option.name}
      option={option}
      models={models}
      files={files}
      value={typed[command][option.name] ?? ""}
      onChange={changed((value: string) => {
        const before = typed[command];
        const usual = option.name === "pretrain" && value && !before.ptxCoef ? { ptxCoef: usualPtxCoef } : {};
        setTyped({ ...typed, [command]: { ...before, ...usual, [option.name]: value } });
      })}
    />
  );
  const nameOf = useOptionName();
  const request: BodyOf<"POST /api/runs"> = {
    command,
    options: optionsOf(mine, typed[command]),
    ...(name.trim() && { name: name.trim() }),
    ...(file !== undefined && { data: file.trim() }),
  };
  const asked = first[command].flatMap((name) => mine.filter((option) => option.name === name));
  const missing = mine.filter(({ name, required }) => required && !typed[command][name]).map(({ name }) => name);
  const ready = file?.trim() !== "" && missing.length === 0;
  const look = () => void planning.attempt(async () => setPlan(await call("POST /api/plans", { body: request })));
  const start = () =>
    void starting.attempt(async () => {
      const { run } = await call("POST /api/runs", { body: request });
      go(pathOfRun(run));
    });
  return (
    <form
      className="stack training"
      onSubmit={(event) => {
        event.preventDefault();
        look();
      }}
    >
      <fieldset className="segments">
        <legend className="hidden">{t("training.what")}</legend>
        {commands.map((one) => (
          <label key={one} className="segment">
            <input type="radio" name="command" checked={command === one} onChange={() => changed(setCommand)(one)} />
            <span>{t(`training.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <p className="quiet">{t(`trainingHelp.${command}`)}</p>
      {asked.filter(({ names }) => names !== undefined && names !== "FILE").map(field)}
      <div className="pairs">{asked.filter(({ names }) => names === undefined).map(field)}</div>
      {asked.filter(({ names }) => names === "FILE").map(field)}
      <fieldset className="field">
        <legend>{t("training.data")}</legend>
        <label className="row">
          <input type="radio" name="data" checked={file === undefined} onChange={() => changed(setFile)(undefined)} />
          {t(`trainingData.${command}`)}
        </label>
        <label className="row">
          <input type="radio" name="data" checked={file !== undefined} onChange={() => changed(setFile)("")} />
          {t("training.file")}
        </label>
      </fieldset>
      {file !== undefined && (
        <FileField
          key={command}
          label={t("training.data")}
          files={files}
          kinds={dataKinds[command]}
          value={file}
          onChange={changed(setFile)}
        />
      )}
      <label className="field">
        <span>{t("training.name")}</span>
        <input value={name} placeholder={`${command}-001`} onChange={(event) => changed(setName)(event.target.value)} />
      </label>
      <details>
        <summary>{t("training.all", { count: mine.length })}</summary>
        <div className="stack more-options">{mine.filter((option) => !asked.includes(option)).map(field)}</div>
      </details>
      <p className="row">
        <button type="submit" className={plan ? "" : "primary"} disabled={!ready || planning.busy}>
          {planning.busy ? t("training.planning") : t("training.plan")}
        </button>
        {!ready && (
          <span className="quiet">
            {t("training.notReady", {
              what: [...missing.map(nameOf), ...(file === "" ? [t("training.data")] : [])].join(", "),
            })}
          </span>
        )}
      </p>
      {planning.error && <Failure error={planning.error} />}
      {plan && <PlanView plan={plan} />}
      {starting.error && <Failure error={starting.error} />}
      {plan && (
        <p className="row">
          <button type="button" className="primary" disabled={starting.busy} onClick={start}>
            {t("training.start")}
          </button>
          <span className="quiet">{t("training.startHelp")}</span>
        </p>
      )}
    </form>
  );
}

/** What `--dry-run` says: the numbers in front, its own words below. */
function PlanView({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const { duration, bytes, count } = useQuantity();
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    section.current?.scrollIntoView({ block: "nearest" }); // it comes below a long form
  }, []);
  const numbers = [
    ["parameters", count(plan.parameters)],
    ["memory", bytes(plan.memoryBytes)],
    ["steps", plan.steps === null ? "–" : String(plan.steps)],
    ["tokens", plan.tokens === null ? "–" : count(plan.tokens)],
    ["time", plan.seconds === null ? "–" : duration(plan.seconds)],
  ] as const;
  return (
    <section className="plan" role="status" ref={section}>
      <h3>{t("plan.title")}</h3>
      <dl>
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{t(`plan.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {plan.findings.map((finding) => (
        <FindingCard key={finding.code} finding={finding} />
      ))}
      {plan.notes.length > 0 && (
        <ul lang="en">
          {plan.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <details>
        <summary>{t("plan.words")}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre lang="en" tabIndex={0}>
          {plan.text}
          {"\n\n$ "}
          {plan.commandLine}
        </pre>
      </details>
    </section>
  );
}
