/** How the project works: title, guidelines, overlap and order, and the form with what it looks like. */
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/client.ts";
import type { Settings } from "../api/types.ts";
import { useReply } from "../api/use-reply.ts";
import { useTry } from "../api/use-try.ts";
import { Page } from "../ui/page.tsx";
import { Await, Failure } from "../ui/states.tsx";
import { Prose } from "../ui/text.tsx";
import { FormEditor } from "./form-editor.tsx";
import "./settings.css";

export function SettingsPage({ onSaved }: { onSaved: () => void }) {
  const { t } = useTranslation();
  const settings = useReply("GET /api/settings");
  return (
    <Page title={t("nav.settings")}>
      <Await of={settings}>{(value) => <Editor initial={value} onSaved={onSaved} />}</Await>
    </Page>
  );
}

const orders = ["oldest", "random", "uncertain", "disputed"] as const satisfies readonly Settings["order"][];

function Editor({ initial, onSaved }: { initial: Settings; onSaved: () => void }) {
  const { t } = useTranslation();
  const [settings, setSettings] = useState(initial);
  const [json, setJson] = useState(() => JSON.stringify(initial.form, null, 2));
  const [saved, setSaved] = useState(false);
  const { error, busy, attempt } = useTry();
  const change = (part: Partial<Settings>) => {
    setSettings((held) => ({ ...held, ...part }));
    setSaved(false);
  };
  const changeModel = (model: string | undefined) => {
    setSettings(({ model: _, ...held }) => ({ ...held, ...(model !== undefined && { model }) }));
    setSaved(false);
  };
  const form = formOf(json);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (!form) return;
    void attempt(async () => {
      setSettings(await call("PUT /api/settings", { body: { ...settings, form } }));
      setSaved(true);
      onSaved();
    });
  };
  const number = (name: NumberName, limits: { min: number; max?: number; step?: number }) => (
    <label className="field">
      <span>{t(`settings.${name}`)}</span>
      <input
        type="number"
        required
        {...limits}
        value={settings[name]}
        onChange={(event) => change({ [name]: event.target.valueAsNumber || 0 })}
      />
      <span className="help">{t(`settings.${name}Help`)}</span>
    </label>
  );
  return (
    <form className="stack" onSubmit={save}>
      <section className="panel stack">
        <h2>{t("settings.project")}</h2>
        <label className="field">
          <span>{t("settings.title")}</span>
          <input
            type="text"
            maxLength={200}
            value={settings.title}
            onChange={(event) => change({ title: event.target.value })}
          />
        </label>
        <div className="beside">
          <label className="field">
            <span>{t("label.guidelines")}</span>
            <textarea
              rows={10}
              value={settings.guidelines}
              onChange={(event) => change({ guidelines: event.target.value })}
            />
            <span className="help">{t("settings.guidelinesHelp")}</span>
          </label>
          <section className="preview" aria-label={`${t("settings.preview")}: ${t("label.guidelines")}`}>
            <p className="quiet">{t("settings.preview")}</p>
            <Prose>{settings.guidelines || t("settings.noGuidelines")}</Prose>
          </section>
        </div>
      </section>
      <section className="panel stack">
        <h2>{t("settings.work")}</h2>
        <div className="grid">
          {number("overlap", { min: 1, max: 100 })}
          <label className="field">
            <span>{t("settings.order")}</span>
            <select
              value={settings.order}
              onChange={(event) => change({ order: orders.find((one) => one === event.target.value) ?? "oldest" })}
            >
              {orders.map((one) => (
                <option key={one} value={one}>
                  {t(`order.${one}`)}
                </option>
              ))}
            </select>
            <span className="help">{t("settings.orderHelp")}</span>
          </label>
          {number("leaseSeconds", { min: 10 })}
          {number("goldShare", { min: 0, max: 0.5, step: 0.01 })}
          {number("repeatShare", { min: 0, max: 0.5, step: 0.01 })}
          {number("passMark", { min: 0, max: 1, step: 0.01 })}
          {number("seed", { min: 0 })}
          <ModelField model={settings.model} onModel={changeModel} />
        </div>
      </section>
      <FormEditor
        json={json}
        form={form}
        onJson={(next) => {
          setJson(next);
          setSaved(false);
        }}
      />
      {error && <Failure error={error} />}
      <div className="row save">
        <button type="submit" className="primary" disabled={busy || !form}>
          {t("settings.save")}
        </button>
        <span role="status">{saved && `✓ ${t("settings.saved")}`}</span>
      </div>
    </form>
  );
}

/** Which of the project's models answers people; one that is gone stays in the list while it is chosen. */
function ModelField({ model, onModel }: { model: string | undefined; onModel: (model: string | undefined) => void }) {
  const { t } = useTranslation();
  const models = useReply("GET /api/models");
  const writers = models.state === "ready" ? models.value.filter(({ kind }) => kind === "policy") : [];
  const gone = model !== undefined && models.state === "ready" && !writers.some((one) => one.model === model);
  return (
    <label className="field">
      <span>{t("settings.model")}</span>
      <select value={model ?? ""} onChange={(event) => onModel(event.target.value || undefined)}>
        <option value="">{t("settings.noModel")}</option>
        {model !== undefined && (gone || models.state !== "ready") && (
          <option value={model}>{gone ? t("settings.goneModel", { model }) : model}</option>
        )}
        {writers.map((one) => (
          <option key={one.model} value={one.model}>
            {one.model}
          </option>
        ))}
      </select>
      <span className="help">{t("settings.modelHelp")}</span>
    </label>
  );
}

type NumberName = "overlap" | "leaseSeconds" | "goldShare" | "repeatShare" | "passMark" | "seed";

/** The form that was written, as far as the page must know it; the server checks the rest. */
function formOf(json: string): Settings["form"] | undefined {
  try {
    const value = JSON.parse(json) as Partial<Settings["form"]>;
    return { ties: true, note: true, prompt: [], answer: [], ...value } as Settings["form"];
  } catch {
    return undefined;
  }
}
