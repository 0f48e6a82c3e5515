/** One task: what to do, for whom, until when, and the buttons for it. A refusal is shown in place. */

import { css, html, nothing } from "lit";
import { because } from "../i18n/because";
import { whyHeld } from "../i18n/refusals";
import { t, titled, word } from "../i18n/strings";
import { icon } from "../lib/icons";
import { duration, now } from "../lib/time";
import { CfElement } from "../shared/element";
import { shared } from "../shared/styles";
import { actionsOf, type Action } from "./actions";
import type { BoardModel, Task } from "./model";

const SOON = 2 * 60_000_000;
/** An opaque id says nothing to a reader: it tells two tasks apart for the program alone. */
const OPAQUE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const KEYS: Record<string, Action> = { c: "claim", s: "start", d: "complete", p: "pause", r: "release" };

export class TaskCard extends CfElement {
  static override properties = { task: {}, model: {}, refusal: {}, busy: { type: Boolean }, revision: {} };
  declare task: Task;
  declare model: BoardModel;
  declare refusal: string;
  declare busy: boolean;
  declare revision: number;
  protected override ticks = 15;

  constructor() {
    super();
    this.refusal = "";
    this.busy = false;
    this.revision = 0;
  }

  static override styles = [
    shared,
    css`
      article { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow); padding: 0.9rem 1rem; display: grid; gap: 0.6rem; border-left: 5px solid var(--line); }
      article.urgent { border-left-color: var(--warn-line); }
      article.asap { border-left-color: var(--violet); }
      article.stat { border-left-color: var(--danger); }
      .row { display: flex; align-items: center; gap: 0.45rem; flex-wrap: wrap; }
      h3 { font-size: 1.02rem; line-height: 1.3; font-weight: 650; }
      .who { display: flex; gap: 0.55rem; align-items: center; flex-wrap: wrap; font-size: 0.92rem; }
      .who .room { display: inline-flex; gap: 0.3rem; align-items: center; color: var(--muted); }
      .because { color: var(--muted); font-size: 0.82rem; }
      .actions { display: flex; gap: 0.45rem; flex-wrap: wrap; align-items: center; }
      .rest { margin-left: auto; display: inline-flex; align-items: center; }
      .rest .why { padding-inline: 0.5rem; }
      @media (max-width: 26rem) { .actions button { padding-inline: 0.65rem; } .rest .why svg { display: none; } }
      .menu { position: relative; }
      .menu[open] > div { position: absolute; z-index: 5; top: calc(100% + 0.3rem); right: 0; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; box-shadow: 0 10px 30px rgb(0 0 0 / 22%); padding: 0.35rem; display: grid; min-width: 11rem; }
      .menu > div button { justify-content: flex-start; }
      .menu summary { list-style: none; cursor: pointer; width: 2.25rem; height: 2.25rem; display: grid; place-items: center; border-radius: var(--radius-s); }
      .menu summary:hover { background: var(--surface-2); }
      .menu summary::-webkit-details-marker { display: none; }
    `,
  ];

  override render() {
    const { task } = this;
    return html`<article class=${task.priority} tabindex="0" aria-labelledby="title" data-task=${task.task_id} @keydown=${this.key}>
      <div class="row">${this.badges()}</div>
      <h3 id="title">${titled(task.titles, task.activity)}</h3>
      <div class="who">${this.patient()}</div>
      ${this.because()}
      ${this.refusal
        ? html`<p class="problem" role="alert">${icon("alert")}<span>${t("refused")}: ${this.refusal}</span>
            <button @click=${() => this.tell("dismiss")}>${t("dismiss")}</button></p>`
        : nothing}
      ${this.buttons()}
    </article>`;
  }

