/** The start page: the network's clinics with live counts, and the way to each screen. */

import { css, html, nothing } from "lit";
import { t } from "../i18n/strings";
import { get, toSignIn } from "../lib/api";
import { icon } from "../lib/icons";
import { clock, followClock, now } from "../lib/time";
import "../shared/app-bar";
import type { Me } from "../shared/app-bar";
import { CfElement } from "../shared/element";
import { shared } from "../shared/styles";

interface Clinic {
  id: string;
  name: string;
  zone: string;
  patients: number;
  waiting: number;
  tasks: number;
  overdue: number;
}

const EVERY_MS = 2000;

export class Start extends CfElement {
  static override properties = { clinics: { state: true }, me: { state: true }, down: { state: true }, asked: { state: true } };
  declare clinics: Clinic[];
  declare me: Me | null;
  declare down: boolean;
  declare asked: boolean;
  private timer = 0;
  protected override ticks = 5;

  constructor() {
    super();
    this.clinics = [];
    this.me = null;
    this.down = this.asked = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.ask();
    this.timer = window.setInterval(() => void this.ask(), EVERY_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
  }

  private async ask(): Promise<void> {
    if (document.hidden && this.asked) return;
    const found = await get("/ui/start");
    if (found.status === 401) return toSignIn();
    this.down = !found.ok || found.data.stale;
    this.asked = true;
    if (!found.ok) return;
    followClock(found.data.now);
    this.clinics = found.data.clinics;
    this.me = found.data.me;
  }

  static override styles = [
    shared,
    css`
      main { max-width: 76rem; margin: 0 auto; padding: clamp(1.5rem, 5vw, 4rem) 1.25rem; display: grid; gap: 2.5rem; }
      .hero { display: grid; gap: 0.6rem; max-width: 44rem; }
      .hero h1 { font-size: clamp(1.9rem, 4.5vw, 3.1rem); line-height: 1.08; letter-spacing: -0.025em; text-wrap: balance; }
      .hero p { color: var(--muted); font-size: 1.12rem; }
      .clinics { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); list-style: none; margin: 0; padding: 0; }
      .clinic { background: var(--surface); border: 1px solid var(--line); border-radius: 20px; box-shadow: var(--shadow); padding: 1.5rem; display: grid; gap: 1.25rem; }
      .clinic header { display: flex; justify-content: space-between; align-items: baseline; }
      .clinic h2 { font-size: 1.35rem; letter-spacing: -0.01em; }
      .clinic time { color: var(--muted); font-variant-numeric: tabular-nums; }
      dl { display: grid; grid-template-columns: 1fr 1fr; gap: 0.75rem; margin: 0; }
      dl div { background: var(--surface-2); border-radius: 12px; padding: 0.7rem 0.9rem; display: grid; }
      dt { color: var(--muted); font-size: 0.85rem; order: 2; }
      dd { margin: 0; font-size: 1.9rem; font-weight: 750; line-height: 1.1; font-variant-numeric: tabular-nums; }
      .late { background: var(--danger-soft); }
      .late dd, .late dt { color: var(--danger); }
      .links { display: grid; gap: 0.5rem; }
      .links a { justify-content: flex-start; min-height: 2.75rem; }
      .links a svg { color: var(--accent); }
    `,
  ];

  override render() {
    return html`
      <cf-app-bar .me=${this.me} .health=${this.down ? "paused" : this.asked ? "live" : "connecting"}></cf-app-bar>
      <main>
        <div class="hero">
          <h1>${t("headline")}</h1>
          <p>${t("subline")}</p>
        </div>
        ${this.down ? html`<p class="problem" role="alert">${icon("alert")}${t("noServer")}</p>` : nothing}
        <ul class="clinics">${this.clinics.map((clinic) => this.clinic(clinic))}</ul>
      </main>
    `;
  }

  private clinic(clinic: Clinic) {
    return html`<li class="clinic">
      <header><h2>${clinic.name}</h2><time>${clock(now(), clinic.zone)}</time></header>
      <dl>
        <div><dt>${t("inClinic")}</dt><dd>${clinic.patients}</dd></div>
        <div><dt>${t("waitingNow")}</dt><dd>${clinic.waiting}</dd></div>
        <div><dt>${t("openTasks")}</dt><dd>${clinic.tasks}</dd></div>
        <div class=${clinic.overdue ? "late" : ""}><dt>${t("overdueTasks")}</dt><dd>${clinic.overdue}</dd></div>
      </dl>
      <div class="links">
        <a class="button" href="/display/${clinic.id}">${icon("screen")}${t("waitingRoom")}</a>
        <a class="button" href="/board/${clinic.id}">${icon("board")}${t("board")}</a>
        <a class="button" href="/desk/${clinic.id}">${icon("desk")}${t("desk")}</a>
        <a class="button" href="/team/${clinic.id}">${icon("users")}${t("team")}</a>
      </div>
    </li>`;
  }
}

customElements.define("cf-start", Start);
