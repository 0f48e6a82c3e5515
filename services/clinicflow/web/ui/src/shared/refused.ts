/** What a staff page shows instead of itself to somebody who may not see the clinic, or when there is no such clinic. */

import { html } from "lit";
import { t } from "../i18n/strings";
import { icon } from "../lib/icons";
import "./app-bar";

export function refused(status: number, page: "board" | "desk" | "team") {
  const here = encodeURIComponent(location.pathname);
  return html`
    <cf-app-bar page=${page}></cf-app-bar>
    <main>
      <p class="problem" role="alert">${icon("alert")}<span>${t(status === 404 ? "noSuchClinic" : "notAllowed")}</span></p>
      <p class="hint"><a href="/">${t("home")}</a> · <a href="/sign-in?next=${here}">${t("signInAsOther")}</a></p>
    </main>
  `;
}
