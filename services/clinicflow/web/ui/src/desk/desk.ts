/** The front desk: who is in the clinic, check in, walk-in, cancel, left, came back, and undo of what was done here. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { BoardModel, type Visit } from "../board/model";
import { reasonText } from "../i18n/because";
import { t, word } from "../i18n/strings";
import { clinicOfPage, get, newId, send } from "../lib/api";
import { icon } from "../lib/icons";
import { duration, now } from "../lib/time";
import "../shared/app-bar";
import { CfElement } from "../shared/element";
import { fieldsOf, type EventForm } from "../shared/event-form";
import "../shared/event-form";
import { refused } from "../shared/refused";
import { shared } from "../shared/styles";
import { remembered, remember, type Done } from "./done";
import { deskStyles } from "./styles";
import "./walk-in";
import type { WalkIn } from "./walk-in";

const ORDER = ["visit-ended", "arrived", "checked-in", "roomed", "with-provider"];

interface Step {
  type: string;
  text: string;
  primary?: boolean;
  /** What its form says already. */
  values?: Record<string, string>;
}

export class Desk extends CfElement {
  static override properties = { revision: { state: true }, done: { state: true }, problem: { state: true }, busy: { state: true } };
  declare revision: number;
  declare done: Done[];
  declare problem: string;
  declare busy: string;
  private model = new BoardModel(clinicOfPage(), () => (this.revision += 1));
  protected override ticks = 15;

  constructor() {
    super();
    this.revision = 0;
    this.done = remembered(this.model.clinicId);
    this.problem = this.busy = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.model.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.model.stop();
  }

  static override styles = [shared, deskStyles];

  override render() {
    const { model } = this;
    if (model.refusal) return refused(model.refusal, "desk");
    const visits = [...model.visits.values()];
    const here = visits.filter((visit) => !visit.over).sort((a, b) => ORDER.indexOf(a.stage) - ORDER.indexOf(b.stage) || model.inLine(a, b));
    const gone = visits.filter((visit) => visit.over).sort((a, b) => (b.ended_at ?? 0) - (a.ended_at ?? 0));
    return html`
      <cf-app-bar page="desk" .clinic=${model.clinicId} .clinicName=${model.clinic.name} .me=${model.me} .health=${model.health}></cf-app-bar>
      <main>
        ${model.health === "paused" ? html`<p class="problem" role="alert">${icon("alert")}<span>${t("stale")}. ${t("staleHelp")}</span></p>` : nothing}
        ${this.problem ? html`<p class="problem" role="alert">${icon("alert")}<span>${t("refused")}: ${this.problem}</span><button @click=${() => (this.problem = "")}>${t("dismiss")}</button></p>` : nothing}
        <div class="head">
          <h1>${t("arrivals")} <span>${here.length}</span></h1>
          <button class="primary large" @click=${() => this.walkIn.open()}>${icon("plus")}${t("walkIn")}</button>
        </div>
        <div class="panes">
          <div>${here.length ? this.table(here) : html`<p class="empty">${t("nobodyHere")}</p>`}
            ${gone.length ? html`<h2>${t("gone")} <span>${gone.length}</span></h2>${this.table(gone.slice(0, 20))}` : nothing}
          </div>
          <aside aria-label=${t("lastActions")}>${this.actions()}</aside>
        </div>
      </main>
      <cf-event-form></cf-event-form>
      <cf-walk-in .clinic=${model.clinicId} @did=${(event: CustomEvent) => this.note(event.detail)}></cf-walk-in>
    `;
  }

  private get walkIn(): WalkIn {
    return this.renderRoot.querySelector("cf-walk-in") as WalkIn;
  }

