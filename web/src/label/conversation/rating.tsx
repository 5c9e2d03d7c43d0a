import { useTranslation } from "react-i18next";

export const ratings = [1, 2, 3, 4, 5] as const;

/** Five radios from bad to good, of the conversation as a whole. */
export function Rating({
  value,
  missing,
  onRate,
}: {
  value: number | null;
  missing: boolean;
  onRate: (rating: number) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className="conversation-rating" data-missing={missing}>
      <legend>
        {t("conversation.rating")} <kbd>R</kbd>
      </legend>
      <div className="rating-row">
        {ratings.map((rating) => (
          <label key={rating} className="segment">
            <input
              type="radio"
              name="rating"
              aria-label={t("conversation.rate", { rating })}
              checked={value === rating}
              onChange={() => onRate(rating)}
            />
            <span>{rating}</span>
          </label>
        ))}
      </div>
      <p className="ends">
        <span>{t("conversation.bad")}</span>
        <span>{t("conversation.good")}</span>
      </p>
    </fieldset>
  );
}
