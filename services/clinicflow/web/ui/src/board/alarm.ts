/** The alarm of the board: patients in the clinic for whom no task is open and no timer runs. */

import { css, html, nothing } from "lit";
import { ofTable, t, word } from "../i18n/strings";
import { WATCH } from "../i18n/watch";
import { icon } from "../lib/icons";
import { duration, now } from "../lib/time";
import { CfElement } from "../shared/element";
import { shared } from "../shared/styles";
import type { BoardModel, Forgotten } from "./model";

export class Alarm extends CfElement {
  static override properties = { model: {}, revision: {} };
  declare model: BoardModel;
  declare revision: number;
  protected override ticks = 5;

  static override styles = [
    shared,
    css`
      :host { display: contents; }
      [role="alert"]:not(:has(.problem)) { position: absolute; }
      .problem { display: grid; gap: 0.4rem; }
      h2 { font-size: 1rem; display: flex; gap: 0.5rem; align-items: center; }
      ul { margin: 0; padding-left: 1.4rem; display: grid; gap: 0.2rem; }
    `,
  ];

  override render() {
    const found = this.model.forgotten;
    return html`<div role="alert">
      ${found.length
        ? html`<div class="problem">
            <h2>${icon("alert")}${ofTable(WATCH, "title")}</h2>
            <span>${ofTable(WATCH, "help")}</span>
            <ul>${found.map((each) => this.patient(each))}</ul>
          </div>`
        : nothing}
    </div>`;
  }

  private patient(forgotten: Forgotten) {
    const visit = this.model.visits.get(forgotten.case_id);
    const about = [
      visit?.ticket,
      this.model.nameOf(visit?.patient_id ?? null) || t("noName"),
      visit?.room_id ? (this.model.rooms[visit.room_id] ?? visit.room_id) : null,
      visit ? word(visit.stage) : null,
      ofTable(WATCH, "since", { t: duration(now() - forgotten.since) }),
    ];
    return html`<li>${about.filter((each) => each).join(" · ")}</li>`;
  }
}

customElements.define("cf-alarm", Alarm);