  private table(visits: Visit[]) {
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("arrivals")}><table>
      <thead><tr><th>${t("ticket")}</th><th>${t("patient")}</th><th>${t("stage")}</th><th>${t("waits")}</th><th>${t("room")}</th><th>${t("actions")}</th></tr></thead>
      <tbody>${repeat(visits, (visit) => visit.case_id, (visit) => this.row(visit))}</tbody>
    </table></div>`;
  }

  private row(visit: Visit) {
    const name = this.model.nameOf(visit.patient_id);
    const { first, more } = visit.over && this.isHere(visit) ? { first: [], more: [] } : stepsOf(visit);
    return html`<tr data-visit=${visit.case_id} data-ticket=${visit.ticket ?? ""}>
      <td class="code">${visit.ticket ? html`<span class="ticket">${visit.ticket}</span>` : "–"}</td>
      <td class="name">${name || html`<span class="hint">${t("noName")}</span>`}</td>
      <td class="stage"><span class="chip ${tone(visit.stage)}">${word(visit.stage)}</span>${visit.acuity !== "routine" ? html` <span class="chip warn">${icon("bolt", 15)}${word(visit.acuity)}</span>` : nothing}${this.model.standsOut(visit).map((reason) => html` <span class="chip" title=${reasonText(reason, this.model.clinic.zone)}>${word(reason.kind)}</span>`)}</td>
      <td class="number">${visit.over ? "–" : duration(now() - waitsSince(visit))}</td>
      <td class="room ${visit.room_id ? "" : "none"}">${visit.room_id ? (this.model.rooms[visit.room_id] ?? visit.room_id) : "–"}</td>
      <td class="todo"><span class="buttons">
        ${first.map((step) => this.button(visit, step))}
        ${more.length ? html`<details class="menu"><summary aria-label=${t("more")} title=${t("more")}>${icon("more")}</summary><div>${more.map((step) => this.button(visit, step))}</div></details>` : nothing}
      </span></td>
    </tr>`;
  }

  /** Whether the patient of an earlier visit is in the clinic with another one. */
  private isHere(visit: Visit): boolean {
    return [...this.model.visits.values()].some((each) => !each.over && each.patient_id !== null && each.patient_id === visit.patient_id);
  }

  private button(visit: Visit, step: Step) {
    return html`<button class=${step.primary ? "primary" : ""} data-step=${step.type} ?disabled=${this.busy === visit.case_id} @click=${() => this.take(visit, step)}>${step.text}</button>`;
  }

  private async take(visit: Visit, step: Step): Promise<void> {
    for (const menu of this.renderRoot.querySelectorAll("details")) menu.open = false;
    this.problem = "";
    if (step.type === "patient-called") {
      this.problem = await this.post(visit, step, { call_no: visit.call_no + 1, channel: "display" });
      return;
    }
    if (step.type === "patient-arrived") return this.walkIn.open(visit);
    const found = await get(`/ui/forms/${step.type}`);
    if (!found.ok) {
      this.problem = found.reason || t("notSent");
      return;
    }
    const fields = fieldsOf(found.data).map((field) => ({ ...field, value: step.values?.[field.name] ?? field.value }));
    await (this.renderRoot.querySelector("cf-event-form") as EventForm).open({
      heading: step.text,
      about: [visit.ticket, this.model.nameOf(visit.patient_id)].filter(Boolean).join(" · "),
      button: fields.length ? t("save") : step.text,
      fields,
      zone: this.model.clinic.zone,
      rooms: this.model.rooms,
      staff: this.model.staff,
      submit: (values) => this.post(visit, step, values),
    });
  }

  private async post(visit: Visit, step: Step, values: Record<string, unknown>): Promise<string> {
    this.busy = visit.case_id;
    const patient = visit.patient_id ? { patient_id: visit.patient_id } : {};
    const about = { case_id: visit.case_id, clinic_id: visit.clinic_id, ...patient };
    const events: { type: string; [field: string]: unknown }[] = [{ type: step.type, event_id: newId(), ...about, ...values }];
    if (step.type === "room-assigned") events.unshift({ type: "patient-called", event_id: newId(), ...about, call_no: visit.call_no + 1, channel: "display" });
    const sent = await send(events);
    this.busy = "";
    if (!sent.ok) return sent.reason || t("notSent");
    this.note({ what: step.text, ticket: visit.ticket ?? "", events });
    return "";
  }

  private note(detail: { what: string; ticket: string; events: any[] }): void {
    const events = detail.events.map(({ type, event_id, case_id, clinic_id, patient_id }) => ({ type, event_id, case_id, clinic_id, patient_id }));
    this.done = remember(this.model.clinicId, [{ what: detail.what, ticket: detail.ticket, at: now(), events, undone: false }, ...this.done]);
  }

  private actions() {
    return html`<h2>${t("lastActions")}</h2>
      ${this.done.length ? nothing : html`<p class="hint">${t("noActions")}</p>`}
      <ul>${this.done.map((done) => html`<li>
        <span><strong>${done.what}</strong> ${done.ticket ? html`<span class="ticket">${done.ticket}</span>` : nothing}<small>${duration(now() - done.at)}</small></span>
        ${done.undone ? html`<span class="chip">${t("undone")}</span>` : html`<button data-undo=${done.events[0].type} @click=${() => this.undo(done)}>${icon("undo", 18)}${t("undo")}</button>`}
      </li>`)}</ul>`;
  }

  /** Voids the events of an action, the last one first: history keeps both. */
  private async undo(done: Done): Promise<void> {
    this.problem = "";
    for (const event of done.events) {
      const { case_id, clinic_id, patient_id, event_id } = event;
      const patient = patient_id ? { patient_id } : {};
      const sent = await send([{ type: "event-voided", event_id: newId(), case_id, clinic_id, ...patient, corrects: event_id, reason: "entered_in_error" }]);
      if (!sent.ok) {
        this.problem = sent.reason || t("notSent");
        return;
      }
    }
    this.done = remember(this.model.clinicId, this.done.map((each) => (each === done ? { ...each, undone: true } : each)));
  }
}

/** Until a room is found the wait counts from the arrival, or from the appointment if that is later. */
function waitsSince(visit: Visit): number {
  if (visit.stage !== "arrived" && visit.stage !== "checked-in") return visit.since;
  return Math.min(now(), Math.max(visit.arrived_at, visit.appointment_at ?? 0));
}

function tone(stage: string): string {
  return { arrived: "warn", "checked-in": "accent", roomed: "accent", "with-provider": "ok", "visit-ended": "violet" }[stage] ?? "";
}

/** What the desk may do with a visit: the first as buttons, the rest in the menu. */
function stepsOf(visit: Visit): { first: Step[]; more: Step[] } {
  if (visit.over) return { first: back(visit), more: [] };
  const cancel = { type: "visit-cancelled", text: t("cancelVisit") };
  const left = { type: "left-without-being-seen", text: t("left") };
  const toRoom = { type: "room-assigned", text: t("callToRoom") };
  const call = { type: "patient-called", text: t("call") };
  if (visit.stage === "arrived") return { first: [{ type: "checked-in", text: t("checkIn"), primary: true }, call], more: [left, cancel] };
  if (visit.stage === "checked-in") return { first: [call], more: [toRoom, left, cancel] };
  if (visit.stage === "visit-ended") return { first: [{ type: "checked-out", text: t("checkOut"), primary: true }], more: [] };
  return { first: [], more: visit.stage === "roomed" ? [left, cancel] : [cancel] };
}

/** Who comes back after a check-out goes on with the visit; who left before it has a new one. */
function back(visit: Visit): Step[] {
  if (visit.stage === "checked-out") return [{ type: "checkout-reversed", text: t("cameBack"), values: { reason: "came_back" } }];
  return visit.stage === "patient-deceased" ? [] : [{ type: "patient-arrived", text: t("cameBack") }];
}

customElements.define("cf-desk", Desk);