  private badges() {
    const { task } = this;
    const left = task.due_at - now();
    const waits = task.status === "on-hold" && task.owner === null; // its time begins with the event it waits for
    const due = waits ? nothing : left < 0
      ? html`<span class="chip danger">${icon("alert", 15)}${t("overdueBy", { t: duration(-left) })}</span>`
      : html`<span class="chip ${left < SOON ? "warn" : ""}">${icon("clock", 15)}${t("dueIn", { t: duration(left) })}</span>`;
    const tone = { stat: "danger", asap: "violet", urgent: "warn", routine: "" }[task.priority];
    return html`
      ${task.priority === "routine" ? nothing : html`<span class="chip ${tone}">${icon("bolt", 15)}${word(task.priority)}</span>`}
      ${due}
      ${task.status === "in-progress" || task.status === "on-hold" ? html`<span class="chip accent">${word(task.status)}${task.status === "on-hold" && task.reason ? `: ${whyHeld(task.reason)}` : ""}</span>` : nothing}
      ${task.level > 0 ? html`<span class="chip warn">${t("escalated")} ${task.level}</span>` : nothing}
      ${task.critical ? html`<span class="chip danger">${t("critical")}</span>` : nothing}
      ${task.two_person ? html`<span class="chip">${t("twoPerson")}</span>` : nothing}
      ${task.cause_voided ? html`<span class="chip warn">${t("causeVoided")}</span>` : nothing}
    `;
  }

  private patient() {
    const { task, model } = this;
    const visit = model.visitOf(task);
    const room = task.room_id ?? visit?.room_id;
    const name = model.nameOf(task.patient_id);
    return html`
      ${visit?.ticket ? html`<span class="ticket">${visit.ticket}</span>` : nothing}
      ${name ? html`<strong>${name}</strong>` : task.patient_id ? html`<span class="hint">${t("noName")}</span>` : nothing}
      ${room ? html`<span class="room">${icon("door", 16)}${model.rooms[room] ?? room}</span>` : nothing}
      ${task.owner ? html`<span class="room">${icon("user", 16)}${t("heldBy", { who: model.colleague(task.owner) })}</span>` : nothing}
      ${task.supervisor ? html`<span class="room">${icon("user", 16)}${t("supervisedBy", { who: model.colleague(task.supervisor) })}</span>` : nothing}
      ${task.meant_for && task.meant_for !== task.owner ? html`<span class="room">${icon("user", 16)}${t("meantFor", { who: model.colleague(task.meant_for) })}</span>` : nothing}
      ${task.about.filter((which) => !OPAQUE.test(which)).map((which) => html`<span class="chip">${which}</span>`)}
      <span class="row">${task.roles.map((role) => html`<span class="chip">${word(role)}</span>`)}</span>
    `;
  }

  private because() {
    const text = because(this.model.reasonsOf(this.task), this.model.clinic.zone);
    return text ? html`<p class="because">${t("because")}: ${text}</p>` : nothing;
  }

  private buttons() {
    const { first, more } = actionsOf(this.task, this.model);
    return html`<div class="actions">
      ${first.map((action, place) => this.button(action, place === 0))}
      <span class="rest"><button class="quiet why" @click=${() => this.tell("why")}>${icon("why", 18)}${t("why")}</button>
      ${more.length
        ? html`<details class="menu" @focusout=${this.shutMenu}>
            <summary aria-label=${t("more")} title=${t("more")}>${icon("more")}</summary>
            <div>${more.map((action) => this.button(action, false, true))}</div>
          </details>`
        : nothing}</span>
    </div>`;
  }

  private button(action: Action, primary: boolean, quiet = false) {
    const kind = primary ? "primary" : quiet ? "quiet" : "";
    return html`<button class=${kind} data-action=${action} ?disabled=${this.busy} @click=${() => this.tell(action)}>${t(action)}</button>`;
  }

  private shutMenu(event: FocusEvent): void {
    const menu = event.currentTarget as HTMLDetailsElement;
    if (!menu.contains(event.relatedTarget as Node | null)) menu.open = false;
  }

  private key(event: KeyboardEvent): void {
    const target = event.composedPath()[0] as HTMLElement;
    if (target.tagName !== "ARTICLE" || event.ctrlKey || event.metaKey || event.altKey) return;
    const { first, more } = actionsOf(this.task, this.model);
    const action = KEYS[event.key.toLowerCase()];
    if (event.key.toLowerCase() === "w") this.tell("why");
    else if (action && [...first, ...more].includes(action)) this.tell(action);
    else return;
    event.preventDefault();
  }

  private tell(what: Action | "why" | "dismiss"): void {
    const menu = this.renderRoot.querySelector("details");
    if (menu) menu.open = false;
    this.dispatchEvent(new CustomEvent("act", { detail: { what, task: this.task }, bubbles: true, composed: true }));
  }
}

customElements.define("cf-task-card", TaskCard);
