/** The shift sheet of a person: the open tasks that the person holds, made from the live board, to be read or printed. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { because } from "../i18n/because";
import { t, titled, word } from "../i18n/strings";
import type { Task } from "../board/model";
import { icon } from "../lib/icons";
import { clockIn, clockOn, now } from "../lib/time";
import "../shared/app-bar";
import "../shared/event-form";
import { refused } from "../shared/refused";
import { shared } from "../shared/styles";
import { accept, askHandover } from "./handover";
import { LiveTeam } from "./live-team";
import { teamStyles } from "./styles";

export class Sheet extends LiveTeam {
  static override styles = [shared, teamStyles];

  private get who(): string {
    return new URLSearchParams(location.search).get("staff") ?? this.model.me?.id ?? "";
  }

  override render() {
    const { model, who } = this;
    if (model.refusal) return refused(model.refusal, "team");
    const tasks = model.sorted().filter((task) => task.owner === who);
    const role = model.staff[who]?.role;
    return html`
      <cf-app-bar page="team" .clinic=${model.clinicId} .clinicName=${model.clinic.name} .me=${model.me} .health=${model.health}></cf-app-bar>
      <main>
        <div class="head">
          <div>
            <h1>${t("sheetOf", { who: model.colleague(who) })}</h1>
            <p class="hint">${[role ? word(role) : "", model.clinic.name, clockOn(now(), model.clinic.zone)].filter(Boolean).join(" · ")}</p>
          </div>
          ${this.buttons(tasks)}
        </div>
        ${this.told()}
        ${model.me ? this.table(tasks) : html`<p class="empty">${t("connectingStaff")}</p>`}
        <div class="sign"><span>${t("handedTo")}</span><span>${t("handedAt")}</span><span>${t("signature")}</span></div>
      </main>
      <cf-event-form></cf-event-form>
    `;
  }

  private buttons(tasks: Task[]) {
    const { model, team, who } = this;
    const offer = team?.offers.find((one) => one.from_staff === who && one.to_staff === model.me?.id);
    return html`<div class="buttons">
      <a class="button" href="/team/${model.clinicId}">${icon("users", 18)}${t("team")}</a>
      <button @click=${() => window.print()}>${icon("screen", 18)}${t("print")}</button>
      ${team && who === model.me?.id && tasks.length
        ? html`<button class="primary" ?disabled=${this.busy} @click=${() => askHandover(team, model, this.form, (result) => (this.result = result))}>${icon("arrow", 18)}${t("handover")}</button>`
        : nothing}
      ${offer ? html`<button class="primary" ?disabled=${this.busy} @click=${() => this.attempt(async () => {
          const { problem, result } = await accept(offer, model);
          this.result = result;
          return problem;
        })}>${icon("check", 18)}${t("takeOver")}</button>` : nothing}
    </div>`;
  }

  private table(tasks: Task[]) {
    if (!tasks.length) return html`<p class="empty">${t("emptySheet")}</p>`;
    return html`<div class="card scroll" tabindex="0" role="region" aria-label=${t("sheet")}><table>
      <thead><tr><th><span class="visually-hidden">${t("done")}</span></th><th>${t("task")}</th><th>${t("patient")}</th><th>${t("room")}</th><th>${t("due")}</th><th>${t("state")}</th></tr></thead>
      <tbody>${repeat(tasks, (task) => task.task_id, (task) => this.row(task))}</tbody>
    </table></div>`;
  }

  private row(task: Task) {
    const { model } = this;
    const visit = model.visitOf(task);
    const room = task.room_id ?? visit?.room_id;
    const late = task.due_at < now();
    const why = because(model.reasonsOf(task), model.clinic.zone);
    return html`<tr data-task=${task.task_id}>
      <td class="none"><span class="box" aria-hidden="true"></span></td>
      <td class="wide"><strong>${titled(task.titles, task.activity)}</strong>${why ? html`<small>${why}</small>` : nothing}</td>
      <td>${visit?.ticket ? html`<span class="ticket">${visit.ticket}</span> ` : nothing}${model.nameOf(task.patient_id) || (task.patient_id ? t("noName") : "–")}</td>
      <td class=${room ? "" : "none"}>${room ? (model.rooms[room] ?? room) : "–"}</td>
      <td class="number">${late ? html`<span class="chip danger">${icon("alert", 15)}${clockIn(task.due_at, model.clinic.zone)}</span>` : clockIn(task.due_at, model.clinic.zone)}</td>
      <td>${word(task.status)}${task.reason ? html`<small>${word(task.reason)}</small>` : nothing}${task.supervisor ? html`<small>${t("supervisedBy", { who: model.colleague(task.supervisor) })}</small>` : nothing}</td>
    </tr>`;
  }
}

customElements.define("cf-sheet", Sheet);
