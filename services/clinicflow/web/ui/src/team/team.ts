/** The team of a clinic: who holds what against the cap, whose break is overdue, absences, handovers, breaks. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { t, word } from "../i18n/strings";
import { icon } from "../lib/icons";
import "../shared/app-bar";
import "../shared/event-form";
import { refused } from "../shared/refused";
import { shared } from "../shared/styles";
import { accept, askAbsence, askHandover, rest, type Member, type Offer, type Team } from "./handover";
import { LiveTeam } from "./live-team";
import { teamStyles } from "./styles";

export class TeamPage extends LiveTeam {
  static override styles = [shared, teamStyles];

  override render() {
    const { model, team } = this;
    if (model.refusal) return refused(model.refusal, "team");
    const here = team?.members.filter((one) => one.on_shift).length ?? 0;
    return html`
      <cf-app-bar page="team" .clinic=${model.clinicId} .clinicName=${model.clinic.name} .me=${model.me} .health=${model.health}></cf-app-bar>
      <main>
        <div class="head">
          <h1>${t("team")} ${team ? html`<span>${t("teamCount", { n: here, free: team.free })}</span>` : nothing}</h1>
          ${team && model.me ? this.mine(team) : nothing}
        </div>
        ${this.told()}
        ${team?.offers.map((offer) => this.offer(offer))}
        ${team ? this.table(team) : html`<p class="empty">${t("connectingStaff")}</p>`}
        <p class="hint">${t("loadHelp")}</p>
      </main>
      <cf-event-form></cf-event-form>
    `;
  }

  private mine(team: Team) {
    const { model } = this;
    const me = model.me?.id ?? "";
    const holds = team.members.some((one) => one.id === me && one.held > 0);
    return html`<div class="buttons">
      <a class="button" href=${sheetOf(model.clinicId, me)}>${icon("board", 18)}${t("mySheet")}</a>
      <button ?disabled=${this.busy || !holds} title=${holds ? nothing : t("noMine")} data-do="handover" @click=${() => askHandover(team, model, this.form, (result) => (this.result = result))}>${icon("arrow", 18)}${t("handover")}</button>
      <button ?disabled=${this.busy} data-do="break-started" @click=${() => this.rest("break-started")}>${icon("pause", 18)}${t("breakStart")}</button>
      <button ?disabled=${this.busy} data-do="break-ended" @click=${() => this.rest("break-ended")}>${icon("play", 18)}${t("breakEnd")}</button>
    </div>`;
  }

  private rest(type: "break-started" | "break-ended"): Promise<void> {
    return this.attempt(async () => {
      const problem = await rest(type, this.model);
      if (!problem) this.result = { heading: t(type === "break-started" ? "breakStarted" : "breakEnded"), lines: [] };
      return problem;
    });
  }

  private offer(offer: Offer) {
    const { model } = this;
    const mine = offer.to_staff === model.me?.id;
    const values = { from: model.colleague(offer.from_staff), to: model.colleague(offer.to_staff), n: offer.tasks.length };
    return html`<div class="offer" data-offer=${offer.offer_event}>
      ${icon("arrow", 18)}<span>${t(mine ? "offeredYou" : "offered", values)}</span>
      <span class="buttons">
        <a class="button" href=${sheetOf(model.clinicId, offer.from_staff)}>${t("sheet")}</a>
        ${mine ? html`<button class="primary" ?disabled=${this.busy} @click=${() => this.take(offer)}>${icon("check", 18)}${t("takeOver")}</button>` : nothing}
      </span>
    </div>`;
  }

  private take(offer: Offer): Promise<void> {
    return this.attempt(async () => {
      const { problem, result } = await accept(offer, this.model);
      this.result = result;
      return problem;
    });
  }

  private table(team: Team) {
    const members = [...team.members].sort((a, b) => Number(b.on_shift) - Number(a.on_shift) || this.nameOf(a).localeCompare(this.nameOf(b)));
    return html`<div class="card scroll" tabindex="0" role="region" aria-label=${t("team")}><table>
      <thead><tr><th>${t("person")}</th><th>${t("holds")}</th><th>${t("load")}</th><th class="end">${t("actions")}</th></tr></thead>
      <tbody>${repeat(members, (one) => one.id, (one) => this.row(one, team))}</tbody>
    </table></div>`;
  }

  private nameOf(member: Member): string {
    return this.model.colleague(member.id);
  }

  private row(member: Member, team: Team) {
    const colleague = this.model.staff[member.id];
    return html`<tr data-member=${member.id}>
      <td class="wide"><strong>${this.nameOf(member)}</strong>
        <div class="chips">
          ${colleague ? html`<span class="chip">${word(colleague.role)}</span>` : nothing}
          ${colleague?.lead ? html`<span class="chip accent">${word("LEAD")}</span>` : nothing}
          ${member.on_shift ? nothing : html`<span class="chip warn">${t("offShift")}</span>`}
          ${member.break_overdue ? html`<span class="chip danger">${icon("alert", 15)}${t("breakOverdue")}</span>` : nothing}
        </div></td>
      <td class="number">${t("taskCount", { n: member.held })}${member.overdue ? html` <span class="chip danger">${t("overdueCount", { n: member.overdue })}</span>` : nothing}</td>
      <td>${this.load(member, team.cap)}</td>
      <td class="wide"><span class="buttons">
        <a class="button" aria-label="${t("sheet")}: ${this.nameOf(member)}" href=${sheetOf(this.model.clinicId, member.id)}>${t("sheet")}</a>
        ${this.model.me?.lead && member.id !== this.model.me.id
          ? html`<button data-do="absence" aria-label="${t("absence")}: ${this.nameOf(member)}" ?disabled=${this.busy} @click=${() => this.away(member)}>${t("absence")}</button>`
          : nothing}
      </span></td>
    </tr>`;
  }

  private load(member: Member, cap: number | null) {
    if (cap === null) return html`<span class="number">${member.weight}</span>`;
    const tenths = Math.min(10, Math.ceil((10 * member.weight) / Math.max(cap, 1)));
    return html`<div class="load"><span class="number">${t("ofCap", { n: member.weight, cap })}</span>
      <div class="bar" aria-hidden="true"><div class="n${tenths} ${member.weight >= cap ? "full" : ""}"></div></div></div>`;
  }

  private away(member: Member): Promise<void> {
    return this.attempt(() => askAbsence(member.id, this.model, this.form, (result) => (this.result = result)));
  }
}

export function sheetOf(clinic: string, staff: string): string {
  return `/sheet/${encodeURIComponent(clinic)}?staff=${encodeURIComponent(staff)}`;
}

customElements.define("cf-team", TeamPage);
