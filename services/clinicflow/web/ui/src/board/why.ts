/** The drawer that answers: why do I have this task? */

import { css, html, nothing } from "lit";
import { reasonText, type Reason } from "../i18n/because";
import { t, titled, word } from "../i18n/strings";
import { get } from "../lib/api";
import { icon } from "../lib/icons";
import { clockOn } from "../lib/time";
import { unitText } from "../shared/form-values";
import { CfElement } from "../shared/element";
import { shared } from "../shared/styles";
import type { BoardModel, Task } from "./model";

const WAITS: Record<string, string> = { "not-taken": "waitNotTaken", taken: "waitTaken", "being-done": "waitDoing", "on-hold": "waitHold" };

export class WhyDrawer extends CfElement {
  static override properties = { answer: { state: true }, problem: { state: true } };
  declare answer: any;
  declare problem: string;
  private task?: Task;
  private model?: BoardModel;

  constructor() {
    super();
    this.answer = null;
    this.problem = "";
  }

  async open(task: Task, model: BoardModel): Promise<void> {
    this.task = task;
    this.model = model;
    this.answer = null;
    this.problem = "";
    await this.updateComplete;
    const dialog = this.renderRoot.querySelector("dialog") as HTMLDialogElement;
    if (!dialog.open) dialog.showModal();
    const found = await get(`/ui/tasks/${task.task_id}/why`);
    if (found.ok) this.answer = found.data;
    else this.problem = found.reason || t("notSent");
  }

  private shut(): void {
    (this.renderRoot.querySelector("dialog") as HTMLDialogElement).close();
  }

  static override styles = [
    shared,
    css`
      dialog { margin: 0 0 0 auto; height: 100vh; max-height: 100vh; width: min(30rem, 100vw); border-radius: 20px 0 0 20px; border-width: 0 0 0 1px; }
      .rule { background: var(--surface-2); border-radius: var(--radius); padding: 1rem; display: grid; gap: 0.35rem; font-size: 0.92rem; }
      .rule strong { font-size: 1rem; }
      code { font-family: ui-monospace, "Liberation Mono", monospace; font-size: 0.82rem; background: var(--surface); border-radius: 6px; padding: 0.35rem 0.5rem; overflow-wrap: anywhere; display: block; }
      h3 { font-size: 0.95rem; color: var(--muted); }
      ol { list-style: none; margin: 0; padding: 0; display: grid; }
      li { display: grid; grid-template-columns: 1.5rem 1fr; gap: 0.6rem; padding-bottom: 1.1rem; position: relative; }
      li::before { content: ""; width: 0.8rem; height: 0.8rem; border-radius: 50%; background: var(--accent); margin: 0.35rem 0 0 0.2rem; z-index: 1; }
      li:not(:last-child)::after { content: ""; position: absolute; left: 0.55rem; top: 0.7rem; bottom: -0.3rem; width: 2px; background: var(--line); }
      .event { display: grid; gap: 0.2rem; }
      .event strong { display: flex; gap: 0.5rem; align-items: center; flex-wrap: wrap; }
      .facts { display: flex; flex-wrap: wrap; gap: 0.35rem; }
    `,
  ];

  override render() {
    const task = this.task;
    return html`<dialog aria-labelledby="why-heading">
      <div class="body">
        <div class="dialog-head">
          <h2 id="why-heading">${t("whyTitle")}</h2>
          <button class="quiet icon-only" aria-label=${t("close")} @click=${this.shut}>${icon("close")}</button>
        </div>
        ${task ? html`<p><strong>${titled(task.titles, task.activity)}</strong></p>` : nothing}
        ${this.problem ? html`<p class="problem" role="alert">${icon("alert")}${this.problem}</p>` : nothing}
        ${this.answer ? this.found(this.answer) : nothing}
      </div>
    </dialog>`;
  }

  private found(answer: any) {
    const rule = answer.rule;
    return html`
      ${answer.waiting && WAITS[answer.waiting.reason]
        ? html`<p><span class="chip accent">${icon("clock", 16)}${t("waitsFor")}: ${answer.waiting.roles.map(word).join(", ")} · ${t(WAITS[answer.waiting.reason])}</span></p>`
        : nothing}
      ${answer.reasons?.length
        ? html`<h3>${t("whyPlace")}</h3>
            <div class="facts place">${answer.reasons.map((reason: Reason) => html`<span class="chip">${reasonText(reason, this.model?.clinic.zone ?? "UTC")}</span>`)}</div>`
        : nothing}
      ${answer.supervisor
        ? html`<p class="under"><span class="chip">${icon("user", 16)}${t("supervisedBy", { who: this.model?.colleague(answer.supervisor) ?? answer.supervisor })}</span>
            <span class="hint">${answer.scope_rule ? t("sourceIs", { s: answer.scope_rule }) : ""}</span></p>`
        : nothing}
      <h3>${t("byRule")}</h3>
      <div class="rule">
        <strong>${titled(rule.titles, rule.id)}</strong>
        <span>${word(rule.id)}</span>
        <span>${t("protocolLine", { p: rule.protocol, v: rule.version ?? "?", b: rule.bundle })}</span>
        ${rule.owner ? html`<span class="hint">${t("ownedBy", { o: rule.owner })}</span>` : nothing}
        ${rule.source ? html`<span class="hint">${t("sourceIs", { s: rule.source })}</span>` : nothing}
        ${rule.when ? html`<span class="hint">${t("condition")}</span><code>${rule.when}</code>` : nothing}
      </div>
      <h3>${t("becauseOf")}</h3>
      <ol>${answer.chain.map((link: any, place: number) => this.link(link, place, answer.chain.length))}</ol>
    `;
  }

  private link(link: any, place: number, all: number) {
    const zone = this.model?.clinic.zone ?? "UTC";
    const who = link.actor_id ? `${this.model?.colleague(link.actor_id)} · ${word(link.actor_role ?? "")}` : link.source;
    return html`<li>
      <span class="event">
        <strong>${word(link.type)}
          ${place === 0 ? html`<span class="chip accent">${t("cause")}</span>` : nothing}
          ${place === all - 1 ? html`<span class="chip">${t("firstEvent")}</span>` : nothing}
        </strong>
        <span class="hint">${clockOn(link.occurred_at, zone)} · ${who}</span>
        ${link.through ? html`<span class="hint">${t("through", { a: word(link.through.activity) })}</span>` : nothing}
        <span class="facts">${Object.entries(link.facts).filter(([, value]) => !isReference(value)).map(([name, value]) => html`<span class="chip">${this.fact(name, value)}</span>`)}</span>
      </span>
    </li>`;
  }

  private fact(name: string, value: any): string {
    if (name === "room_id") return `${word(name)}: ${this.model?.rooms[value] ?? value}`;
    if (value && typeof value === "object" && "unit" in value) return `${word(name)} ${value.value} ${unitText(value.unit)}`.trim();
    if (typeof value === "string" && TIME.test(value)) return `${word(name)}: ${clockOn(Date.parse(value) * 1000, this.model?.clinic.zone ?? "UTC")}`;
    const text = Array.isArray(value) ? value.join(", ") : typeof value === "boolean" ? t(value ? "yes" : "no") : String(value);
    return `${word(name)}: ${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
  }
}

/** A time as events tell it; people read it in the clinic's zone. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/** References to other events and cases mean nothing to a reader. */
function isReference(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

customElements.define("cf-why", WhyDrawer);
