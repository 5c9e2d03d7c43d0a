import { useTranslation } from "react-i18next";

export function StateBadge({ closed, answered, wanted }: { closed: boolean; answered: number; wanted: number }) {
  const { t } = useTranslation();
  if (closed) return <span className="badge">{t("tasks.closed")}</span>;
  if (answered >= wanted) return <span className="badge good">✓ {t("tasks.done")}</span>;
  return <span className="badge warn">{t("tasks.open")}</span>;
}
