/** The bar above staff screens: where one is, whether it is current, language, theme, who is signed in. */

import { css, html, nothing } from "lit";
import { t, word } from "../i18n/strings";
import { icon } from "../lib/icons";
import { post } from "../lib/api";
import { LANGUAGES, LANGUAGE_NAMES, language, setLanguage, setTheme, theme, type Language } from "../lib/prefs";
import type { Health } from "../lib/stream";
import { CfElement } from "./element";
import { shared } from "./styles";

export interface Me {
  id: string;
  name: string;
  role: string;
  lead: boolean;
  clinics: string[];
}

/** On a telephone there is room for the code of a language, not for its name. */
const narrow = matchMedia("(max-width: 44rem)");

export class AppBar extends CfElement {
  static override properties = { clinic: {}, clinicName: {}, page: {}, me: {}, health: {} };
  declare clinic: string;
  declare clinicName: string;
  declare page: string;
  declare me: Me | null;
  declare health: Health | "";

  constructor() {
    super();
    this.clinic = this.clinicName = this.page = "";
    this.me = null;
    this.health = "";
  }

  static override styles = [
    shared,
    css`
      header { display: flex; align-items: center; gap: 0.5rem 1.25rem; padding: 0.6rem 1.25rem; background: var(--surface); border-bottom: 1px solid var(--line); flex-wrap: wrap; }
      .brand { display: flex; align-items: center; gap: 0.6rem; font-weight: 750; font-size: 1.05rem; color: var(--ink); text-decoration: none; }
      .brand svg { color: var(--accent); }
      nav { display: flex; gap: 0.25rem; }
      nav a { color: var(--muted); text-decoration: none; font-weight: 600; padding: 0.4rem 0.8rem; border-radius: 99px; }
      nav a:hover { background: var(--surface-2); color: var(--ink); }
      nav a[aria-current] { background: var(--accent-soft); color: var(--accent-deep); }
      .right { margin-left: auto; display: flex; align-items: center; gap: 0.6rem; flex-wrap: wrap; }
      select { width: auto; min-height: 2.25rem; }
      .who { display: grid; line-height: 1.2; text-align: right; font-weight: 650; font-size: 0.92rem; }
      .who small { color: var(--muted); font-weight: 400; }
      @media (max-width: 44rem) {
        header { padding: 0.5rem 0.9rem; gap: 0.4rem 0.5rem; }
        nav { order: 3; width: 100%; justify-content: space-between; gap: 0; flex-wrap: wrap; }
        nav a { padding: 0.4rem 0.45rem; font-size: 0.88rem; white-space: nowrap; }
        .right { gap: 0.4rem; flex-wrap: nowrap; min-width: 0; flex: 1; justify-content: flex-end; }
        select { width: 3.6rem; padding-inline: 0.4rem; flex: none; }
        .who small { display: none; }
        .who { font-size: 0.8rem; min-width: 0; overflow: hidden; overflow-wrap: anywhere; line-height: 1.1; }
        .brand span { max-width: 5.2rem; line-height: 1.15; font-size: 0.95rem; }
        .live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      }
      .dot { width: 0.55rem; height: 0.55rem; border-radius: 50%; background: currentColor; }
    `,
  ];

  override render() {
    const pages = [
      ["board", t("board")],
      ["desk", t("desk")],
      ["team", t("team")],
      ["display", t("display")],
    ];
    return html`<header>
      <a class="brand" href="/" title=${t("home")}>${icon("pulse", 24)}<span>${this.clinicName || "clinicflow"}</span></a>
      ${this.clinic
        ? html`<nav aria-label=${this.clinicName}>
            ${pages.map(
              ([name, text]) =>
                html`<a href="/${name}/${this.clinic}" aria-current=${this.page === name ? "page" : nothing}>${text}</a>`,
            )}
          </nav>`
        : nothing}
      <div class="right">${this.liveness()} ${this.choices()} ${this.person()}</div>
    </header>`;
  }

  private liveness() {
    if (!this.health) return nothing;
    if (this.health === "live") return html`<span class="chip ok" role="status"><span class="dot"></span><span class="live">${t("live")}</span></span>`;
    const text = this.health === "paused" ? t("stale") : t("connectingStaff");
    return html`<span class="chip warn" role="status">${icon("alert", 16)}${text}</span>`;
  }

  private choices() {
    const dark = theme() === "dark" || (theme() === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    return html`
      <select aria-label=${t("language")} @change=${(e: Event) => setLanguage((e.target as HTMLSelectElement).value as Language)}>
        ${LANGUAGES.map((each) => html`<option value=${each} ?selected=${each === language()}>${narrow.matches ? each.toUpperCase() : LANGUAGE_NAMES[each]}</option>`)}
      </select>
      <button class="quiet icon-only" aria-label=${t("theme")} title=${t("theme")} @click=${() => setTheme(dark ? "light" : "dark")}>
        ${icon(dark ? "sun" : "moon")}
      </button>`;
  }

  private person() {
    if (this.page === "sign-in") return nothing;
    if (!this.me) return html`<a class="button" href="/sign-in">${t("signIn")}</a>`;
    return html`<span class="who">${this.me.name}<small>${word(this.me.role)}</small></span>
      <button class="quiet icon-only" aria-label=${t("signOut")} title=${t("signOut")} @click=${this.signOut}>${icon("leave")}</button>`;
  }

  private async signOut(): Promise<void> {
    await post("/dev/sign-out", {});
    location.href = "/sign-in";
  }
}

customElements.define("cf-app-bar", AppBar);
