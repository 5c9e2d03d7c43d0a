import { useTranslation } from "react-i18next";
import { Dialog } from "../ui/dialog.tsx";
import { TableBox } from "../ui/table-box.tsx";
import type { Form } from "./draft.ts";

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
const byComparison = {
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
} as const satisfies Record<Form["comparison"], unknown>;

/** The keyboard map of what is being done now. */
export function Shortcuts({
  comparison,
  asks,
  onClose,
}: {
  comparison: Form["comparison"];
  asks: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const rows = [
    ...byComparison[comparison],
    ...(comparison === "none" ? [] : cards),
    ...(asks ? questions : []),
    ...common,
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
