/** The base of the team's pages: the clinic's live board, and who holds what, asked again whenever the board changes. */

import { html, nothing, type TemplateResult } from "lit";
import { BoardModel } from "../board/model";
import { t } from "../i18n/strings";
import { clinicOfPage, get } from "../lib/api";
import { icon } from "../lib/icons";
import { CfElement } from "../shared/element";
import type { EventForm } from "../shared/event-form";
import type { Result, Team } from "./handover";

const CALM_MS = 250;
const AGAIN_MS = 15_000;

export abstract class LiveTeam extends CfElement {
  static override properties = { revision: { state: true }, team: { state: true }, problem: { state: true }, result: { state: true }, busy: { state: true } };
  declare revision: number;
  declare team: Team | null;
  declare problem: string;
  declare result: Result | null;
  declare busy: boolean;
  protected readonly model = new BoardModel(clinicOfPage(), () => this.moved());
  protected override ticks = 15;
  private calm = 0;
  private again = 0;

  constructor() {
    super();
    this.revision = 0;
    this.team = this.result = null;
    this.problem = "";
    this.busy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.model.begin();
    this.again = window.setInterval(() => void this.ask(), AGAIN_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.model.stop();
    window.clearInterval(this.again);
    window.clearTimeout(this.calm);
  }

  protected get form(): EventForm {
    return this.renderRoot.querySelector("cf-event-form") as EventForm;
  }

  /** Do something that may be refused; meanwhile its buttons rest. */
  protected async attempt(what: () => Promise<string>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = "";
    this.result = null;
    this.problem = await what();
    this.busy = false;
    void this.ask();
  }

  protected told(): TemplateResult {
    return html`
      ${this.model.health === "paused" ? html`<p class="problem" role="alert">${icon("alert")}<span>${t("stale")}. ${t("staleHelp")}</span></p>` : nothing}
      ${this.problem ? html`<p class="problem" role="alert">${icon("alert")}<span>${t("refused")}: ${this.problem}</span><button @click=${() => (this.problem = "")}>${t("dismiss")}</button></p>` : nothing}
      <div role="status">${this.result ? this.shown(this.result) : nothing}</div>
    `;
  }

  private shown(result: Result): TemplateResult {
    return html`<div class="card result">
      <h2>${result.heading}</h2>
      ${result.lines.length ? html`<ul>${result.lines.map((line) => html`<li>${line}</li>`)}</ul>` : html`<p class="hint">${t("noMoved")}</p>`}
      <div class="buttons"><button @click=${() => (this.result = null)}>${t("dismiss")}</button></div>
    </div>`;
  }

  private moved(): void {
    this.revision += 1;
    window.clearTimeout(this.calm);
    this.calm = window.setTimeout(() => void this.ask(), CALM_MS);
  }

  private async ask(): Promise<void> {
    if (this.model.refusal) return;
    const found = await get<Team>(`/ui/team/${encodeURIComponent(this.model.clinicId)}`);
    if (found.ok) this.team = found.data;
  }
}
