import { useTranslation } from "react-i18next";
import { Dialog } from "../ui/dialog.tsx";
import { TableBox } from "../ui/table-box.tsx";
import type { Form } from "./draft.ts";

type Work = Form["comparison"] | "conversation" | "clips";

const common = [
  ["Enter", "submit"],
  ["⌘ Enter", "submitAnywhere"],
  ["S", "skip"],
  ["Z", "undo"],
  ["N", "note"],
  ["G", "guidelines"],
  ["H", "recent"],
  ["?", "help"],
] as const;
const cards = [
  ["J K", "move"],
  ["E", "expand"],
  ["D", "diff"],
] as const;
const questions = [
  ["Tab", "tab"],
  ["Y N X", "yesNo"],
  ["1–9", "scale"],
] as const;
const byWork = {
  ranking: [
    ["1–9", "rank"],
    ["0", "unrank"],
    ["Space", "drag"],
  ],
  pairwise: [
    ["← →", "better"],
    ["↓ T", "equal"],
  ],
  arena: [
    ["← →", "better"],
    ["↓ T", "equal"],
    ["↑ B", "neither"],
  ],
  strength: [["1–8", "strength"]],
  none: [],
  conversation: [
    ["Enter", "send"],
    ["1–8", "strength"],
    ["Enter", "goOn"],
    ["R", "rating"],
    ["1–5", "rate"],
  ],
  clips: [
    ["← →", "better"],
    ["↑", "equal"],
    ["↓", "cannotTell"],
    ["Space", "pause"],
    ["U ⌫", "undo"],
  ],
} as const satisfies Record<Work, unknown>;

/** Where one hands in otherwise, or writes nothing. */
const without: Readonly<Partial<Record<Work, readonly string[]>>> = {
  conversation: ["submit"],
  clips: ["submit", "submitAnywhere", "skip", "note"],
};
const withoutCards: readonly Work[] = ["none", "conversation", "clips"];

/** The keyboard map of what is being done now. */
export function Shortcuts({ of, asks, onClose }: { of: Work; asks: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const rows = [
    ...byWork[of],
    ...(withoutCards.includes(of) ? [] : cards),
    ...(asks ? questions : []),
    ...common.filter(([, meaning]) => !without[of]?.includes(meaning)),
  ];
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <TableBox>
        <table>
          <tbody>
            {rows.map(([keys, meaning]) => (
              <tr key={keys + meaning}>
                <th scope="row">
                  <kbd>{keys}</kbd>
                </th>
                <td>{t(`keys.${meaning}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
      <p className="quiet">{t("keys.typing")}</p>
    </Dialog>
  );
}
