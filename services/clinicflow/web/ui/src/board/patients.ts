/** Who is where: visits by stage, with what each waits for. */

import { css, html, nothing } from "lit";
import { reasonText } from "../i18n/because";
import { t, word } from "../i18n/strings";
import { icon } from "../lib/icons";
import { duration, now } from "../lib/time";
import { CfElement } from "../shared/element";
import { shared } from "../shared/styles";
import type { BoardModel, Visit } from "./model";

const STAGES = ["arrived", "checked-in", "roomed", "with-provider", "visit-ended"];
const WAITS: Record<string, string> = { "not-taken": "waitNotTaken", taken: "waitTaken", "being-done": "waitDoing", "on-hold": "waitHold" };

export class Patients extends CfElement {
  static override properties = { model: {}, revision: {} };
  declare model: BoardModel;
  declare revision: number;
  protected override ticks = 15;

  static override styles = [
    shared,
    css`
      .stages { display: grid; gap: 1rem; grid-template-columns: repeat(5, minmax(13rem, 1fr)); align-items: start; }
      section { background: var(--surface-2); border-radius: 18px; padding: 0.9rem; display: grid; gap: 0.7rem; }
      h2 { font-size: 0.95rem; display: flex; justify-content: space-between; color: var(--muted); }
      article { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); padding: 0.75rem 0.85rem; display: grid; gap: 0.4rem; font-size: 0.92rem; }
      .row { display: flex; gap: 0.5rem; align-items: center; flex-wrap: wrap; }
      .muted { color: var(--muted); display: inline-flex; gap: 0.3rem; align-items: center; font-size: 0.86rem; }
      @media (max-width: 70rem) { .stages { grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); } }
    `,
  ];

  override render() {
    const open = [...this.model.visits.values()].filter((visit) => !visit.over);
    return html`<div class="stages">
      ${STAGES.map((stage) => {
        const here = open.filter((visit) => visit.stage === stage).sort((a, b) => this.model.inLine(a, b));
        return html`<section aria-label=${word(stage)}>
          <h2>${word(stage)}<span>${here.length}</span></h2>
          ${here.map((visit) => this.visit(visit))}
        </section>`;
      })}
    </div>`;
  }

  private left(visit: Visit): void {
    this.dispatchEvent(new CustomEvent("left", { detail: visit, bubbles: true, composed: true }));
  }

  private visit(visit: Visit) {
    const name = this.model.nameOf(visit.patient_id);
    const waits = visit.waiting;
    return html`<article>
      <div class="row">
        ${visit.ticket ? html`<span class="ticket">${visit.ticket}</span>` : nothing}
        ${name ? html`<strong>${name}</strong>` : html`<span class="hint">${t("noName")}</span>`}
      </div>
      <div class="row">
        ${visit.room_id ? html`<span class="muted">${icon("door", 16)}${this.model.rooms[visit.room_id] ?? visit.room_id}</span>` : nothing}
        <span class="muted">${icon("clock", 16)}${duration(now() - visit.since)}</span>
        ${visit.acuity !== "routine" ? html`<span class="chip warn">${icon("bolt", 15)}${word(visit.acuity)}</span>` : nothing}
        ${this.model.standsOut(visit).map((reason) => html`<span class="chip" title=${reasonText(reason, this.model.clinic.zone)}>${word(reason.kind)}</span>`)}
        ${visit.incomplete ? html`<span class="chip danger">${icon("alert", 15)}${t("incomplete")}</span>` : nothing}
      </div>
      ${visit.stage === "with-provider" ? html`<button data-left=${visit.case_id} @click=${() => this.left(visit)}>${icon("leave", 18)}${t("providerLeft")}</button>` : nothing}
      ${waits ? html`<span class="muted">${icon("arrow", 16)}${t("waitsFor")} ${waits.roles.map(word).join(", ")}: ${t(WAITS[waits.reason] ?? "waitNotTaken")}</span>` : nothing}
    </article>`;
  }
}

customElements.define("cf-patients", Patients);
