/** How people agree: over all, by question, and each person by himself. */
import { useTranslation } from "react-i18next";
import type { Dashboard } from "../../../src/server/protocol.ts";
import type { Measured } from "../api/types.ts";
import { useReply } from "../api/use-reply.ts";
import { TableBox } from "../ui/table-box.tsx";
import { minutes } from "../ui/time.ts";
import { useWording } from "../ui/wording.ts";
import { readingOf } from "./reading.ts";

function Interval({ of }: { of: Measured }) {
  const { t } = useTranslation();
  if (!of) return <span className="quiet">{t("dashboard.tooLittle")}</span>;
  return (
    <>
      {of.value.toFixed(2)}{" "}
      <span className="quiet">
        [{of.low.toFixed(2)}, {of.high.toFixed(2)}]
      </span>
    </>
  );
}

export function AgreementTable({ agreement }: { agreement: Dashboard["agreement"] }) {
  const { t } = useTranslation();
  return (
    <section className="stack">
      <h2>{t("agreement.title")}</h2>
      <p className="quiet">{t("agreement.help")}</p>
      <TableBox>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("agreement.measure")}</th>
              <th scope="col" className="number">
                {t("agreement.value")}
              </th>
              <th scope="col" className="number">
                n
              </th>
              <th scope="col">{t("agreement.reading")}</th>
            </tr>
          </thead>
          <tbody>
            {(["pairs", "alpha", "fleiss", "kendallW"] as const).map((name) => {
              const reading = readingOf(name, agreement[name]);
              return (
                <tr key={name}>
                  <th scope="row">
                    {t(`agreement.${name}`)}
                    <p className="quiet">{t(`agreement.${name}Help`)}</p>
                  </th>
                  <td className="number">
                    <Interval of={agreement[name]} />
                  </td>
                  <td className="number">{agreement[name]?.n ?? ""}</td>
                  <td>
                    {t(`reading.${reading}`)}
                    {name === "pairs" && agreement.pairs && (
                      <p className="quiet">
                        {t("reading.pairs", { percent: Math.round(100 * agreement.pairs.value) })}
                      </p>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableBox>
    </section>
  );
}

export function QuestionTable({ questions }: { questions: Dashboard["questions"] }) {
  const { t } = useTranslation();
  const say = useWording();
  const settings = useReply("GET /api/settings");
  const textOf = (name: string, part: "prompt" | "answer") => {
    const asked = settings.state === "ready" ? settings.value.form[part].find((one) => one.name === name) : undefined;
    return asked ? say(asked.text) : name;
  };
  return (
    <section className="stack">
      <h2>{t("dashboard.questions")}</h2>
      <TableBox>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("dashboard.question")}</th>
              <th scope="col">{t("dashboard.about")}</th>
              <th scope="col" className="number">
                Krippendorff α
              </th>
              <th scope="col">{t("agreement.reading")}</th>
            </tr>
          </thead>
          <tbody>
            {questions.map(({ name, part, alpha }) => (
              <tr key={part + name}>
                <th scope="row">{textOf(name, part)}</th>
                <td>{t(`dashboard.${part}`)}</td>
                <td className="number">
                  <Interval of={alpha} />
                </td>
                <td>{t(`reading.${readingOf("alpha", alpha)}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </section>
  );
}

export function PeopleTable({ people }: { people: Dashboard["people"] }) {
  const { t } = useTranslation();
  return (
    <section className="stack">
      <h2>{t("dashboard.people")}</h2>
      <p className="quiet">{t("dashboard.peopleHelp")}</p>
      <TableBox>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("person.name")}</th>
              {(["judgements", "demonstrations", "skips", "median", "consensus", "gold", "self", "first"] as const).map(
                (name) => (
                  <th key={name} scope="col" className="number">
                    {t(`dashboard.${name}`)}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <tr key={person.name}>
                <th scope="row">
                  {person.name} {person.synthetic && <span className="badge">{t("person.synthetic")}</span>}
                </th>
                <td className="number">{person.judgements}</td>
                <td className="number">{person.demonstrations}</td>
                <td className="number">{person.skips}</td>
                <td className="number">{person.seconds === null ? "–" : minutes(person.seconds)}</td>
                {(["consensus", "gold", "self"] as const).map((name) => (
                  <td key={name} className="number">
                    <Interval of={person[name]} />
                  </td>
                ))}
                <td className="number">
                  {person.firstPlace
                    ? t("dashboard.firstShare", {
                        share: Math.round(100 * person.firstPlace.share),
                        expected: Math.round(100 * person.firstPlace.expected),
                      })
                    : "–"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </section>
  );
}
