import { useTranslation } from "react-i18next";

/** Writes amounts in the language of the page: durations, bytes, large counts. */
export function useQuantity() {
  const { i18n } = useTranslation();
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(i18n.language, {
      ...{ style: "unit", unit: name, unitDisplay: "short", maximumSignificantDigits: 3 },
    }).format(value);
  return {
    duration(seconds: number): string {
      if (seconds < 60) return unit(seconds, "second");
      return seconds < 5400 ? unit(seconds / 60, "minute") : unit(seconds / 3600, "hour");
    },
    bytes: (count: number): string => (count < 1e9 ? unit(count / 1e6, "megabyte") : unit(count / 1e9, "gigabyte")),
    count: (value: number): string =>
      new Intl.NumberFormat(i18n.language, { notation: "compact", maximumSignificantDigits: 3 }).format(value),
  };
}
