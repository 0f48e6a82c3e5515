/** The end of the day on the board: visits that are still open, what is known of each, and an answer by one click. */

import { css, html, nothing } from "lit";
import { CLOSINGS } from "../i18n/closings";
import { ofTable, t, word } from "../i18n/strings";
import { newId, send } from "../lib/api";
import { icon } from "../lib/icons";
import { duration, now } from "../lib/time";
import { CfElement } from "../shared/element";
import { shared } from "../shared/styles";
import type { BoardModel, Task, Visit } from "./model";

const ASKS = "confirm-visit-over";
/** Stages in which a patient may have left before anybody saw them. */
const UNSEEN = new Set(["arrived", "checked-in", "roomed"]);

export class Closings extends CfElement {
  static override properties = { model: {}, revision: {} };
  declare model: BoardModel;
  declare revision: number;
  protected override ticks = 15;
  private busy = new Set<string>();
  private refusals = new Map<string, string>();

  static override styles = [
    shared,
    css`
      section { background: var(--surface-2); border-radius: 18px; padding: 0.9rem; display: grid; gap: 0.6rem; }
      h2 { font-size: 1rem; display: flex; justify-content: space-between; padding: 0 0.25rem; }
      h2 span { color: var(--muted); font-variant-numeric: tabular-nums; font-weight: 600; }
      article { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); padding: 0.6rem 0.85rem; display: flex; gap: 0.4rem 1rem; align-items: center; flex-wrap: wrap; }
      .answers { display: flex; gap: 0.4rem; flex-wrap: wrap; margin-left: auto; }
      .muted { color: var(--muted); font-size: 0.88rem; }
      .problem { flex-basis: 100%; }
    `,
  ];

  override render() {
    const found = [...this.model.tasks.values()].filter((task) => task.activity === ASKS).sort((a, b) => a.created_at - b.created_at);
    if (!found.length) return nothing;
    return html`<section aria-label=${ofTable(CLOSINGS, "title")}>
      <h2>${ofTable(CLOSINGS, "title")}<span>${found.length}</span></h2>
      <p class="muted">${ofTable(CLOSINGS, "help")}</p>
      ${found.map((task) => this.proposal(task))}
    </section>`;
  }

  private proposal(task: Task) {
    const visit = this.model.visits.get(task.case_id);
    const refusal = this.refusals.get(task.task_id);
    const name = this.model.nameOf(task.patient_id);
    return html`<article data-case=${task.case_id}>
      ${visit?.ticket ? html`<span class="ticket">${visit.ticket}</span>` : nothing}
      ${name ? html`<strong>${name}</strong>` : html`<span class="hint">${t("noName")}</span>`}
      ${visit ? html`<span class="muted">${this.known(visit)}</span>` : nothing}
      <span class="answers">${this.answers(visit).map((type) => this.button(task, type))}</span>
      ${refusal ? html`<p class="problem" role="alert">${icon("alert")}<span>${t("refused")}: ${refusal}</span></p>` : nothing}
    </article>`;
  }

  /** What was told last: where the visit stands and since when, where the patient was, when they came. */
  private known(visit: Visit): string {
    const room = visit.room_id ? (this.model.rooms[visit.room_id] ?? visit.room_id) : "";
    const since = ofTable(CLOSINGS, "since", { stage: word(visit.stage), t: duration(now() - visit.since) });
    return [since, room, ofTable(CLOSINGS, "came", { t: duration(now() - visit.arrived_at) })].filter(Boolean).join(" · ");
  }

  private answers(visit: Visit | undefined): string[] {
    const left = !visit || UNSEEN.has(visit.stage) ? ["left-without-being-seen"] : [];
    return ["patient-still-here", "checked-out", ...left];
  }

  private button(task: Task, type: string) {
    return html`<button data-answer=${type} ?disabled=${this.busy.has(task.task_id)} @click=${() => void this.tell(task, type)}>${ofTable(CLOSINGS, type)}</button>`;
  }

  /** The event that a person tells, and the request that names it as what completes the task: both or none. */
  private async tell(task: Task, type: string): Promise<void> {
    const event_id = newId();
    const patient = task.patient_id ? { patient_id: task.patient_id } : {};
    const fact = { type, event_id, case_id: task.case_id, clinic_id: task.clinic_id, ...patient };
    this.busy.add(task.task_id);
    this.refusals.delete(task.task_id);
    this.requestUpdate();
    const answer = await send([fact, { type: "task-completion-requested", task_id: task.task_id, closing_event_id: event_id }]);
    this.busy.delete(task.task_id);
    if (!answer.ok) this.refusals.set(task.task_id, answer.status === 0 ? t("notSent") : answer.reason || t("refused"));
    this.requestUpdate();
  }
}

customElements.define("cf-closings", Closings);
