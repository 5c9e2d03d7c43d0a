/** A page that cannot be drawn says so under the header, instead of leaving the window empty. */
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Page } from "../ui/page.tsx";

export class Boundary extends Component<{ readonly children: ReactNode }, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {};

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    return this.state.error ? <Broken error={this.state.error} /> : this.props.children;
  }
}

function Broken({ error }: { error: Error }) {
  const { t } = useTranslation();
  return (
    <Page title={t("state.broken")}>
      <div className="failure" role="alert">
        <p>{t("state.brokenMore")}</p>
        <p lang="en">
          <code>{error.message}</code>
        </p>
        <button type="button" onClick={() => location.reload()}>
          {t("state.retry")}
        </button>
      </div>
    </Page>
  );
}
