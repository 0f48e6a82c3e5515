/** The dialog for somebody who walks in, or comes back after a visit that ended: a ticket, then the arrival. */

import { css, html, nothing } from "lit";
import { t, word } from "../i18n/strings";
import { newId, post, send } from "../lib/api";
import { icon } from "../lib/icons";
import { LANGUAGES, LANGUAGE_NAMES } from "../lib/prefs";
import type { Visit } from "../board/model";
import { CfElement } from "../shared/element";
import { shared } from "../shared/styles";

const NEEDS = ["wheelchair", "interpreter", "large-print", "hearing"];

export class WalkIn extends CfElement {
  static override properties = { clinic: {}, ticket: { state: true }, problem: { state: true }, earlier: { state: true }, busy: { state: true } };
  declare clinic: string;
  declare ticket: string;
  declare problem: string;
  declare busy: boolean;
  declare earlier: Visit | null;

  constructor() {
    super();
    this.clinic = this.ticket = this.problem = "";
    this.busy = false;
    this.earlier = null;
  }

  /** For somebody new, or for the patient of an earlier visit. */
  async open(earlier: Visit | null = null): Promise<void> {
    this.earlier = earlier;
    this.ticket = this.problem = "";
    await this.updateComplete;
    const dialog = this.dialog;
    (dialog.querySelector("form") as HTMLFormElement | null)?.reset();
    if (!dialog.open) dialog.showModal();
  }

  private get dialog(): HTMLDialogElement {
    return this.renderRoot.querySelector("dialog") as HTMLDialogElement;
  }

  private async give(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.problem = "";
    const data = new FormData(event.target as HTMLFormElement);
    const issued = await post("/ui/desk/tickets", { clinic_id: this.clinic });
    if (issued.ok) await this.arrive(issued.data, data);
    else this.problem = issued.reason || t("notSent");
    this.busy = false;
  }

  private async arrive(issued: any, data: FormData): Promise<void> {
    const visit = { case_id: issued.case_id, clinic_id: issued.clinic_id, patient_id: this.earlier?.patient_id ?? issued.patient_id };
    const name = String(data.get("name") ?? "").trim();
    const needs = data.getAll("needs").map(String);
    const language = String(data.get("language") ?? "");
    const booked = this.earlier?.appointment_at;
    const events = [
      { type: "patient-arrived", event_id: newId(), ...visit, ...(booked ? { mode: "appointment", appointment_at: asTime(booked) } : { mode: "walk_in" }), accessibility_needs: needs, ...(name ? { person: { name } } : {}) },
      { type: "ticket-issued", event_id: newId(), ...visit, ticket: issued.ticket, accessibility_needs: needs, display_consent: data.get("screen") !== null, ...(language ? { language } : {}) },
    ];
    const sent = await send(events);
    if (!sent.ok) {
      this.problem = sent.reason || t("notSent");
      return;
    }
    this.ticket = issued.ticket;
    this.dispatchEvent(new CustomEvent("did", { detail: { what: this.earlier ? t("cameBack") : t("walkIn"), ticket: issued.ticket, events: [events[1], events[0]] } }));
  }

  static override styles = [
    shared,
    css`
      dialog { width: min(34rem, calc(100vw - 2rem)); }
      .big { display: grid; justify-items: center; gap: 0.4rem; padding: 1.25rem; background: var(--accent-soft); border-radius: var(--radius); text-align: center; }
      .big strong { font-size: 4.5rem; line-height: 1.1; letter-spacing: 0.05em; color: var(--accent-deep); }
      fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.6rem 1.2rem; }
      legend { font-weight: 600; font-size: 0.9rem; margin-bottom: 0.4rem; padding: 0; }
    `,
  ];

  override render() {
    return html`<dialog aria-labelledby="walk-in-heading">
      ${this.ticket ? this.given() : this.form()}
    </dialog>`;
  }

  private form() {
    return html`<form @submit=${this.give}>
      <div class="dialog-head">
        <h2 id="walk-in-heading">${this.earlier ? t("cameBack") : t("walkInTitle")}</h2>
        <button type="button" class="quiet icon-only" aria-label=${t("close")} @click=${() => this.dialog.close()}>${icon("close")}</button>
      </div>
      ${this.problem ? html`<p class="problem" role="alert">${icon("alert")}${this.problem}</p>` : nothing}
      ${this.earlier ? html`<p class="hint">${t("cameBackHelp")}</p>` : this.nameField()}
      <label>${t("patientLanguage")}
        <select name="language"><option value="">${t("notSaid")}</option>${LANGUAGES.map((each) => html`<option value=${each} ?selected=${each === this.earlier?.language}>${LANGUAGE_NAMES[each]}</option>`)}</select>
      </label>
      <fieldset><legend>${t("needs")}</legend>
        ${NEEDS.map((need) => html`<label class="tick"><input type="checkbox" name="needs" value=${need} />${word(need)}</label>`)}
      </fieldset>
      <label class="tick"><input type="checkbox" name="screen" checked />${t("showOnScreen")}</label>
      <div class="dialog-foot">
        <button type="button" @click=${() => this.dialog.close()}>${t("cancel")}</button>
        <button class="primary" ?disabled=${this.busy}>${icon("ticket")}${t("giveTicket")}</button>
      </div>
    </form>`;
  }

  private nameField() {
    return html`<label><span>${t("name")} <small>${t("optional")} · ${t("nameHelp")}</small></span><input name="name" maxlength="200" autocomplete="off" /></label>`;
  }

  private given() {
    return html`<div class="body">
      <h2 id="walk-in-heading">${t("ticketIs")}</h2>
      <div class="big" role="status"><strong>${this.ticket}</strong><span>${t("ticketHelp")}</span></div>
      <div class="dialog-foot"><button class="primary" @click=${() => this.dialog.close()}>${t("close")}</button></div>
    </div>`;
  }
}

/** Microseconds as the text of a time that events have. */
function asTime(micros: number): string {
  return new Date(micros / 1000).toISOString();
}

customElements.define("cf-walk-in", WalkIn);
